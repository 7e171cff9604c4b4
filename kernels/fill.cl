/* SPDX-License-Identifier: MIT
 *
 * The kernels of outerfill: ab[p, i, j] = f_p(a[i], b[j]) for the cells of one band.
 *
 * The host puts three things in front of this text: the type `real`, the functions made of the
 * caller's text, and two lists.
 *     outerfill_compute_cell(a, b, i, j, n, m, out, parameters...)
 *                           sets out[p] for every plane p
 *     outerfill_compute_ordinary_cell(..., &rare)
 *                           the same, but if it sets rare the results mean nothing; only with
 *                           OUTERFILL_RARE_IS_FLAGGED
 *     PLANES(DO)            is DO(0) DO(1) ...
 *     PARAMETERS(DO)        is DO(name) for each parameter
 *     OUTERFILL_MATHEMATICS if the text calls functions of kernels/math_float64.cl
 *     OUTERFILL_CHECKED     if the text has subscripts that kernels/subscripts.cl checks
 *
 * A band has num_rows x num_columns cells and begins at cell (i, j) of the output. Each plane ab_0,
 * ab_1, ... of the band has num_rows * num_columns elements without gaps. The band's first elements
 * of `a` and `b` are a[a_begin] and b[b_begin]. Dimension 0 of the NDRange runs along the row,
 * which is contiguous. Dimension 1 counts rows. All kernels have the same arguments.
 *
 * faults tells the host of a subscript of `out` beyond the planes. faults[0] is 1 if faults[1 .. 3]
 * are the subscript, i and j of such a cell. faults[4] is 1 if there is such a cell, and the kernel
 * does not tell which one. */

/* The caller's macros end here. They must not change the text below, not even a macro with the name
 * of a keyword. For example, `#define if(x) if (1)` left half of the cells unwritten. The names
 * that every text sees are no macros here: the host has made the compiler check that. */
#undef if
#undef else
#undef for
#undef return
#undef const
#undef static
#undef typedef
#undef sizeof
#undef void
#undef long
#undef int
#undef volatile
#undef r
#undef c
#undef k
#undef p
#undef cell
#undef name
#undef count
#undef a_begin
#undef b_begin
#undef r_begin
#undef c_begin
#undef r_end
#undef c_end
#undef num_rows
#undef num_columns
#undef rows_per_item
#undef columns_per_item
#undef begin
#undef end
#undef run
#undef run_end
#undef again
#undef to
#undef head
#undef block
#undef line
#undef fault
#undef faults
#undef found
#undef rare
#undef any_rare
#undef place

#define LEAST(x, y)              ((x) < (y) ? (x) : (y))
#define PLANE_ARGUMENT(p)        , __global real *restrict ab_##p
#define PARAMETER_ARGUMENT(name) , const real parameter_##name
#define PARAMETER_VALUE(name)    , parameter_##name
#define STORE_PLANE(p)           ab_##p[cell] = out[p];

#ifdef OUTERFILL_CHECKED
#define FAULTS_ARGUMENT , __global long *restrict faults
#define FAULT_POINTER   , &fault
#define NUM_OUTS        (NUM_PLANES + 1)
#define REPORT_CELL(r, c)                                                                          \
    if (found && !atomic_cmpxchg((volatile __global int *)faults, 0, 1)) {                         \
        faults[1] = found >> 1;                                                                    \
        faults[2] = i + (r);                                                                       \
        faults[3] = j + (c);                                                                       \
    }
#define REPORT_FAULT                                                                               \
    if (found) faults[4] = 1;
#else
#define FAULTS_ARGUMENT
#define FAULT_POINTER
#define NUM_OUTS NUM_PLANES
#define REPORT_CELL(r, c)
#define REPORT_FAULT
#endif

/* With flags, the cells of a stretch are computed by outerfill_compute_ordinary_cell, and if one of
 * them raised the flag, all of them once more by outerfill_compute_cell. */
#ifdef OUTERFILL_RARE_IS_FLAGGED
#define ORDINARY_FUNCTION outerfill_compute_ordinary_cell
#define RARE_POINTER      , &rare
#define IF_RARE(again)                                                                             \
    if (any_rare) again
#else
#define ORDINARY_FUNCTION outerfill_compute_cell
#define RARE_POINTER
#define IF_RARE(again)
#endif

#define BAND_ARGUMENTS                                                                             \
    __global const real *restrict a, __global const real *restrict b, const ulong a_begin,         \
        const ulong b_begin, const ulong i, const ulong j, const ulong n, const ulong m,           \
        const ulong num_rows, const ulong num_columns, const ulong rows_per_item,                  \
        const ulong columns_per_item PARAMETERS(PARAMETER_ARGUMENT) PLANES(PLANE_ARGUMENT)         \
            FAULTS_ARGUMENT

/* Computes and stores the cell (r, c) of the band in every plane, by FUNCTION, whose last argument
 * is RARE. Adds the cell's fault to `found`. */
#define COMPUTE_CELL(r, c, STORE, FUNCTION, RARE)                                                  \
    {                                                                                              \
        const ulong cell = (r) * num_columns + (c);                                                \
        real out[NUM_OUTS] = {0};                                                                  \
        long fault = 0;                                                                            \
        FUNCTION(a[a_begin + (r)], b[b_begin + (c)], i + (r), j + (c), n, m,                       \
                 out PARAMETERS(PARAMETER_VALUE) FAULT_POINTER RARE);                              \
        found |= fault;                                                                            \
        PLANES(STORE)                                                                              \
    }

/* The cells of the loop that `head` begins. */
#define FILL_CELLS(head, r, c, STORE)                                                              \
    {                                                                                              \
        long any_rare = 0;                                                                         \
        head {                                                                                     \
            long rare = 0;                                                                         \
            COMPUTE_CELL(r, c, STORE, ORDINARY_FUNCTION, RARE_POINTER)                             \
            any_rare |= rare;                                                                      \
        }                                                                                          \
        IF_RARE(head COMPUTE_CELL(r, c, STORE, outerfill_compute_cell, ))                          \
    }

/* For GPUs. A work-item is one cell. The comparison is free on a device whose stores wait for
 * memory. */
__kernel void outerfill_fill_cells(BAND_ARGUMENTS) {
    const ulong c = get_global_id(0), r = get_global_id(1);
    long found = 0;
    if (c < num_columns && r < num_rows) COMPUTE_CELL(r, c, STORE_PLANE, outerfill_compute_cell, )
    REPORT_CELL(r, c)
}

/* For CPUs. A work-item is rows_per_item x columns_per_item cells, and runs along the row. So the
 * compiler makes vector stores of the inner loop, and the cost of a work-group is spread over
 * thousands of cells.
 *
 * (measured at m = 1, 17, 100 and 8000: 23, 27, 27 and 27 GB/s; one cell for each work-item, in
 * groups of (256, 1): 0.2, 3.7, 19 and 27; PoCL, AMD EPYC) */
__kernel void outerfill_fill_rows(BAND_ARGUMENTS) {
    const ulong c_begin = get_global_id(0) * columns_per_item,
                c_end = LEAST(c_begin + columns_per_item, num_columns);
    const ulong r_begin = get_global_id(1) * rows_per_item,
                r_end = LEAST(r_begin + rows_per_item, num_rows);
    long found = 0;
    if (num_columns == 1) { /* A single column is contiguous, so the loop runs along it. */
        FILL_CELLS(for (ulong r = r_begin; r < r_end; r++), r, 0, STORE_PLANE)
    } else {
        for (ulong r = r_begin; r < r_end; r++)
            FILL_CELLS(for (ulong c = c_begin; c < c_end; c++), r, c, STORE_PLANE)
    }
    REPORT_FAULT
}

#if defined(OUTERFILL_STREAM) && defined(__has_builtin)
#if __has_builtin(__builtin_nontemporal_store)
/* For CPUs, and for bands larger than the caches. A plain store first loads a missing line into the
 * cache. A non-temporal store of a whole line does not.
 *
 * Non-temporal stores prevent the compiler from making vectors of a loop. So the work-item computes
 * cells into a block, which stays in the first-level cache. Then it stores the block plane by
 * plane. On some processors this kernel is slower than outerfill_fill_rows.
 *
 * (measured: 43 GB/s, outerfill_fill_rows 35, filling the memory with one value 44; AMD EPYC) */
#define STREAM_NBYTES 64
#define STREAM_WIDTH  (STREAM_NBYTES / sizeof(real))
#define BLOCK_CELLS   (16384 / NUM_PLANES / STREAM_NBYTES * STREAM_WIDTH)

typedef real outerfill_line __attribute__((__ext_vector_type__(STREAM_WIDTH)));
typedef real outerfill_unaligned_line
    __attribute__((__ext_vector_type__(STREAM_WIDTH), __aligned__(sizeof(real))));

static void outerfill_stream_run(__global real *restrict to, const real *restrict block,
                                 const ulong count) {
    const ulong head = LEAST(-(ulong)to % STREAM_NBYTES / sizeof(real), count);
    ulong k = 0;
    for (; k < head; k++) to[k] = block[k];
    for (; k + STREAM_WIDTH <= count; k += STREAM_WIDTH) {
        /* clang derives the store's alignment from the type of the stored value. With an unaligned
         * type it emits ordinary stores. */
        const outerfill_line line = *(const outerfill_unaligned_line *)(block + k);
        __builtin_nontemporal_store(line, (__global outerfill_line *)(to + k));
    }
    for (; k < count; k++) to[k] = block[k];
}

#define STORE_PLANE_BLOCK(p) block[p][cell - begin] = out[p];
#define STREAM_PLANE(p)      outerfill_stream_run(ab_##p + begin, block[p], count);

__kernel void outerfill_fill_stream(BAND_ARGUMENTS) {
    const ulong c_begin = get_global_id(0) * columns_per_item,
                c_end = LEAST(c_begin + columns_per_item, num_columns);
    const ulong r_begin = get_global_id(1) * rows_per_item,
                r_end = LEAST(r_begin + rows_per_item, num_rows);
    /* A work-item with several rows has whole rows. */
    const ulong end = (r_end - 1) * num_columns + c_end;
    real block[NUM_PLANES][BLOCK_CELLS] __attribute__((__aligned__(STREAM_NBYTES)));
    long found = 0;
    ulong r = r_begin, c = c_begin;
    for (ulong begin = r * num_columns + c; begin < end; begin += BLOCK_CELLS) {
        const ulong count = LEAST(BLOCK_CELLS, end - begin);
        if (num_columns == 1) {
            FILL_CELLS(for (ulong run = r; run < begin + count; run++), run, 0, STORE_PLANE_BLOCK)
            r = begin + count;
        } else {
            for (ulong k = 0; k < count;) {
                const ulong run_end = LEAST(c + count - k, num_columns);
                FILL_CELLS(for (ulong run = c; run < run_end; run++), r, run, STORE_PLANE_BLOCK)
                k += run_end - c;
                c = run_end;
                if (c == num_columns) c = 0, r++;
            }
        }
        PLANES(STREAM_PLANE)
    }
    REPORT_FAULT
    __sync_synchronize(); /* only a full barrier orders non-temporal stores */
}
#endif
#endif

#ifdef OUTERFILL_MATHEMATICS
/* Never runs. The host finds its name where the compiler took kernels/math_float64.cl. */
__kernel void outerfill_own_mathematics(void) {}
#endif

#ifdef OUTERFILL_BATCHES
/* For CPUs, and for texts with loops. As outerfill_fill_rows, but it computes a batch of a row's
 * cells at a time, and so their loops become vector instructions. */
#define LEAST_BATCH          4
#define STORE_BATCH_PLANE(p) ab_##p[cell] = out[p][k];
#define CLEAR_BATCH_PLANE(p) out[p][k] = 0;

__kernel void outerfill_fill_batches(BAND_ARGUMENTS) {
    const ulong c_begin = get_global_id(0) * columns_per_item,
                c_end = LEAST(c_begin + columns_per_item, num_columns);
    const ulong r_begin = get_global_id(1) * rows_per_item,
                r_end = LEAST(r_begin + rows_per_item, num_rows);
    real out[NUM_PLANES][OUTERFILL_BATCH_CELLS];
    ulong place[OUTERFILL_BATCH_CELLS];
    long found = 0;
    for (ulong r = r_begin; r < r_end; r++) {
        for (ulong c = c_begin; c < c_end; c += OUTERFILL_BATCH_CELLS) {
            const ulong count = LEAST(c_end - c, OUTERFILL_BATCH_CELLS);
            for (ulong k = 0; k < OUTERFILL_BATCH_CELLS; k++) {
                PLANES(CLEAR_BATCH_PLANE)
            }
            if (count >= LEAST_BATCH &&
                outerfill_compute_batch(a[a_begin + r], b + b_begin + c, i + r, j + c, n, m, count,
                                        out, place PARAMETERS(PARAMETER_VALUE))) {
                for (ulong k = 0; k < OUTERFILL_PADDED(count); k++) {
                    const ulong cell = r * num_columns + c + place[k];
                    PLANES(STORE_BATCH_PLANE)
                }
            } else {
                for (ulong run = c; run < c + count; run++)
                    COMPUTE_CELL(r, run, STORE_PLANE, outerfill_compute_cell, )
            }
        }
    }
    REPORT_FAULT
}
#endif

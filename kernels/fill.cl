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
 *     RUN_CELLS             is the number of cells that a work-item of fill_runs computes. With 1
 *                           the kernel fill_runs is left out
 *     outerfill_run         is a vector of RUN_CELLS values
 * The host gives the compiler two options:
 *     OUTERFILL_CPU              on CPUs
 *     OUTERFILL_CALLERS_BUFFERS  in an OpenCL context of the caller's
 *
 * A band is a contiguous range of cells, either whole rows or a part of one row. Each plane of the
 * band has its elements without gaps. Plane p begins p * plane_stride bytes behind the buffer ab_p.
 * So the planes may be buffers of their own (plane_stride is 0), or lie in one buffer that is given
 * as every ab_p.
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
#undef ab
#undef a_value
#undef b_value
#undef a_window
#undef b_window
#undef row
#undef row_begin
#undef row_last
#undef column
#undef column_begin
#undef column_end
#undef num_cells
#undef plane_stride
#undef plane_begin
#undef char
#undef buffer
#undef reciprocal
#undef shift
#undef unsigned
#undef unroll

/* In a buffer of the caller's, all planes begin plane_begin bytes later. */
#ifdef OUTERFILL_CALLERS_BUFFERS
#define PLANE_BEGIN_ARGUMENT , const ulong plane_begin
#define PLANE_BEGIN          plane_begin
#else
#define PLANE_BEGIN_ARGUMENT
#define PLANE_BEGIN 0
#endif

#define LEAST(x, y)              ((x) < (y) ? (x) : (y))
#define PLANE_ARGUMENT(p)        , __global real *restrict ab_##p
#define PARAMETER_ARGUMENT(name) , const real parameter_##name
#define PARAMETER_VALUE(name)    , parameter_##name
#define PLANE_OF(buffer, p)                                                                        \
    ((__global real *)((__global char *)(buffer) + (PLANE_BEGIN + p * plane_stride)))
#define PLANE(p)       PLANE_OF(ab_##p, p)
#define STORE_PLANE(p) PLANE(p)[cell] = out[p];

#ifdef OUTERFILL_CHECKED
#define FAULTS_ARGUMENT , __global long *restrict faults
#define FAULT_POINTER   , &fault
#define NUM_OUTS        (NUM_PLANES + 1)
#define REPORT_CELL(row, column)                                                                   \
    if (found && !atomic_cmpxchg((volatile __global int *)faults, 0, 1)) {                         \
        faults[1] = found >> 1;                                                                    \
        faults[2] = row;                                                                           \
        faults[3] = column;                                                                        \
    }
#define REPORT_FAULT                                                                               \
    if (found) faults[4] = 1;
#else
#define FAULTS_ARGUMENT
#define FAULT_POINTER
#define NUM_OUTS NUM_PLANES
#define REPORT_CELL(row, column)
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

/* Computes `out` of the cell (row, column) of the output, by FUNCTION, whose last argument is RARE.
 * Adds the cell's fault to `found`. */
#define COMPUTE(a_value, b_value, row, column, FUNCTION, RARE)                                     \
    real out[NUM_OUTS] = {0};                                                                      \
    long fault = 0;                                                                                \
    FUNCTION(a_value, b_value, row, column, n, m,                                                  \
             out PARAMETERS(PARAMETER_VALUE) FAULT_POINTER RARE);                                  \
    found |= fault;

/* ---- Kernels that take a band as one run of cells, for GPUs ---- */

/* The buffers `a` and `b` begin at the elements a_window and b_window of the vectors. In them, the
 * band's rows are row_begin to row_last, and its columns column_begin to column_end - 1. A band has
 * at most 2^28 cells, and a buffer at most 2^31 elements, so indices have 32 bits. */
#define RUN_ARGUMENTS                                                                              \
    __global const real *restrict a, __global const real *restrict b, const ulong a_window,        \
        const ulong b_window, const ulong n, const ulong m, const ulong plane_stride,              \
        const ulong num_cells, const ulong row_begin, const ulong row_last,                        \
        const ulong column_begin, const ulong column_end, const ulong num_columns,                 \
        const ulong reciprocal,                                                                    \
        const ulong shift PLANE_BEGIN_ARGUMENT PARAMETERS(PARAMETER_ARGUMENT)

/* The row and the column of a cell of the band, as indices of `a` and `b`. */
#define FIND_CELL(cell)                                                                            \
    unsigned r = outerfill_row_of(cell, reciprocal, shift);                                        \
    unsigned c = (unsigned)column_begin + cell - r * (unsigned)num_columns;                        \
    r += (unsigned)row_begin;

/* A work-item is one cell. */
__kernel void outerfill_fill_cells(RUN_ARGUMENTS PLANES(PLANE_ARGUMENT) FAULTS_ARGUMENT) {
    const unsigned cell = get_global_id(0);
    if (cell >= (unsigned)num_cells) return;
    long found = 0;
    FIND_CELL(cell)
    COMPUTE(a[r], b[c], a_window + r, b_window + c, outerfill_compute_cell, )
    PLANES(STORE_PLANE)
    REPORT_CELL(a_window + r, b_window + c)
}

#if RUN_CELLS > 1 && !defined(OUTERFILL_CPU)
#if RUN_CELLS == 4
#define RUN_VALUE(run) ((outerfill_run)((run)[0], (run)[1], (run)[2], (run)[3]))
#else
#define RUN_VALUE(run) ((outerfill_run)((run)[0], (run)[1]))
#endif
#define KEEP_IN_RUN(p) run[p][k] = out[p];
#define STORE_RUN(p)   *(__global outerfill_run *)PLANE_OF(to, p) = RUN_VALUE(run[p]);

/* A work-item is RUN_CELLS neighbours, which may lie in several rows. It stores each plane at once.
 * The last work-item stores up to RUN_CELLS - 1 elements behind the band, so each plane must end at
 * a multiple of RUN_CELLS, and begin at a multiple of its bytes. (counted for a + b and a * b in
 * float32: 16 instructions a cell, with one cell for each work-item 41; SASS of sm_80) */
__kernel void outerfill_fill_runs(RUN_ARGUMENTS, __global real *restrict ab) {
    const unsigned begin = get_global_id(0) * RUN_CELLS;
    if (begin >= (unsigned)num_cells) return;
    real run[NUM_PLANES][RUN_CELLS];
    long found = 0;
    FIND_CELL(begin)
#ifndef OUTERFILL_NO_UNROLL /* set for Oclgrind, which takes unrolled vectors for uninitialized */
#pragma unroll
#endif
    for (unsigned k = 0; k < RUN_CELLS; k++) {
        COMPUTE(a[r], b[c], a_window + r, b_window + c, outerfill_compute_cell, )
        PLANES(KEEP_IN_RUN)
        if (++c == (unsigned)column_end) {
            c = column_begin;
            r = LEAST(r + 1, (unsigned)row_last);
        }
    }
    __global real *const to = ab + begin;
    PLANES(STORE_RUN)
}
#endif

#ifdef OUTERFILL_CPU
/* ---- Kernels that run along rows, for CPUs ---- */

/* A band has num_rows x num_columns cells and begins at cell (i, j) of the output. Its first
 * elements of `a` and `b` are a[a_begin] and b[b_begin]. Dimension 0 of the NDRange runs along the
 * row, which is contiguous. Dimension 1 counts rows. */
#define BAND_ARGUMENTS                                                                             \
    __global const real *restrict a, __global const real *restrict b, const ulong a_begin,         \
        const ulong b_begin, const ulong i, const ulong j, const ulong n, const ulong m,           \
        const ulong plane_stride, const ulong num_rows, const ulong num_columns,                   \
        const ulong rows_per_item,                                                                 \
        const ulong columns_per_item PLANE_BEGIN_ARGUMENT PARAMETERS(PARAMETER_ARGUMENT)           \
            PLANES(PLANE_ARGUMENT) FAULTS_ARGUMENT

/* Computes and stores the cell (r, c) of the band in every plane. */
#define COMPUTE_CELL(r, c, STORE, FUNCTION, RARE)                                                  \
    {                                                                                              \
        const ulong cell = (r) * num_columns + (c);                                                \
        COMPUTE(a[a_begin + (r)], b[b_begin + (c)], i + (r), j + (c), FUNCTION, RARE)              \
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

/* A work-item is rows_per_item x columns_per_item cells, and runs along the row. So the
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

#ifdef __has_builtin
#if __has_builtin(__builtin_nontemporal_store)
/* For bands larger than the caches. A plain store first loads a missing line into the
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
#define STREAM_PLANE(p)      outerfill_stream_run(PLANE(p) + begin, block[p], count);

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
/* For texts with loops. As outerfill_fill_rows, but it computes a batch of a row's
 * cells at a time, and so their loops become vector instructions. */
#define LEAST_BATCH          4
#define STORE_BATCH_PLANE(p) PLANE(p)[cell] = out[p][k];
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
#endif

/* SPDX-License-Identifier: MIT
 *
 * The kernels of outerfill: ab[p, i, j] = f_p(a[i], b[j]) for the cells of one band.
 *
 * In front of this text the host puts `real`, the caller's functions as
 *     outerfill_compute_cell(a, b, i, j, n, m, parameters..., out)      which sets out[p] for every plane p
 * and two lists: PLANES(DO) is DO(0) DO(1) ..., PARAMETERS(DO) is DO(name) for each parameter.
 *
 * A band is num_rows x num_columns cells from cell (i, j) of the output on. Its planes ab_0, ab_1, ... are each num_rows *
 * num_columns elements without gaps. `a` and `b` begin with the band's first elements at a[a_begin] and b[b_begin].
 * Dimension 0 of the NDRange runs along the row, the contiguous axis; dimension 1 counts rows. Both kernels have the same
 * arguments and give the same result. */

/* The caller's macros end here: none of them may change what follows. */
#undef a
#undef b
#undef i
#undef j
#undef n
#undef m
#undef r
#undef c
#undef p
#undef out
#undef cell
#undef real
#undef name
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

#define LEAST(x, y) ((x) < (y) ? (x) : (y))
#define PLANE_ARGUMENT(p) , __global real *restrict ab_##p
#define PARAMETER_ARGUMENT(name) , const real parameter_##name
#define PARAMETER_VALUE(name) , parameter_##name
#define STORE_PLANE(p) ab_##p[cell] = out[p];

#define BAND_ARGUMENTS                                                                                                            \
    __global const real *restrict a, __global const real *restrict b, const ulong a_begin, const ulong b_begin, const ulong i,    \
        const ulong j, const ulong n, const ulong m, const ulong num_rows, const ulong num_columns,                               \
        const ulong rows_per_item, const ulong columns_per_item PARAMETERS(PARAMETER_ARGUMENT) PLANES(PLANE_ARGUMENT)

/* The cell (r, c) of the band, in every plane. */
#define FILL_CELL(r, c)                                                                                                           \
    {                                                                                                                             \
        const ulong cell = (r) * num_columns + (c);                                                                               \
        real out[NUM_PLANES] = {0};                                                                                               \
        outerfill_compute_cell(a[a_begin + (r)], b[b_begin + (c)], i + (r), j + (c), n, m PARAMETERS(PARAMETER_VALUE), out);               \
        PLANES(STORE_PLANE)                                                                                                       \
    }

/* For GPUs: a work-item is one cell. The comparison costs nothing where stores wait for memory anyway. */
__kernel void outerfill_fill_cells(BAND_ARGUMENTS) {
    const ulong c = get_global_id(0), r = get_global_id(1);
    if (c < num_columns && r < num_rows) FILL_CELL(r, c)
}

/* For CPUs: a work-item is rows_per_item x columns_per_item cells, run along the row, so that the compiler makes vector stores of
 * the inner loop and a work-group pays for thousands of cells. With a work-item per cell, (256, 1) in a group, PoCL stored
 * 0.2 GB/s at m = 1, 3.7 at m = 17, 19 at m = 100 and 27 at m = 8000; this form 23, 27, 27 and 27. */
__kernel void outerfill_fill_rows(BAND_ARGUMENTS) {
    const ulong c_begin = get_global_id(0) * columns_per_item, c_end = LEAST(c_begin + columns_per_item, num_columns);
    const ulong r_begin = get_global_id(1) * rows_per_item, r_end = LEAST(r_begin + rows_per_item, num_rows);
    for (ulong r = r_begin; r < r_end; r++)
        for (ulong c = c_begin; c < c_end; c++) FILL_CELL(r, c)
}

/* SPDX-License-Identifier: MIT
 *
 * How a band becomes an NDRange. Local sizes are fixed: PoCL compiles a kernel anew for each, for 0.05 to 0.8 s. With
 * LAUNCH_MAX_CELLS no dimension of fill_rows passes 65535 work-groups, where PoCL would compile once more; of fill_cells,
 * dimension 1 does not, where NVIDIA's grids end. */
#include "fill/launch.h"

#include <stdbool.h>

#define ITEM_CELLS                                                                                 \
    2048u /* of a work-item of fill_rows; up to 32768 equally fast on PoCL, but for the end of a launch */
#define ITEM_CELLS_STREAMED                                                                        \
    16384u /* each ends with a fence: 86 GB/s without one; with, 77 in items of 4096, 82 here */
#define MIN_ITEM_CELLS 64u
#define ITEMS_PER_COMPUTE_UNIT                                                                     \
    8u /* where a launch is small, so that no core waits long for another */
/* Where cells are expensive. PoCL hands out 32 work-groups for each of its threads at a time, so few are as good as shared out
 * beforehand: a loop with an early exit ran at 0.67 of a dynamic OpenMP loop with 8 items per unit, at 0.77 to 0.98
 * with 384. From 512 on PoCL hands out 256 for each thread at a time, so what does not divide is rounded to fewer items: a
 * little over 512 ran at 0.6. */
#define MIN_ITEM_CELLS_EXPENSIVE         8u
#define ITEMS_PER_COMPUTE_UNIT_EXPENSIVE 384u
#define SHORT_ROW                                                                                  \
    32u /* fill_vectors takes whole rows where they have less than two vectors, of at most 16 */
#define GROUP_CELLS 256u /* of a work-group of fill_cells */
#define MAX_GROUPS  65535u

static size_t least(size_t x, size_t y) {
    return x < y ? x : y;
}

static size_t largest(size_t x, size_t y) {
    return x > y ? x : y;
}

static size_t ceil_div(size_t x, size_t y) {
    return x / y + (x % y != 0);
}

/* How many cells a work-item of fill_rows has. */
static size_t choose_item_cells(size_t num_cells, size_t num_compute_units,
                                enum launch_items items) {
    const bool is_expensive = items == SHARED_ITEMS;
    const size_t most = items == STREAMED_ITEMS ? ITEM_CELLS_STREAMED : ITEM_CELLS;
    const size_t per_unit =
        is_expensive ? ITEMS_PER_COMPUTE_UNIT_EXPENSIVE : ITEMS_PER_COMPUTE_UNIT;
    const size_t step = is_expensive ? MIN_ITEM_CELLS_EXPENSIVE : MIN_ITEM_CELLS;
    const size_t share = ceil_div(num_cells, largest(1, num_compute_units * per_unit));
    return largest(least(most, ceil_div(share, step) * step),
                   largest(step, num_cells / (MAX_GROUPS / 2)));
}

/* Cells that are expensive are shared out evenly, in items of at least item_cells; others in items of at most so many. */
static size_t choose_columns(size_t num_columns, size_t item_cells, bool is_expensive) {
    if (num_columns < SHORT_ROW || num_columns <= item_cells) return num_columns;
    const size_t step = MIN_ITEM_CELLS_EXPENSIVE,
                 even = ceil_div(num_columns, num_columns / item_cells);
    return is_expensive ? least(ceil_div(even, step) * step, num_columns) : item_cells;
}

struct launch launch_rows(const struct band_rectangle *band, size_t num_compute_units,
                          enum launch_items items) {
    const bool is_expensive = items == SHARED_ITEMS;
    const size_t item_cells =
        choose_item_cells(band->num_rows * band->num_columns, num_compute_units, items);
    const size_t columns = choose_columns(band->num_columns, item_cells, is_expensive);
    const size_t rows = is_expensive ? ceil_div(item_cells, band->num_columns)
                                     : largest(1, item_cells / band->num_columns);
    return (struct launch){
        .global = {ceil_div(band->num_columns, columns), ceil_div(band->num_rows, rows)},
        .local = {1, 1},
        .rows_per_item = rows,
        .columns_per_item = columns,
    };
}

/* 64 x 4 cells, or 8 x 32 where rows are short. */
static size_t group_columns(size_t num_columns) {
    return num_columns >= 64 ? 64 : 8;
}

struct launch launch_cells(const struct band_rectangle *band) {
    const size_t columns = group_columns(band->num_columns), rows = GROUP_CELLS / columns;
    return (struct launch){
        .global = {ceil_div(band->num_columns, columns) * columns,
                   ceil_div(band->num_rows, rows) * rows},
        .local = {columns, rows},
        .rows_per_item = 1,
        .columns_per_item = 1,
    };
}

size_t launch_cells_max_rows(size_t num_columns) {
    return MAX_GROUPS * (GROUP_CELLS / group_columns(num_columns));
}

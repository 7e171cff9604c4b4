/* SPDX-License-Identifier: MIT
 *
 * Turns a band into an NDRange. This module owns nothing and calls no OpenCL.
 *
 * Local sizes are fixed, because PoCL compiles a kernel anew for each local size, which takes
 * 0.05 to 0.8 s. The number of work-groups is bounded as well. With LAUNCH_MAX_CELLS, no
 * dimension of fill_rows has more than 65535 work-groups, beyond which PoCL would compile once
 * more. The kernels for GPUs use dimension 0 alone: NVIDIA's grids end at 65535 work-groups along
 * dimension 1. */
#include "fill/launch.h"

#include <stdbool.h>

#include "base/arithmetic.h"

/* The most cells of a work-item of fill_rows. (measured: up to 32768 cells are equally fast on
 * PoCL, except at the end of a launch) */
#define ITEM_CELLS 2048u
/* The same for fill_stream, where each item ends with a fence. (measured: 86 GB/s without a
 * fence, 77 with items of 4096 cells, 82 with these) */
#define ITEM_CELLS_STREAMED 16384u
#define MIN_ITEM_CELLS      64u
/* A small launch still has this number of items, so that a core does not wait long for another. */
#define ITEMS_PER_COMPUTE_UNIT 8u
/* MIN_ITEM_CELLS_EXPENSIVE and ITEMS_PER_COMPUTE_UNIT_EXPENSIVE serve expensive cells. PoCL
 * hands out 32 work-groups at a time to each of its threads. So few work-groups are as good as
 * shared out beforehand. (measured: speed of a loop with an early exit, relative to a dynamic
 * OpenMP loop: 0.67 with 8 items per unit, 0.77 to 0.98 with 384)
 *
 * From 512 items per unit on, PoCL hands out 256 at a time. So an uneven division is rounded to
 * fewer items. (measured: relative speed 0.6 with a little over 512) */
#define MIN_ITEM_CELLS_EXPENSIVE         8u
#define ITEMS_PER_COMPUTE_UNIT_EXPENSIVE 384u
/* In a small batch, a few cells that stay long in a loop keep most of the batch waiting. So an item
 * has this number of cells, as long as each unit has its ITEMS_PER_COMPUTE_UNIT_BATCHES. (measured
 * on 100 x 100 cells that stay for 1 to 60 passes: 2.8 Mcells/s with batches of 16, 4.3 with whole
 * rows; Sapphire Rapids) */
#define ITEM_CELLS_BATCH               64u
#define ITEMS_PER_COMPUTE_UNIT_BATCHES 32u
/* Shorter rows are never cut. */
#define SHORT_ROW  32u
#define MAX_GROUPS 65535u

/* Returns the cells of a work-item that runs along rows. Each compute unit gets its number of
 * items, but an item has at most `most` cells. The last term keeps every dimension below
 * MAX_GROUPS. */
static size_t choose_item_cells(size_t num_cells, size_t num_compute_units,
                                enum launch_items items) {
    const bool is_expensive = items == SHARED_ITEMS || items == BATCH_ITEMS;
    const size_t most = items == STREAMED_ITEMS ? ITEM_CELLS_STREAMED : ITEM_CELLS;
    const size_t per_unit =
        is_expensive ? ITEMS_PER_COMPUTE_UNIT_EXPENSIVE : ITEMS_PER_COMPUTE_UNIT;
    const size_t step = is_expensive ? MIN_ITEM_CELLS_EXPENSIVE : MIN_ITEM_CELLS;
    size_t share = ceil_div(num_cells, largest(1, num_compute_units * per_unit));
    if (items == BATCH_ITEMS)
        share = largest(share, least(ITEM_CELLS_BATCH,
                                     num_cells / largest(1, num_compute_units *
                                                                ITEMS_PER_COMPUTE_UNIT_BATCHES)));
    return largest(least(most, ceil_div(share, step) * step),
                   largest(step, num_cells / (MAX_GROUPS / 2)));
}

/* Returns the columns of a work-item. Expensive cells are shared out evenly, in items of at
 * least item_cells cells, rounded up to a multiple of the step. Other cells are cut into items
 * of item_cells, and the last item takes the rest. */
static size_t choose_columns(size_t num_columns, size_t item_cells, bool is_expensive) {
    if (num_columns < SHORT_ROW || num_columns <= item_cells) return num_columns;
    const size_t step = MIN_ITEM_CELLS_EXPENSIVE,
                 even = ceil_div(num_columns, num_columns / item_cells);
    return is_expensive ? least(ceil_div(even, step) * step, num_columns) : item_cells;
}

struct launch launch_rows(const struct band_rectangle *band, size_t num_compute_units,
                          enum launch_items items) {
    const bool is_expensive = items == SHARED_ITEMS || items == BATCH_ITEMS;
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

/* A kernel that needs many registers takes smaller groups than the device does. (read: groups of
 * 256 fit Intel's Gen9 exactly, and later mobile GPUs take fewer) */
size_t launch_group_items(size_t max_group_items) {
    size_t items = LAUNCH_GROUP_ITEMS;
    while (items > 1 && items > max_group_items) items /= 2;
    return items;
}

/* A division by the number of columns d as a multiplication. With the smallest shift s for which
 * d <= 2^s, and R = floor(2^(28 + s) / d) + 1, the product d * R exceeds 2^(28 + s) by at most
 * d <= 2^s. So cell * R / 2^(28 + s) exceeds cell / d by less than 1 / d for all cells below 2^28,
 * and the floors are equal. (Granlund and Montgomery, Division by Invariant Integers using
 * Multiplication, 1994, theorem 4.2) */
static void set_division(struct launch *launch, size_t num_columns) {
    while ((size_t)1 << launch->shift < num_columns) launch->shift++;
    launch->reciprocal = ((uint64_t)LAUNCH_MAX_CELLS << launch->shift) / num_columns + 1;
}

struct launch launch_run(const struct band_rectangle *band, size_t item_cells, size_t group_items) {
    const size_t num_items = ceil_div(band->num_rows * band->num_columns, item_cells);
    struct launch launch = {
        .global = {round_up(num_items, group_items), 1},
        .local = {group_items, 1},
    };
    set_division(&launch, band->num_columns);
    return launch;
}

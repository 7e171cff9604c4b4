/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_LAUNCH_H
#define OUTERFILL_FILL_LAUNCH_H

#include <stdint.h>

#include "fill/band.h"

/* The NDRange over a band, and the cells that one of its work-items computes. */
struct launch {
    size_t global[2], local[2];
    uint64_t rows_per_item, columns_per_item;
};

/* The kind of work-items that run along rows. PLAIN_ITEMS are the usual ones. STREAMED_ITEMS are
 * long, for fill_stream. SHARED_ITEMS are small, for expensive cells: such a cell costs far more
 * than a work-group does, and costs may differ from cell to cell. BATCH_ITEMS are for fill_batches:
 * cells as expensive, but a batch needs some of them. */
enum launch_items { PLAIN_ITEMS, STREAMED_ITEMS, SHARED_ITEMS, BATCH_ITEMS };

/* Returns the launch of fill_rows, fill_stream or fill_batches over a band that is not empty. */
struct launch launch_rows(const struct band_rectangle *band, size_t num_compute_units,
                          enum launch_items items);

/* The cells of a work-group of fill_cells, if the device takes them. */
#define LAUNCH_GROUP_CELLS 256u

/* Returns the largest work-group of fill_cells for a kernel that takes up to max_group_cells
 * work-items in a group: 256, 128, 64, ... cells. */
size_t launch_group_cells(size_t max_group_cells);

/* Returns the launch of fill_cells over a band of at most launch_cells_max_rows rows, in
 * work-groups of group_cells, a power of two. */
struct launch launch_cells(const struct band_rectangle *band, size_t group_cells);

/* Returns the most rows that a band of num_columns columns may have for fill_cells. */
size_t launch_cells_max_rows(size_t num_columns, size_t group_cells);

/* The most cells of a launch, for every kernel. */
#define LAUNCH_MAX_CELLS ((size_t)1 << 28)

#endif

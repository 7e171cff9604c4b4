/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_LAUNCH_H
#define OUTERFILL_FILL_LAUNCH_H

#include <stdint.h>

#include "fill/band.h"

/* The NDRange over a band, and what its work-items need to find their cells. */
struct launch {
    size_t global[2], local[2];
    uint64_t rows_per_item, columns_per_item; /* of a kernel that runs along rows */
    /* Of a kernel that takes the band as one run. For every cell of the band,
     * cell / num_columns == cell * reciprocal >> (28 + shift). */
    uint64_t reciprocal, shift;
};

/* The kind of work-items that run along rows. PLAIN_ITEMS are the usual ones. STREAMED_ITEMS are
 * long, for fill_stream. SHARED_ITEMS are small, for expensive cells: such a cell costs far more
 * than a work-group does, and costs may differ from cell to cell. BATCH_ITEMS are for fill_batches:
 * cells as expensive, but a batch needs some of them. */
enum launch_items { PLAIN_ITEMS, STREAMED_ITEMS, SHARED_ITEMS, BATCH_ITEMS };

/* Returns the launch of fill_rows, fill_stream or fill_batches over a band that is not empty. */
struct launch launch_rows(const struct band_rectangle *band, size_t num_compute_units,
                          enum launch_items items);

/* The work-items of a work-group of fill_runs and fill_cells, if the device takes them. */
#define LAUNCH_GROUP_ITEMS 256u

/* Returns the largest work-group for a kernel that takes up to max_group_items work-items in a
 * group: 256, 128, 64, ... */
size_t launch_group_items(size_t max_group_items);

/* Returns the launch of fill_runs or fill_cells over a band that is not empty. A work-item has
 * item_cells cells, and a work-group has group_items work-items. */
struct launch launch_run(const struct band_rectangle *band, size_t item_cells, size_t group_items);

/* The most cells of a launch, for every kernel. Indices of fill_runs rely on it. */
#define LAUNCH_MAX_CELLS ((size_t)1 << 28)

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_LAUNCH_H
#define OUTERFILL_FILL_LAUNCH_H

#include <stdint.h>

#include "fill/band.h"

/* The NDRange over a band, and what one work-item of it computes. */
struct launch {
    size_t global[2], local[2];
    uint64_t rows_per_item, columns_per_item;
};

/* Work-items that run along rows: plain ones; those of fill_stream, which are long; and small ones where cells cost far more
 * than a work-group does, and perhaps one far more than another. */
enum launch_items { PLAIN_ITEMS, STREAMED_ITEMS, SHARED_ITEMS };

/* For the kernels fill_rows, fill_stream and fill_vectors on a device with that many compute units. */
struct launch launch_rows(const struct band_rectangle *band, size_t num_compute_units,
                          enum launch_items items);

/* For the kernel fill_cells, and the most rows that a band of num_columns columns may have for it. */
struct launch launch_cells(const struct band_rectangle *band);
size_t launch_cells_max_rows(size_t num_columns);

/* The most cells of a launch. */
#define LAUNCH_MAX_CELLS ((size_t)1 << 28)

#endif

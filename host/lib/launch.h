/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_LAUNCH_H
#define OUTERFILL_LIB_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>

#include "band.h"

/* The NDRange over a band, and what one work-item of it computes. */
struct launch {
    size_t global[2], local[2];
    uint64_t rows_per_item, columns_per_item;
};

/* For the kernels fill_rows and fill_vectors on a device with that many compute units; expensive: cells cost far more than a
 * work-group does, and perhaps one far more than another. */
struct launch launch_rows(const struct band_rectangle *band, size_t num_compute_units, bool is_expensive);

/* For the kernel fill_cells, and the most rows that a band of num_columns columns may have for it. */
struct launch launch_cells(const struct band_rectangle *band);
size_t launch_cells_max_rows(size_t num_columns);

/* The most cells of a launch. */
#define LAUNCH_MAX_CELLS ((size_t)1 << 28)

#endif

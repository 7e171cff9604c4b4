/* SPDX-License-Identifier: MIT */
#include "fill/band_bounds.h"

#include "base/arithmetic.h"

/* Halving stops here: fewer cells would only cost time. */
#define MIN_SLOT_CELLS 64u

size_t band_bounds_slot_cells(const struct band_bounds *bounds) {
    return least(least(bounds->memory_cells, bounds->buffer_cells),
                 least(bounds->launch_cells, bounds->array_cells));
}

bool band_bounds_halve(struct band_bounds *bounds) {
    const size_t num_cells = band_bounds_slot_cells(bounds);
    if (num_cells <= MIN_SLOT_CELLS) return false;
    bounds->memory_cells = num_cells / 2;
    return true;
}

struct band_limits band_bounds_limits(const struct band_bounds *bounds) {
    return (struct band_limits){
        .max_cells = least(least(band_bounds_slot_cells(bounds), bounds->pace_cells),
                           least(bounds->trial_cells, bounds->sink_cells)),
        .window_rows = bounds->window_rows,
        .window_columns = bounds->window_columns,
        .row_step = bounds->sink_row_step,
    };
}

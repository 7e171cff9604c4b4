/* SPDX-License-Identifier: MIT
 *
 * Everything that bounds the next band of a lane, in one list. The module is pure arithmetic: it
 * knows no device and no sink. */
#ifndef OUTERFILL_FILL_BAND_BOUNDS_H
#define OUTERFILL_FILL_BAND_BOUNDS_H

#include <stdbool.h>

#include "fill/band.h"

/* Each bound is at least 1, except sink_row_step. SIZE_MAX means unbounded. */
struct band_bounds {
    /* Cells, fixed by lane_plan. Together they are the size of a slot. */
    size_t memory_cells; /* the caller's memory limit; halved when the device finds no memory */
    size_t buffer_cells; /* the device's largest buffer */
    size_t launch_cells; /* LAUNCH_MAX_CELLS: beyond it drivers compile again, or fail silently */
    size_t array_cells;  /* n * m */

    /* Cells, set before each band. */
    size_t pace_cells;  /* a launch takes about 50 ms at the measured rate */
    size_t trial_cells; /* bands stay small while two kernels are compared */
    size_t sink_cells;  /* the sink's block, if it has blocks */

    /* Rows and columns, fixed by lane_plan. */
    size_t window_rows;    /* elements of a that the device sees at once */
    size_t window_columns; /* elements of b that the device sees at once */

    /* A wish of the sink: bands end at a multiple of this number of rows. 0: anywhere. */
    size_t sink_row_step;
};

/* Returns the cells that the memory of one slot must hold. No band has more cells. */
size_t band_bounds_slot_cells(const struct band_bounds *bounds);

/* Halves the cells of a slot. Returns false if a slot is as small as a lane allows. */
bool band_bounds_halve(struct band_bounds *bounds);

/* Returns the limits of the next band, with all bounds applied. */
struct band_limits band_bounds_limits(const struct band_bounds *bounds);

#endif

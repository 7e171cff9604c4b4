/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_LANE_H
#define OUTERFILL_FILL_LANE_H

#include "fill/band.h"
#include "device/function.h"
#include "fill/sink.h"

/* What a fill is to do, the same for all its lanes; read only. */
struct lane_task {
    const outerfill_function *function;
    const void *a, *b;
    size_t n, m;
    size_t itemsize;
    outerfill_fill_options options;
};

/* A lane drives one device: it takes bands, keeps some in flight at once, and hands them over in the order taken. One thread
 * uses it at a time. */
struct lane;

/* How many bands a lane can have in flight at most, and how many can fail in it: one for each halving of what it takes, and all
 * in flight when it is dropped. */
#define LANE_MAX_IN_FLIGHT 3
#define LANE_MAX_FAILURES  (64 + LANE_MAX_IN_FLIGHT)

/* Opens a lane for a task on the k-th device of the function's context: one that an earlier fill left, or a new one. */
outerfill_status lane_open(const struct lane_task *task, size_t k, struct lane **lane,
                           outerfill_error *error);

/* Waits until the device no longer writes anywhere, unless it is stuck. A healthy lane is kept for the next fill, another one
 * released. */
void lane_close(struct lane *lane, bool is_healthy);

/* Whether the device may still write into the places of bands that failed: it was asked twice to finish, and failed twice. */
bool lane_is_stuck(const struct lane *lane);
void lane_describe_stuck(const outerfill_error *why, outerfill_error *error);

/* What the next band may be at most. Grows and shrinks with the measured rate, so that a launch takes about 50 ms. */
struct band_limits lane_limits(const struct lane *lane);

/* How fast it is, in cells per launch of 50 ms; 0 where nothing was measured yet. */
size_t lane_rate(const struct lane *lane);

size_t lane_num_in_flight(const struct lane *lane);
bool lane_has_room(const struct lane *lane);

/* Starts a band where the lane has room; its results go to place. After a failure the band is not in flight;
 * OUTERFILL_OUT_OF_MEMORY with lane_shrink() == true afterwards means: try a smaller one. */
outerfill_status lane_start(struct lane *lane, struct band band, struct destination destination,
                            outerfill_error *error);
bool lane_shrink(struct lane *lane);

/* Waits for the oldest band in flight, which is then in its place, or failed; either way it is no longer in flight. */
outerfill_status lane_finish(struct lane *lane, struct band *band, outerfill_error *error);

#endif

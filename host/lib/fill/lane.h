/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_LANE_H
#define OUTERFILL_FILL_LANE_H

#include "fill/lane_plan.h"
#include "fill/sink.h"

/* A lane is one device at work on one fill. It takes bands, keeps a few bands in flight at once,
 * and finishes them in the order taken. A lane has no lock: one thread at a time uses it. */
struct lane;

/* LANE_MAX_IN_FLIGHT bounds the bands in flight. LANE_MAX_FAILURES bounds the bands that can
 * fail in one lane during a fill. A band may fail for each halving of the lane's memory, at most
 * 64 times. The bands in flight fail when the lane is dropped. */
#define LANE_MAX_IN_FLIGHT 3
#define LANE_MAX_FAILURES  (64 + LANE_MAX_IN_FLIGHT)

/* Opens a lane for a task, on device k of the function's context. It reuses a lane that an
 * earlier fill has left, or creates one. The caller releases the lane with lane_close. Fails
 * with OUTERFILL_OUT_OF_MEMORY, _DEVICE_FAILED or _INVALID_ARGUMENT (the device cannot do the
 * work-item of the options). After a failure *lane is not valid. */
outerfill_status lane_open(const struct lane_task *task, size_t k, struct lane **lane,
                           outerfill_error *error);

/* As lane_open, after a fault: opens the device once more, for this fill alone. */
outerfill_status lane_open_again(const struct lane_task *task, size_t k, struct lane **lane,
                                 outerfill_error *error);

/* Ends the lane's work on the fill; no band is in flight. A healthy lane is kept for the next fill,
 * any other lane is destroyed. The memory of a lane stays for ever if its device may still use it.
 * NULL does nothing. */
void lane_close(struct lane *lane, bool is_healthy);

/* What a dead device may still use: only the lane's own memory; the destinations of bands that
 * failed too; or also a and b, which it reads in place where it shares the host's memory. A device
 * is dead if clFinish failed twice after a band had failed. Results that go through the ring keep
 * it from the destinations. */
enum lane_reach { LANE_REACHES_NOTHING, LANE_REACHES_DESTINATIONS, LANE_REACHES_INPUTS };
enum lane_reach lane_reach(const struct lane *lane);

/* Sets error to OUTERFILL_STILL_WRITING, with the message and the OpenCL code of why. */
void lane_describe_stuck(const outerfill_error *why, outerfill_error *error);

/* Returns the device of the function's context that reads results back for the lane, and does so
 * best into memory that is pinned for it. NULL: no such device. */
const struct context_device *lane_reading_device(const struct lane *lane);

/* Returns what bounds the lane's next band if num_left cells are left to all lanes. The caller adds
 * the bounds of the sink. */
struct band_bounds lane_bounds(const struct lane *lane, size_t num_left);

/* Returns the lane's rate as the number of cells that a launch of 50 ms computes. 0: not
 * measured yet. */
size_t lane_rate(const struct lane *lane);

/* Returns the least number of cells that is worth a launch, because fewer take as long. 0: any
 * number is, as on CPUs. */
size_t lane_floor(const struct lane *lane);

/* Returns the bands that were started and not finished. */
size_t lane_num_in_flight(const struct lane *lane);

/* Returns whether the lane can start another band now. */
bool lane_has_room(const struct lane *lane);

/* Starts a band. Call it only if the lane has room. The lane writes the results into the
 * destination until lane_finish has returned for this band. Fails with OUTERFILL_OUT_OF_MEMORY
 * or _DEVICE_FAILED; the band is not in flight then. After OUTERFILL_OUT_OF_MEMORY, call
 * lane_shrink, and if it returns true try a smaller band. */
outerfill_status lane_start(struct lane *lane, struct band band, struct destination destination,
                            outerfill_error *error);

/* Releases memory that the device has kept from earlier fills, or halves the memory that a band may
 * take. The lane releases its larger memory before the next band. Returns false if a band is as
 * small as a lane allows. */
bool lane_shrink(struct lane *lane);

/* Waits for the oldest band in flight, which must exist, and sets *band. On success the results
 * are in the band's destination. Either way the band is no longer in flight. Fails with
 * OUTERFILL_OUT_OF_MEMORY or _DEVICE_FAILED. */
outerfill_status lane_finish(struct lane *lane, struct band *band, outerfill_error *error);

#endif

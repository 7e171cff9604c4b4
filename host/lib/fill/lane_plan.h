/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_LANE_PLAN_H
#define OUTERFILL_FILL_LANE_PLAN_H

#include "base/memory.h"
#include "device/function.h"
#include "device/pinned.h"
#include "fill/band_bounds.h"
#include "fill/launch.h"

/* What a fill computes. All lanes of the fill share the task and only read it. It outlives the
 * lanes' work on the fill. */
struct lane_task {
    const outerfill_function *function;
    const void *a, *b;
    size_t n, m;
    size_t itemsize;
    outerfill_fill_options options;
};

/* How staged results are read back: into pinned memory, or directly into the destination. */
enum lane_read_way { THROUGH_PINNED, DIRECT };

/* When a lane uses fill_stream instead of its main kernel: never, for large bands if it proves
 * faster there, or always. */
enum lane_streaming { STREAM_NEVER, STREAM_IF_FASTER, STREAM_ALWAYS };

/* Planes in pinned memory, and whatever else is read back, begin at multiples of this number of
 * bytes. Some devices read back to other addresses at a tenth of the rate, and others
 * refuse to. (read: Arc A770, 1.7 GB/s instead of 21) */
#define PLANE_ALIGNMENT PINNED_ALIGNMENT

/* Planes of at least this number of bytes begin at pages. */
#define LARGE_PLANE_NBYTES (16 * PAGE_NBYTES)

/* How one device works on one fill. */
struct lane_plan {
    /* How results reach the destination: MAPPED or STAGED, never AUTO. */
    outerfill_transfer transfer;
    size_t num_slots;              /* bands in flight */
    enum lane_read_way first_read; /* staged: the way that is tried first */
    size_t num_copy_threads;       /* staged: threads that copy from pinned memory */
    bool is_profiled;              /* the queues record times */
    bool inputs_in_place;          /* the device reads a and b in the caller's memory */

    const char *main_kernel; /* its name in the program; a static string */
    enum launch_items items; /* of the main kernel, if it runs along rows */
    size_t item_cells; /* of a work-item of fill_runs or fill_cells (1); 0: the main kernel runs
                          along rows */
    enum lane_streaming streaming;

    /* A launch at the rate of an earlier fill takes this time, in seconds. */
    double first_seconds;
    size_t floor_cells; /* a launch of fewer cells takes as long as one of these; 0: on CPUs */

    struct band_bounds bounds; /* pace_cells and sink_cells are left unbounded */
};

/* Plans the work of device k of the function's context. The result depends on the arguments
 * alone. num_cores is the number of cores of the host. Calls no OpenCL and cannot fail. */
struct lane_plan lane_plan(const struct lane_task *task, size_t k, size_t num_cores);

/* Returns whether a lane that was made for one plan can work by the other: the kernels and the
 * transfer are the same. */
bool lane_plan_is_compatible(const struct lane_plan *plan, const struct lane_plan *other);

#endif

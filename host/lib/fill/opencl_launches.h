/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_OPENCL_LAUNCHES_H
#define OUTERFILL_FILL_OPENCL_LAUNCHES_H

#include "device/function.h"
#include "fill/band.h"
#include "fill/launch.h"

/* The kernel of a launch: fill_runs, or one that takes any cells. */
enum opencl_kernel { IN_RUNS, ANY_CELLS };

/* How a fill in the caller's buffers is cut into launches. */
struct opencl_launches {
    const char *names[2]; /* of the kernels; NULL: no launch takes that one */
    size_t item_cells[2]; /* as in struct kernel */
    enum launch_items items;
    size_t m;
    struct band_limits limits;
};

/* Plans the launches of a function over num_cells cells in rows of m, into a buffer from ab_offset
 * on. The result depends on the arguments alone. */
struct opencl_launches opencl_launches_plan(const outerfill_function *function, size_t m,
                                            size_t num_cells, size_t ab_offset);

/* Returns the next launch: the cells at the begin of `rest`, which is not empty. */
struct band opencl_launches_cut(const struct opencl_launches *launches, struct band rest);

/* Returns the number of launches. */
size_t opencl_launches_count(const struct opencl_launches *launches, struct band wanted);

/* Returns the kernel of a launch. */
enum opencl_kernel opencl_launches_kernel(const struct opencl_launches *launches, struct band band);

#endif

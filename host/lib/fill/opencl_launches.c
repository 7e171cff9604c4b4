/* SPDX-License-Identifier: MIT
 *
 * Cuts a fill in the caller's buffers into launches, by their size: nobody times them. A function
 * with loops may be slow, and gets smaller launches.
 *
 * fill_runs stores whole runs at multiples of their size. So it takes launches that begin and end
 * at such multiples, in planes that do so as well. Any other launch gets a kernel that takes any
 * cells. The module calls no OpenCL. */
#include "fill/opencl_launches.h"

#include <stdint.h>

#define MAX_CELLS_OF_LOOPS ((size_t)1 << 22)

struct opencl_launches opencl_launches_plan(const outerfill_function *function, size_t m,
                                            size_t num_cells, size_t ab_offset) {
    const bool is_cpu = function->context->devices[0].device.info.type == OUTERFILL_DEVICE_CPU,
               has_batches = is_cpu && function->programs[0].batch_cells > 1;
    const size_t cells = function->run_cells,
                 run_nbytes = cells * outerfill_dtype_itemsize(function->dtype);
    const bool has_runs =
        !is_cpu && cells > 1 && num_cells % cells == 0 && ab_offset % run_nbytes == 0;
    return (struct opencl_launches){
        .names = {has_runs ? "outerfill_fill_runs" : NULL, !is_cpu       ? "outerfill_fill_cells"
                                                           : has_batches ? "outerfill_fill_batches"
                                                                         : "outerfill_fill_rows"},
        .item_cells = {cells, is_cpu ? 0 : 1},
        .items = has_batches             ? BATCH_ITEMS
                 : function->cost_varies ? SHARED_ITEMS
                                         : PLAIN_ITEMS,
        .m = m,
        .limits = {.max_cells = function->cost_varies ? MAX_CELLS_OF_LOOPS : LAUNCH_MAX_CELLS,
                   .window_rows = SIZE_MAX,
                   .window_columns = SIZE_MAX,
                   .row_step = has_runs ? cells : 0},
    };
}

struct band opencl_launches_cut(const struct opencl_launches *launches, struct band rest) {
    return band_cut(rest, launches->m, &launches->limits);
}

size_t opencl_launches_count(const struct opencl_launches *launches, struct band wanted) {
    size_t number = 0;
    for (; wanted.begin < wanted.end; number++)
        wanted.begin = opencl_launches_cut(launches, wanted).end;
    return number;
}

enum opencl_kernel opencl_launches_kernel(const struct opencl_launches *launches,
                                          struct band band) {
    const size_t cells = launches->item_cells[IN_RUNS];
    const bool is_whole = band.begin % cells == 0 && band.end % cells == 0;
    return launches->names[IN_RUNS] && is_whole ? IN_RUNS : ANY_CELLS;
}

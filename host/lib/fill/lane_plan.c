/* SPDX-License-Identifier: MIT
 *
 * Decides how a lane works, before it makes any OpenCL call: the way of the results, the kernels,
 * and the bounds of a band that do not change from band to band. lane.c works by the plan. */
#include "fill/lane_plan.h"

#include <stdint.h>
#include <string.h>

#include "base/arithmetic.h"
#include "fill/ring.h"
#include "fill/pace.h"

/* Smaller limits of the caller are raised to this one. */
#define MIN_MEMORY_NBYTES ((size_t)64 << 10)
/* The elements of the largest window. (kernels/fill.cl: indices of `a` and `b` have 32 bits) */
#define MAX_WINDOW ((size_t)1 << 31)
/* Bytes of the largest band while it is not known which kernel is faster. Bands stay small, so
 * that one large fill has enough bands for the comparison. */
#define STREAM_TRIAL_NBYTES ((size_t)128 << 20)
/* Seconds of a later fill's first launch, estimated from the earlier fills. Other values of a
 * and b can make a loop a thousand times slower. In the worst case the launch then takes one
 * second, and a cancel waits for it. */
#define FIRST_SECONDS_OF_LOOPS 0.001

/* A GPU takes the same time for one cell as for this number on each of its compute units. (read:
 * John the Ripper measured 75 to 77 ms for 1024, 2048 and 4096 work-items) */
#define FLOOR_CELLS_PER_UNIT 256u

/* ---- The way of the results ---- */

/* The numbers of a transfer. */
struct transfer_numbers {
    size_t num_slots;
    /* Copies of a band's bytes that count in the caller's memory limit: in planes, in pinned
     * memory. */
    size_t copies_per_slot;
    size_t default_nbytes; /* bytes of a slot's band if the caller sets no limit */
    size_t shared_nbytes;  /* the same on devices that share the host's memory */
};

/* One band computes, the next waits behind it in the queue. A slot has no memory of its own, so it
 * has no size either. */
static const struct transfer_numbers mapped = {
    .num_slots = 2,
    .copies_per_slot = 1,
    .default_nbytes = SIZE_MAX,
    .shared_nbytes = SIZE_MAX,
};

/* One band computes, one is read back, one is copied out. On devices that share the host's memory
 * a band of shared_nbytes is still in the cache when it is copied. (measured: 18 GB/s with 4 MiB,
 * 11 with 8, 9 with 32; PoCL) */
static const struct transfer_numbers staged = {
    .num_slots = RING_SLOTS,
    .copies_per_slot = 2,
    .default_nbytes = (size_t)32 << 20,
    .shared_nbytes = (size_t)4 << 20,
};

/* Where the host's memory is shared, reading back directly saves the most, so it is tried first.
 * Half of the cores copy, shared among the devices. The other half is left to the drivers' threads
 * and to the program itself. */
static void plan_transfer(struct lane_plan *plan, const struct lane_task *task,
                          const struct context_device *device, size_t num_cores) {
    const bool shares_memory = device->device.info.shares_host_memory;
    const size_t num_devices = task->function->context->num_devices;
    plan->transfer = task->options.transfer;
    if (plan->transfer == OUTERFILL_TRANSFER_AUTO)
        plan->transfer =
            device->has_zero_copy ? OUTERFILL_TRANSFER_MAPPED : OUTERFILL_TRANSFER_STAGED;
    plan->first_read = shares_memory ? DIRECT : THROUGH_PINNED;
    plan->inputs_in_place = shares_memory;
    plan->is_profiled = task->options.profiles != NULL;
    plan->num_copy_threads = largest(1, num_cores / 2 / num_devices);
}

/* ---- Kernels ---- */

/* fill_stream may win only where the kernel stores into the caller's memory and a cell is cheap. */
static enum lane_streaming choose_streaming(const struct lane_plan *plan,
                                            outerfill_work_item work_item) {
    const bool may_win = plan->transfer == OUTERFILL_TRANSFER_MAPPED && plan->item_cells == 0 &&
                         plan->items == PLAIN_ITEMS;
    switch (work_item) {
    case OUTERFILL_WORK_ITEM_STREAM: return STREAM_ALWAYS;
    case OUTERFILL_WORK_ITEM_AUTO: return may_win ? STREAM_IF_FASTER : STREAM_NEVER;
    case OUTERFILL_WORK_ITEM_ROWS:
    case OUTERFILL_WORK_ITEM_CELL: break;
    }
    return STREAM_NEVER;
}

/* Devices other than CPUs take a band as one run of cells. fill_runs writes beyond the end of a
 * band, which only the memory of a slot has room for. */
static size_t choose_item_cells(const struct lane_plan *plan, const struct lane_task *task,
                                const outerfill_device *info) {
    const bool is_cpu = info->type == OUTERFILL_DEVICE_CPU;
    const outerfill_work_item work_item = task->options.work_item;
    const bool is_run =
        work_item == OUTERFILL_WORK_ITEM_AUTO ? !is_cpu : work_item == OUTERFILL_WORK_ITEM_CELL;
    if (!is_run) return 0;
    return !is_cpu && plan->transfer == OUTERFILL_TRANSFER_STAGED ? task->function->run_cells : 1;
}

/* AUTO means batches of cells on CPUs where the program has them. A cell may be expensive if its
 * cost varies. */
static void plan_kernels(struct lane_plan *plan, const struct lane_task *task,
                         const outerfill_device *info, const struct function_program *program) {
    const bool cost_varies = task->function->cost_varies;
    const outerfill_work_item work_item = task->options.work_item;
    const bool has_batches = work_item == OUTERFILL_WORK_ITEM_AUTO && program->batch_cells > 1;
    plan->item_cells = choose_item_cells(plan, task, info);
    plan->main_kernel = plan->item_cells > 1    ? "outerfill_fill_runs"
                        : plan->item_cells == 1 ? "outerfill_fill_cells"
                        : has_batches           ? "outerfill_fill_batches"
                                                : "outerfill_fill_rows";
    plan->items = has_batches ? BATCH_ITEMS : cost_varies ? SHARED_ITEMS : PLAIN_ITEMS;
    plan->streaming = choose_streaming(plan, work_item);
    plan->floor_cells = info->type == OUTERFILL_DEVICE_CPU
                            ? 0
                            : FLOOR_CELLS_PER_UNIT * largest(1, info->num_compute_units);
    plan->first_seconds = cost_varies ? FIRST_SECONDS_OF_LOOPS : PACE_LAUNCH_SECONDS;
}

/* ---- Bounds ---- */

/* Returns the cells of a slot of nbytes bytes, whose planes begin at pages or at multiples of
 * PLANE_ALIGNMENT. */
static size_t slot_cells(const struct lane_task *task, size_t nbytes) {
    const size_t plane = nbytes / task->function->num_planes;
    const size_t step = plane < LARGE_PLANE_NBYTES ? PLANE_ALIGNMENT : PAGE_NBYTES;
    return largest(1, plane / step * step / task->itemsize);
}

/* Shares out the memory. The windows of a and b get an eighth of the caller's limit each, the
 * bands in flight get half. A window is one buffer, so the largest buffer bounds it. Mapped planes
 * are separate buffers, so the largest buffer bounds one plane. A slot of a ring holds all planes,
 * so there it bounds the whole band. */
static void plan_memory(struct lane_plan *plan, const struct lane_task *task,
                        const outerfill_device *info) {
    const bool is_mapped = plan->transfer == OUTERFILL_TRANSFER_MAPPED;
    const struct transfer_numbers *numbers = is_mapped ? &mapped : &staged;
    const size_t itemsize = task->itemsize, max_buffer = (size_t)info->max_buffer_nbytes;
    size_t window = max_buffer,
           slot = info->shares_host_memory ? numbers->shared_nbytes : numbers->default_nbytes;
    if (task->options.memory_nbytes) {
        const size_t limit = largest(task->options.memory_nbytes, MIN_MEMORY_NBYTES);
        window = least(limit / 8, max_buffer);
        slot = least(slot, limit / 2 / (numbers->num_slots * numbers->copies_per_slot));
    }
    plan->num_slots = numbers->num_slots;
    plan->bounds.memory_cells = slot_cells(task, slot);
    plan->bounds.buffer_cells =
        is_mapped ? largest(1, max_buffer / itemsize) : slot_cells(task, max_buffer);
    plan->bounds.window_rows = plan->bounds.window_columns =
        least(largest(1, window / itemsize), MAX_WINDOW);
}

static void plan_bounds(struct lane_plan *plan, const struct lane_task *task) {
    struct band_bounds *bounds = &plan->bounds;
    bounds->launch_cells = LAUNCH_MAX_CELLS;
    bounds->array_cells = largest(1, task->n * task->m);
    bounds->pace_cells = bounds->sink_cells = bounds->trial_cells = SIZE_MAX;
    if (plan->streaming == STREAM_IF_FASTER)
        bounds->trial_cells = STREAM_TRIAL_NBYTES / task->itemsize / task->function->num_planes;
}

struct lane_plan lane_plan(const struct lane_task *task, size_t k, size_t num_cores) {
    const struct context_device *device = &task->function->context->devices[k];
    const outerfill_device *info = &device->device.info;
    struct lane_plan plan = {0};
    plan_transfer(&plan, task, device, num_cores);
    plan_kernels(&plan, task, info, &task->function->programs[k]);
    plan_memory(&plan, task, info);
    plan_bounds(&plan, task);
    return plan;
}

bool lane_plan_is_compatible(const struct lane_plan *plan, const struct lane_plan *other) {
    return plan->transfer == other->transfer && plan->streaming == other->streaming &&
           plan->is_profiled == other->is_profiled &&
           strcmp(plan->main_kernel, other->main_kernel) == 0;
}

/* SPDX-License-Identifier: MIT
 *
 * Lanes: one device at work on one fill. A band passes through a lane in three steps.
 *
 *     lane_start:   windows of a and b -> planes for the kernel -> launch -> read back
 *     the device:   computes the bands in flight, in order
 *     lane_finish:  waits for the oldest band -> results in their destination -> checks
 *
 * A lane owns its queues, kernels, windows and slots. The way of the results (transfer_mapped.c,
 * transfer_staged.c) is chosen by lane_plan.c. A lane does not know which bands there
 * are, nor what a sink is. */
#include <stdlib.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "device/queue.h"
#include "fill/lane_internal.h"

/* ---- Opening and closing ---- */

enum lane_reach lane_reach(const struct lane *lane) {
    return lane->reach;
}

void lane_describe_stuck(const outerfill_error *why, outerfill_error *error) {
    error_set(error, OUTERFILL_STILL_WRITING,
              "a device failed and does not say that it has stopped: neither use nor release the "
              "arrays of this fill while the "
              "process lives (%s)",
              why->message);
    error->opencl_code = why->opencl_code;
}

/* A device that was opened once more ends with the lane, and pinned memory may not outlive it. */
const struct context_device *lane_reading_device(const struct lane *lane) {
    const bool reads_back = lane->plan.transfer == OUTERFILL_TRANSFER_STAGED &&
                            !lane->device->device.info.shares_host_memory;
    return reads_back && !lane->renewed ? lane->device : NULL;
}

static void close_memory(struct lane *lane, bool is_healthy) {
    if (lane->transfer->close) lane->transfer->close(lane, is_healthy);
}

/* OpenCL keeps its objects for as long as commands use them. The host's memory stays with a slot
 * that is lost: its pinned memory, and the lane itself, which holds the faults. */
static void destroy(void *thing) {
    struct lane *lane = thing;
    close_memory(lane, false);
    for (size_t k = 0; k < LANE_MAX_IN_FLIGHT; k++)
        if (lane->slots[k].faults) clReleaseMemObject(lane->slots[k].faults);
    lane_kernel_release(lane);
    if (lane->compute) clReleaseCommandQueue(lane->compute);
    renewed_device_destroy(lane->renewed);
    for (size_t k = 0; k < LANE_MAX_IN_FLIGHT; k++)
        if (lane->slots[k].is_lost) return;
    free(lane);
}

/* The lane takes over `renewed`, also after a failure. */
static outerfill_status create(const struct lane_task *task, const struct lane_plan *plan, size_t k,
                               struct renewed_device *renewed, struct lane **created,
                               outerfill_error *error) {
    const bool is_mapped = plan->transfer == OUTERFILL_TRANSFER_MAPPED;
    struct lane *lane = *created = aligned_alloc(_Alignof(struct lane), sizeof *lane);
    if (!lane) {
        renewed_device_destroy(renewed);
        return error_no_memory(error, "lane (%zu bytes)", sizeof *lane);
    }
    memset(lane, 0, sizeof *lane);
    lane->renewed = renewed;
    lane->device = renewed ? &renewed->device : &task->function->context->devices[k];
    lane->program = renewed ? &renewed->program : &task->function->programs[k];
    lane->list = &task->function->lanes[k];
    lane->index = k;
    lane->transfer = is_mapped ? &transfer_mapped : &transfer_staged;
    lane->plan = *plan;
    lane->pace = pace_begin(plan->floor_cells);
    outerfill_status status = lane_kernel_open(lane, error);
    if (!status) status = queue_open(lane->device, lane->plan.is_profiled, &lane->compute, error);
    if (status) destroy(lane);
    return status;
}

/* Takes a lane that an earlier fill has left. A lane that cannot work by the plan is destroyed,
 * and NULL returned. */
static struct lane *take_kept(const struct lane_task *task, const struct lane_plan *plan,
                              size_t k) {
    struct lane *lane = free_list_take(&task->function->lanes[k]);
    if (!lane || lane_plan_is_compatible(&lane->plan, plan)) return lane;
    destroy(lane);
    return NULL;
}

/* ---- A fill begins and ends ---- */

/* Gets the memory of all slots, if the lane has none or needs less. If the device has less memory,
 * it tries again with half the cells. */
static outerfill_status prepare_memory(struct lane *lane, outerfill_error *error) {
    if (!lane->transfer->open || (lane->ring && !lane->is_short)) return OUTERFILL_OK;
    close_memory(lane, false);
    outerfill_status status = lane->transfer->open(lane, error);
    while (status == OUTERFILL_OUT_OF_MEMORY && lane_shrink(lane))
        status = lane->transfer->open(lane, error);
    lane->is_short = false;
    return status;
}

/* Sets the pace of the first launch. A rate that was measured with other parameters says
 * nothing, so the lane begins anew. With the same parameters the rate counts, but less where the
 * cost of a cell may depend on a and b. */
static void prepare_pace(struct lane *lane) {
    const outerfill_function *function = lane->task->function;
    const double *values = lane->task->options.parameters ? lane->task->options.parameters
                                                          : function->parameter_values;
    const size_t nbytes = function->num_parameters * sizeof *values;
    if (memcmp(lane->parameter_values, values, nbytes) == 0)
        pace_resume(&lane->pace, lane->plan.first_seconds);
    else
        lane->pace = pace_begin(lane->plan.floor_cells);
    memcpy(lane->parameter_values, values, nbytes);
}

static void begin_fill(struct lane *lane, const struct lane_task *task,
                       const struct lane_plan *plan) {
    lane->task = task;
    lane->plan = *plan;
    lane->num_started = lane->num_finished = 0;
    lane_window_init(&lane->a, task->a, task->n, plan->bounds.window_rows);
    lane_window_init(&lane->b, task->b, task->m, plan->bounds.window_columns);
    lane->is_short = false;
    lane->profile_begin = 0;
    prepare_pace(lane);
}

static struct lane_plan plan_lane(const struct lane_task *task, size_t k) {
    const long num_cores = sysconf(_SC_NPROCESSORS_ONLN);
    return lane_plan(task, k, num_cores > 0 ? (size_t)num_cores : 1);
}

/* Prepares a lane for a fill. A lane that cannot be prepared is closed. */
static outerfill_status prepare(struct lane *lane, const struct lane_task *task,
                                const struct lane_plan *plan, outerfill_error *error) {
    begin_fill(lane, task, plan);
    const outerfill_status status = prepare_memory(lane, error);
    if (status) lane_close(lane, false);
    return status;
}

/* A dead device has not lacked memory, whatever the code says. */
static outerfill_status fail_to_open(const struct context_device *device, outerfill_error *error) {
    driver_notice_append(device->notice, error);
    if (device->has_died) error->status = OUTERFILL_DEVICE_FAILED;
    return error->status;
}

outerfill_status lane_open(const struct lane_task *task, size_t k, struct lane **lane,
                           outerfill_error *error) {
    const struct lane_plan plan = plan_lane(task, k);
    outerfill_status status = OUTERFILL_OK;
    *lane = take_kept(task, &plan, k);
    if (!*lane) status = create(task, &plan, k, NULL, lane, error);
    if (!status) status = prepare(*lane, task, &plan, error);
    return status ? fail_to_open(&task->function->context->devices[k], error) : OUTERFILL_OK;
}

outerfill_status lane_open_again(const struct lane_task *task, size_t k, struct lane **lane,
                                 outerfill_error *error) {
    const struct lane_plan plan = plan_lane(task, k);
    struct renewed_device *renewed;
    outerfill_status status = renewed_device_create(task->function, k, &renewed, error);
    if (!status) status = create(task, &plan, k, renewed, lane, error);
    return status ? status : prepare(*lane, task, &plan, error);
}

void lane_close(struct lane *lane, bool is_healthy) {
    if (!lane) return;
    const bool may_be_kept = is_healthy && !lane->is_dead && !lane->renewed;
    lane_drain(lane->compute);
    close_memory(lane, may_be_kept);
    if (lane->a.buffer) clReleaseMemObject(lane->a.buffer);
    if (lane->b.buffer) clReleaseMemObject(lane->b.buffer);
    lane->a.buffer = lane->b.buffer = NULL;
    lane->task = NULL;
    if (may_be_kept)
        free_list_put(lane->list, lane, FREE_LIST_CAPACITY, destroy);
    else
        destroy(lane);
}

/* ---- What the next band may be ---- */

struct band_bounds lane_bounds(const struct lane *lane, size_t num_left) {
    struct band_bounds bounds = lane->plan.bounds;
    bounds.pace_cells = pace_cells(&lane->pace, num_left, lane->task->m);
    if (!lane_kernel_is_undecided(lane)) bounds.trial_cells = SIZE_MAX;
    return bounds;
}

size_t lane_rate(const struct lane *lane) {
    return lane->pace.learned;
}

size_t lane_floor(const struct lane *lane) {
    return lane->plan.floor_cells;
}

/* A ring that the device has kept may hold all of its memory. */
bool lane_shrink(struct lane *lane) {
    const bool has_freed = ring_discard_kept(lane->device);
    lane->is_short = true;
    return !lane->is_dead && (has_freed || band_bounds_halve(&lane->plan.bounds));
}

/* ---- A band ---- */

size_t lane_num_in_flight(const struct lane *lane) {
    return lane->num_started - lane->num_finished;
}

/* Until the rate is known, the lane keeps one band in flight. A second launch would have to
 * guess its length as the first did. Slots that are to be allocated anew must be empty. */
bool lane_has_room(const struct lane *lane) {
    const size_t most = lane->is_short || !lane->pace.is_sure ? 1 : lane->plan.num_slots;
    return lane_num_in_flight(lane) < most;
}

/* Drivers tell what they know of a failure when the queues are finished, at the latest. A dead
 * device has not lacked memory, whatever the code says. */
static outerfill_status give_up(struct lane *lane, struct lane_slot *slot, outerfill_error *error) {
    lane_abandon(lane, slot);
    driver_notice_append(lane->device->notice, error);
    if (lane->is_dead) error->status = OUTERFILL_DEVICE_FAILED;
    return error->status;
}

outerfill_status lane_start(struct lane *lane, struct band band, struct destination destination,
                            outerfill_error *error) {
    struct lane_slot *slot = &lane->slots[lane->num_started % lane->plan.num_slots];
    slot->band = band;
    slot->destination = destination;
    slot->read_way = THROUGH_PINNED; /* as long as nothing is read back */
    slot->begin = clock_now();
    /* Large buffers would keep the memory that the smaller bands need. */
    outerfill_status status = prepare_memory(lane, error);
    if (!status) status = lane_unwritten_begin(lane, slot, error);
    if (!status) status = lane_enqueue(lane, slot, error);
    slot->enqueued = clock_now();
    if (status) return give_up(lane, slot, error);
    lane->num_started++;
    return OUTERFILL_OK;
}

outerfill_status lane_finish(struct lane *lane, struct band *band, outerfill_error *error) {
    struct lane_slot *slot = &lane->slots[lane->num_finished++ % lane->plan.num_slots];
    *band = slot->band;
    const double begin = clock_now();
    outerfill_status status = lane_await(lane, slot, error);
    const double end = clock_now();
    if (!status) status = lane_faults_check(lane, slot, error);
    if (status) return give_up(lane, slot, error);
    lane_kernel_learn(
        lane, slot,
        pace_learn(&lane->pace, band_num_cells(*band), slot->begin, slot->enqueued, clock_now()));
    lane_profile_band(lane, slot, end - begin);
    lane_release_events(slot);
    const double fetched = clock_now();
    lane->transfer->deliver(lane, slot);
    const double delivered = clock_now();
    lane_profile_copy(lane, delivered - fetched, delivered);
    return lane_unwritten_check(lane, slot, error);
}

/* SPDX-License-Identifier: MIT
 *
 * The commands of one band: its windows, its kernel, and the transfer of its results. Owns the
 * events of a slot. It does not know which bands a lane has in flight. */
#include "fill/lane_internal.h"

outerfill_status lane_enqueue(struct lane *lane, struct lane_slot *slot, outerfill_error *error) {
    const struct band_rectangle r = band_rectangle(slot->band, lane->task->m);
    outerfill_status status = lane_window_move(lane, &lane->a, r.i, r.i + r.num_rows, error);
    if (!status) status = lane_window_move(lane, &lane->b, r.j, r.j + r.num_columns, error);
    if (!status && lane->transfer->begin) status = lane->transfer->begin(lane, slot, error);
    if (!status) status = lane_faults_begin(lane, slot, error);
    if (!status) status = lane_kernel_launch(lane, slot, &r, error);
    if (!status) status = lane->transfer->fetch(lane, slot, error);
    if (!status) status = lane_faults_fetch(lane, slot, error);
    if (status) return status;
    /* The device must begin now, not when the host waits for it. */
    const cl_int code = clFlush(lane->compute);
    return code == CL_SUCCESS ? OUTERFILL_OK
                              : opencl_error(error, code, lane_device_name(lane), "clFlush");
}

void lane_release_events(struct lane_slot *slot) {
    if (slot->computed) clReleaseEvent(slot->computed);
    slot->computed = NULL;
    while (slot->num_visible) clReleaseEvent(slot->visible[--slot->num_visible]);
}

/* The device reaches the destination where the kernel writes into it, or where results are read
 * back into it. */
static enum lane_reach reach_of(const struct lane *lane, const struct lane_slot *slot) {
    if (lane->plan.inputs_in_place) return LANE_REACHES_INPUTS;
    return lane->plan.transfer == OUTERFILL_TRANSFER_MAPPED || slot->read_way == DIRECT
               ? LANE_REACHES_DESTINATIONS
               : LANE_REACHES_NOTHING;
}

/* Ends a band that is not delivered. The queues must be empty before the band's memory is
 * released, because the device may still write into it. */
void lane_abandon(struct lane *lane, struct lane_slot *slot) {
    bool is_empty = lane_drain(lane->compute);
    for (size_t k = 0; lane->ring && k < RING_QUEUES; k++)
        is_empty &= lane_drain(lane->ring->queues[k]);
    lane->is_dead |= !is_empty;
    if (lane->is_dead) lane->device->has_died = true;
    if (lane->is_dead && reach_of(lane, slot) > lane->reach) lane->reach = reach_of(lane, slot);
    slot->is_lost = lane->is_dead && slot->num_visible > 0;
    lane_release_events(slot);
    if (lane->transfer->abandon) lane->transfer->abandon(lane, slot);
}

/* Waits until the queue is empty. A failed clFinish does not mean that the device has stopped
 * writing, so a second call asks again. Returns false if both fail. */
bool lane_drain(cl_command_queue queue) {
    return !queue || clFinish(queue) == CL_SUCCESS || clFinish(queue) == CL_SUCCESS;
}

static outerfill_status check_event(struct lane *lane, cl_event event, const char *what,
                                    outerfill_error *error) {
    cl_int state = CL_COMPLETE;
    /* The wait says only that a command failed. The command's state holds the precise code, so
     * the state comes first. */
    const cl_int waited = clWaitForEvents(1, &event);
    const cl_int asked =
        clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL);
    if (waited == CL_SUCCESS && asked == CL_SUCCESS && state == CL_COMPLETE) return OUTERFILL_OK;
    const cl_int code = asked == CL_SUCCESS && state < 0 ? state
                        : waited != CL_SUCCESS           ? waited
                                                         : asked;
    return opencl_command_error(error, code, lane_device_name(lane), "%s", what);
}

outerfill_status lane_await(struct lane *lane, struct lane_slot *slot, outerfill_error *error) {
    if (slot->num_visible)
        /* The last event is mostly the last to complete. So one wait covers all events, and the
         * checks below return at once. */
        clWaitForEvents(1, &slot->visible[slot->num_visible - 1]);
    outerfill_status status = check_event(lane, slot->computed, "running the kernel", error);
    for (size_t k = 0; !status && k < slot->num_visible; k++)
        status = check_event(lane, slot->visible[k], "bringing the results back", error);
    return status;
}

/* SPDX-License-Identifier: MIT
 *
 * What a lane did in a fill, for the caller's profile of its device. The device's times come from
 * the events of a slot, which a profiled lane's queues record. A driver that does not tell them
 * leaves zeros.
 *
 * The module reads slots and writes the caller's array. It measures nothing unless the caller asks
 * for a profile. */
#include "fill/lane_internal.h"

static cl_ulong event_time(cl_event event, cl_profiling_info what) {
    cl_ulong nanoseconds = 0;
    clGetEventProfilingInfo(event, what, sizeof nanoseconds, &nanoseconds, NULL);
    return nanoseconds;
}

/* Returns the seconds from the first start to the last end of commands that may overlap. */
static double seconds_of(const cl_event *events, size_t num_events) {
    cl_ulong begin = 0, end = 0;
    for (size_t k = 0; k < num_events; k++) {
        const cl_ulong start = event_time(events[k], CL_PROFILING_COMMAND_START),
                       stop = event_time(events[k], CL_PROFILING_COMMAND_END);
        if (k == 0 || start < begin) begin = start;
        if (stop > end) end = stop;
    }
    return begin < end ? 1e-9 * (double)(end - begin) : 0;
}

/* The element of the caller's array for the lane's device. NULL: no profile is wanted. */
static outerfill_profile *element_of(const struct lane *lane) {
    const outerfill_fill_options *options = &lane->task->options;
    return options->profiles ? (outerfill_profile *)((char *)options->profiles +
                                                     lane->index * options->profile_nbytes)
                             : NULL;
}

static void add_read(outerfill_profile *profile, const struct lane *lane,
                     const struct lane_slot *slot) {
    const double seconds = seconds_of(slot->visible, slot->num_visible);
    profile->read_seconds += seconds;
    if (lane->plan.transfer == OUTERFILL_TRANSFER_MAPPED) return;
    const size_t nbytes = lane_run_nbytes(lane, slot->band) * lane->task->function->num_planes;
    const double rate = seconds > 0 ? (double)nbytes / seconds : 0;
    profile->num_read_bytes += nbytes;
    if (rate > profile->peak_read_bytes_second) profile->peak_read_bytes_second = rate;
}

void lane_profile_band(struct lane *lane, const struct lane_slot *slot, double waited) {
    outerfill_profile *profile = element_of(lane);
    if (!profile) return;
    /* After a fault another lane of the same device goes on with the profile. */
    if (lane->profile_begin <= 0) lane->profile_begin = slot->begin - profile->seconds;
    profile->num_bands++;
    profile->num_cells += band_num_cells(slot->band);
    profile->kernel_seconds += seconds_of(&slot->computed, 1);
    profile->wait_seconds += waited;
    add_read(profile, lane, slot);
}

void lane_profile_copy(struct lane *lane, double seconds, double now) {
    outerfill_profile *profile = element_of(lane);
    if (!profile) return;
    profile->copy_seconds += seconds;
    profile->seconds = now - lane->profile_begin;
}

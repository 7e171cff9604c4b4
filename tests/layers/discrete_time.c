/* SPDX-License-Identifier: MIT */
#include "discrete_time.h"

#include <errno.h>
#include <time.h>

#include "discrete_devices.h"
#include "discrete_settings.h"

static double engine_ends[MAX_DEVICES][NUM_ENGINES];

double time_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void time_sleep_until(double end) {
    const time_t seconds = (time_t)end;
    const struct timespec when = {seconds, (long)(1e9 * (end - (double)seconds))};
    while (end > 0 && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR)
        continue;
}

double time_of_launch(size_t device, size_t num_items) {
    const double items = setting_number(device, "launch", 0),
                 seconds = 1e-3 * setting_number(device, "launch", 1);
    return (double)num_items > items && items > 0 ? seconds * (double)num_items / items : seconds;
}

double time_of_copy(size_t device, size_t nbytes, bool is_pinned) {
    const double rate = 1e6 * setting_number(device, "copy", is_pinned ? 0 : 1);
    return rate > 0 ? (double)nbytes / rate : 0;
}

static double later(double x, double y) {
    return x > y ? x : y;
}

double time_enqueue(struct queue *queue, enum engine engine, double seconds, cl_uint num_awaited,
                    const cl_event *awaited) {
    double *const engine_end = &engine_ends[queue->device][engine];
    double begin = later(time_now(), queue->end);
    for (cl_uint k = 0; k < num_awaited; k++) {
        const struct event *event = objects_find(events, awaited[k]);
        if (event) begin = later(begin, event->end);
    }
    if (seconds > 0) begin = later(begin, *engine_end);
    queue->end = begin + seconds;
    if (seconds > 0) *engine_end = queue->end;
    return queue->end;
}

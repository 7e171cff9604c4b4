/* SPDX-License-Identifier: MIT
 *
 * The size of launches. A launch must be short, so that a fill can be cancelled and no watchdog
 * of a driver ends it. It must also be long, so that its overhead does not show (50 us on PoCL).
 * A cell may cost anything from 0.1 ns to a second. So the cost is measured, beginning with a
 * small launch.
 *
 * A CPU takes twice the time for twice the cells. A GPU takes the same time for one cell and for
 * all cells that it runs at once, and only beyond them is the time proportional:
 *
 *     seconds(cells) = largest(shortest, cells / rate)
 *
 * So the launches of a wide device never have fewer cells than rate * shortest, also if they take
 * longer than 50 ms: fewer would not end sooner. To find rate and shortest, launches grow for as
 * long as the rate rises.
 *
 * This module keeps numbers only. It knows nothing of devices, bands or kernels. */
#include "fill/pace.h"

#include "base/arithmetic.h"
#include "fill/launch.h"

#define SMALLEST_SHARE     16u  /* divides a launch of 50 ms: 3 ms */
#define FIRST_LAUNCH_CELLS 512u /* 50 ms if a cell costs 100 us */
#define MIN_LAUNCH_CELLS   64u  /* fewer cells would leave compute units idle */
/* From one launch to the next. A rate that was measured on few cells is only a guess. */
#define MAX_GROWTH 64u

/* On wide devices. A launch shows that the rate still rises, or that cells became slower. */
#define CLEARLY    1.25
#define FAR_LONGER 2.0
/* A GPU runs this many times floor_cells at once: 2048 cells for each compute unit. Small GPUs, and
 * drivers that count compute units otherwise, may run AT_ONCE_CELLS at once. They are tried if they
 * take AT_ONCE_SECONDS at most, even if the device is not wide at all. */
#define AT_ONCE_FLOORS  8u
#define AT_ONCE_CELLS   32768.0
#define AT_ONCE_SECONDS 4.0
/* A launch that is to show whether the rate still rises takes this time at most, but has at least
 * twice the cells. */
#define GROWTH_SECONDS 0.15
#define LEAST_GROWTH   2.0
#define SHORT_REST     4u /* divides a launch */

size_t pace_share(size_t num_cells, double part, size_t max_cells, size_t floor_cells) {
    /* Half of its share: the other half is left for later bands, which can still be shared out
     * anew. */
    const double share = (double)num_cells * part / 2;
    const size_t smallest = least(largest(max_cells / SMALLEST_SHARE + 1, floor_cells), max_cells);
    return share >= (double)max_cells  ? max_cells
           : share <= (double)smallest ? smallest
                                       : (size_t)share;
}

struct pace pace_begin(size_t floor_cells) {
    return (struct pace){.max_cells = floor_cells ? floor_cells : FIRST_LAUNCH_CELLS,
                         .floor_cells = floor_cells};
}

/* Returns the number as cells of a launch, between the bounds of all launches. */
static size_t bound(const struct pace *pace, double num_cells, double most) {
    const size_t fewest = pace->floor_cells ? pace->floor_cells : MIN_LAUNCH_CELLS;
    const double cells = num_cells < most ? num_cells : most;
    return cells >= (double)LAUNCH_MAX_CELLS ? LAUNCH_MAX_CELLS : largest(fewest, (size_t)cells);
}

/* Returns the cells that take this time on a wide device, and no fewer than it runs at once. */
static double wide_cells(const struct pace *pace, double seconds) {
    return pace->rate * (seconds > pace->shortest ? seconds : pace->shortest);
}

void pace_resume(struct pace *pace, double first_seconds) {
    const size_t first = pace_begin(pace->floor_cells).max_cells;
    pace->last_end = 0;
    pace->is_sure = pace->learned && first_seconds >= PACE_LAUNCH_SECONDS;
    pace->max_cells = pace->learned ? pace->learned : first;
    if (pace->is_sure || pace->max_cells <= first) return;
    const double cells = pace->floor_cells
                             ? wide_cells(pace, first_seconds)
                             : first_seconds / PACE_LAUNCH_SECONDS * (double)pace->learned;
    pace->max_cells = largest(first, bound(pace, cells, (double)pace->learned));
}

size_t pace_cells(const struct pace *pace, size_t num_left, size_t row_cells) {
    const size_t with_rest = pace->max_cells + pace->max_cells / SHORT_REST;
    if (!pace->floor_cells) return pace->max_cells;
    if (num_left <= with_rest) return num_left;
    return row_cells <= AT_ONCE_FLOORS * pace->floor_cells ? largest(pace->max_cells, row_cells)
                                                           : pace->max_cells;
}

/* ---- Learning ---- */

static void learn(struct pace *pace, size_t num_cells, double seconds) {
    const double wished = PACE_LAUNCH_SECONDS * (double)num_cells / seconds;
    pace->max_cells = bound(pace, wished, (double)num_cells * MAX_GROWTH);
}

/* Returns the cells that may run at once by all that is known of the device, if they take
 * AT_ONCE_SECONDS at most by this rate. */
static size_t at_once_cells(const struct pace *pace, double rate) {
    const double few = AT_ONCE_SECONDS * rate;
    return largest(AT_ONCE_FLOORS * pace->floor_cells,
                   few < AT_ONCE_CELLS ? (size_t)few : (size_t)AT_ONCE_CELLS);
}

/* Returns the cells of the next launch while the rate rises. */
static size_t next_cells(const struct pace *pace, size_t num_cells, double seconds) {
    const double growth = GROWTH_SECONDS / seconds;
    const size_t grown =
        bound(pace, (double)num_cells * (growth > LEAST_GROWTH ? growth : LEAST_GROWTH),
              (double)num_cells * MAX_GROWTH);
    return largest(grown, at_once_cells(pace, (double)num_cells / seconds));
}

static void begin_anew(struct pace *pace, double rate) {
    const double last_end = pace->last_end;
    *pace = pace_begin(pace->floor_cells);
    pace->last_end = last_end;
    pace->learned = bound(pace, PACE_LAUNCH_SECONDS * rate, (double)LAUNCH_MAX_CELLS);
}

/* The first launch has floor_cells. It may have more after begin_anew: then a launch of floor_cells
 * is taken to be as much shorter as it is smaller. */
static void learn_first(struct pace *pace, size_t num_cells, double seconds) {
    pace->shortest = seconds * (double)least(num_cells, pace->floor_cells) / (double)num_cells;
    pace->rate = (double)num_cells / seconds;
    pace->max_cells = at_once_cells(pace, pace->rate);
}

static void learn_next(struct pace *pace, size_t num_cells, double seconds) {
    const double rate = (double)num_cells / seconds;
    pace->is_sure = rate <= CLEARLY * pace->rate;
    pace->max_cells = pace->is_sure ? 0 : next_cells(pace, num_cells, seconds);
    if (seconds < pace->shortest) pace->shortest = seconds;
    if (rate > pace->rate) pace->rate = rate;
}

/* The next launch takes 50 ms by the rate that is known, or has more cells where the rate may still
 * rise. */
static void learn_wide(struct pace *pace, size_t num_cells, double seconds) {
    if (pace->rate == 0)
        learn_first(pace, num_cells, seconds);
    else
        learn_next(pace, num_cells, seconds);
    const double wished = wide_cells(pace, PACE_LAUNCH_SECONDS);
    pace->max_cells = largest(pace->max_cells, bound(pace, wished, (double)num_cells * MAX_GROWTH));
}

/* Whether other cells take far longer than those before, so that nothing is known of them. */
static bool is_slower(const struct pace *pace, size_t num_cells, double seconds) {
    if (pace->rate == 0) return false;
    const double proportional = (double)num_cells / pace->rate;
    return seconds > FAR_LONGER * (proportional > pace->shortest ? proportional : pace->shortest);
}

double pace_learn(struct pace *pace, size_t num_cells, double begin, double enqueued, double end) {
    /* A launch that waited behind another one began when that one ended. Some drivers execute
     * inside clEnqueueNDRangeKernel. Then the wait is almost zero, and the enqueue is the run
     * time. So the larger of both counts. */
    const double waited = end - (begin > pace->last_end ? begin : pace->last_end),
                 told = enqueued - begin;
    const double seconds = waited > told ? waited : told;
    pace->last_end = end;
    pace->is_sure |= !pace->floor_cells;
    /* A short rest at the end of a range of rows says more about the overhead than about the
     * rate. */
    if (pace->learned && num_cells < pace->max_cells / 4) return seconds;
    if (pace->floor_cells && num_cells < pace->floor_cells / 2) return seconds;
    if (is_slower(pace, num_cells, seconds)) {
        begin_anew(pace, (double)num_cells / seconds);
        return seconds;
    }
    (pace->floor_cells ? learn_wide : learn)(pace, num_cells, seconds + 1e-9);
    pace->learned = pace->max_cells;
    return seconds;
}

/* SPDX-License-Identifier: MIT
 *
 * The size of launches. They must be short, so that a fill can be cancelled and no driver's watchdog bites, and long, so that
 * their overhead does not show (50 us each on PoCL). The cost of a cell may be anything from 0.1 ns to a second, so it is
 * measured, from a small first launch on. */
#include "fill/pace.h"

#include <time.h>

#include "fill/launch.h"

#define SMALLEST_SHARE     16u  /* of a launch of 50 ms: 3 ms */
#define FIRST_LAUNCH_CELLS 512u /* at 100 us a cell, 50 ms */
#define MIN_LAUNCH_CELLS   64u  /* less would leave compute units idle */
#define MAX_GROWTH         64u /* from one launch to the next: a rate measured on little is a guess */

size_t pace_share(size_t num_cells, double part, size_t max_cells) {
    const double share = (double)num_cells * part / 2;
    const size_t least = max_cells / SMALLEST_SHARE + 1;
    return share >= (double)max_cells ? max_cells : share <= (double)least ? least : (size_t)share;
}

double pace_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct pace pace_begin(void) {
    return (struct pace){.max_cells = FIRST_LAUNCH_CELLS};
}

void pace_resume(struct pace *pace, double first_seconds) {
    pace->last_end = 0;
    pace->is_sure = pace->learned && first_seconds >= PACE_LAUNCH_SECONDS;
    pace->max_cells = pace->learned ? pace->learned : FIRST_LAUNCH_CELLS;
    if (pace->is_sure || pace->max_cells <= FIRST_LAUNCH_CELLS) return;
    pace->max_cells = (size_t)(first_seconds / PACE_LAUNCH_SECONDS * (double)pace->learned);
    if (pace->max_cells < FIRST_LAUNCH_CELLS) pace->max_cells = FIRST_LAUNCH_CELLS;
}

double pace_learn(struct pace *pace, size_t num_cells, double begin, double enqueued, double end) {
    /* A launch that waited behind another began when that one ended; but a device that works while it is being told what to do
     * has done so before anyone waited. */
    const double waited = end - (begin > pace->last_end ? begin : pace->last_end),
                 told = enqueued - begin;
    const double seconds = waited > told ? waited : told;
    pace->last_end = end;
    pace->is_sure = true;
    /* The short rest at the end of a range of rows says more about overhead than about the rate. */
    if (pace->learned && num_cells < pace->max_cells / 4) return seconds;
    const double wished = PACE_LAUNCH_SECONDS * (double)num_cells / (seconds + 1e-9);
    size_t ceiling;
    if (__builtin_mul_overflow(num_cells, MAX_GROWTH, &ceiling) || ceiling > LAUNCH_MAX_CELLS)
        ceiling = LAUNCH_MAX_CELLS;
    pace->max_cells = wished >= (double)ceiling ? ceiling : (size_t)wished;
    if (pace->max_cells < MIN_LAUNCH_CELLS) pace->max_cells = MIN_LAUNCH_CELLS;
    pace->learned = pace->max_cells;
    return seconds;
}

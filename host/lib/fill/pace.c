/* SPDX-License-Identifier: MIT
 *
 * The size of launches. A launch must be short, so that a fill can be cancelled and no watchdog
 * of a driver ends it. It must also be long, so that its overhead does not show (50 us on PoCL).
 * A cell may cost anything from 0.1 ns to a second. So the cost is measured, beginning with a
 * small launch.
 *
 * This module keeps numbers only. It knows nothing of devices, bands or kernels. */
#include "fill/pace.h"

#include <time.h>

#include "fill/launch.h"

#define SMALLEST_SHARE     16u  /* divides a launch of 50 ms: 3 ms */
#define FIRST_LAUNCH_CELLS 512u /* 50 ms if a cell costs 100 us */
#define MIN_LAUNCH_CELLS   64u  /* fewer cells would leave compute units idle */
/* From one launch to the next. A rate that was measured on few cells is only a guess. */
#define MAX_GROWTH 64u

size_t pace_share(size_t num_cells, double part, size_t max_cells) {
    /* Half of its share: the other half is left for later bands, which can still be shared out
     * anew. */
    const double share = (double)num_cells * part / 2;
    const size_t smallest = max_cells / SMALLEST_SHARE + 1;
    return share >= (double)max_cells  ? max_cells
           : share <= (double)smallest ? smallest
                                       : (size_t)share;
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
    /* A launch that waited behind another one began when that one ended. Some drivers execute
     * inside clEnqueueNDRangeKernel. Then the wait is almost zero, and the enqueue is the run
     * time. So the larger of both counts. */
    const double waited = end - (begin > pace->last_end ? begin : pace->last_end),
                 told = enqueued - begin;
    const double seconds = waited > told ? waited : told;
    pace->last_end = end;
    pace->is_sure = true;
    /* A short rest at the end of a range of rows says more about the overhead than about the
     * rate. */
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

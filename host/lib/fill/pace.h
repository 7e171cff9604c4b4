/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_PACE_H
#define OUTERFILL_FILL_PACE_H

#include <stdbool.h>
#include <stddef.h>

/* How many cells a launch should have so that it takes about 50 ms. */
struct pace {
    size_t max_cells; /* of the next launch */
    size_t learned;   /* how many cells take about 50 ms, as far as is known; 0: nothing is */
    double last_end;  /* of the launch before, in seconds */
    bool is_sure;     /* max_cells rests on a launch of this fill, or on what no fill changes */
};

/* The guess for the first launch, when nothing is known of the function. */
struct pace pace_begin(void);

/* The next fill by the same function with the same parameters begins. By what was learned its first launch takes so many
 * seconds: the fewer, the more other values of a and b can make cells dearer. PACE_LAUNCH_SECONDS: not at all. */
#define PACE_LAUNCH_SECONDS 0.05
void pace_resume(struct pace *pace, double first_seconds);

/* Learns from a launch of num_cells: when it was about to be enqueued, when it was, and when it was seen to end, in seconds.
 * Returns what it took alone, without its wait for the one before it. */
double pace_learn(struct pace *pace, size_t num_cells, double begin, double enqueued, double end);

/* What a device may take of num_cells that several are working on, when it may have max_cells and does that part of the work:
 * towards the end less and less, so that all end together, but not so little that the launch itself would show. */
size_t pace_share(size_t num_cells, double part, size_t max_cells);

double pace_now(void);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_PACE_H
#define OUTERFILL_FILL_PACE_H

#include <stdbool.h>
#include <stddef.h>

/* How many cells a launch should have to take about 50 ms. A pace belongs to one lane and has no
 * lock. */
struct pace {
    size_t max_cells; /* of the next launch */
    size_t learned;   /* cells that take about 50 ms, as far as is known; 0: unknown */
    double last_end;  /* when the previous launch ended, in seconds of clock_now */
    bool is_sure;     /* max_cells was measured in this fill, or no fill changes it */

    /* These belong to wide devices, which take the same time for few cells and for many. */
    size_t floor_cells; /* a launch of fewer cells takes no less time; 0: not a wide device */
    double rate;        /* the best, in cells per second; 0: unknown */
    double shortest;    /* seconds of the shortest launch of floor_cells or more */
};

/* Returns the pace of a lane that knows nothing of its function: a small first launch, of
 * floor_cells if they are not 0. */
struct pace pace_begin(size_t floor_cells);

/* Prepares the pace for the next fill by the same function with the same parameters. By the
 * learned rate the first launch takes first_seconds. Choose less if other values of a and b can
 * make cells more expensive, and PACE_LAUNCH_SECONDS if they cannot. */
#define PACE_LAUNCH_SECONDS 0.05
void pace_resume(struct pace *pace, double first_seconds);

/* Returns the cells of the next launch if num_left cells are left, in rows of row_cells. A wide
 * device takes a short rest along, because a launch of its own would take as long as any other. For
 * the same reason it takes a whole row where it runs a row at once. */
size_t pace_cells(const struct pace *pace, size_t num_left, size_t row_cells);

/* Learns from a launch of num_cells, and sets max_cells for the next launch. begin is when the
 * host began to enqueue the launch, enqueued is when it was enqueued, end is when the host saw
 * its end. All times are in seconds of clock_now. Returns the seconds that the launch took by
 * itself, without its wait for the launch before it. */
double pace_learn(struct pace *pace, size_t num_cells, double begin, double enqueued, double end);

/* Returns the cells that a device may take of num_cells, which several devices compute together.
 * part is the device's share of the whole rate, max_cells its usual limit, floor_cells the least
 * number that is worth a launch. Towards the end the result falls, so that all devices end
 * together. It does not fall so low that the overhead of a launch would show. */
size_t pace_share(size_t num_cells, double part, size_t max_cells, size_t floor_cells);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_TRIAL_H
#define OUTERFILL_FILL_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#define TRIAL_MAX_SAMPLES 9

/* Measures which of two ways for bands is faster on this machine. A few bands go each way, then
 * all bands go the faster way. A trial belongs to one lane and has no lock. */
struct trial {
    int first_way;     /* 0 or 1: tried first, and kept if bands are too few to compare */
    size_t num_wanted; /* samples of each way, at most TRIAL_MAX_SAMPLES */
    /* Of each way, in seconds per byte, sorted from the smallest. */
    double samples[2][TRIAL_MAX_SAMPLES];
    size_t num_samples[2];
    int last_way;        /* of the band that finished last */
    size_t num_in_a_row; /* bands in succession that went last_way */
    double last_end;     /* when the last band finished, in seconds; 0: unknown */
};

/* Returns whether enough is known: both ways have their samples, or fewer samples are already
 * clear. */
bool trial_is_over(const struct trial *trial);

/* Returns the way of the next band. Use it for bands that overlap, where a way shows only in the
 * time from one band's end to the next. The first way gets all its samples before the other way
 * begins. */
int trial_start(const struct trial *trial);

/* Adds a band of nbytes bytes to a trial that uses trial_start. The band went this way and
 * finished at `end`, in seconds. */
void trial_finish(struct trial *trial, int way, size_t nbytes, double end);

/* Returns the way of the next band. Use it for bands whose time is known by itself. The two ways
 * take turns, so that both meet the same noise, until the trial is over. */
int trial_alternate(const struct trial *trial);

/* Adds a band of nbytes bytes that went this way and took the given seconds by itself. A way
 * that has all its samples ignores further ones. */
void trial_add(struct trial *trial, int way, size_t nbytes, double seconds);

/* Says that the lane pauses: the time until the next band's end is not a sample. */
void trial_pause(struct trial *trial);

#endif

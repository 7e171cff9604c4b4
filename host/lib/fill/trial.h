/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_TRIAL_H
#define OUTERFILL_FILL_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#define TRIAL_MAX_SAMPLES 9

/* Which of two ways for bands is faster on this machine: some are sent each way, then all the faster one. */
struct trial {
    int first_way;     /* 0 or 1: tried first, and kept where there are too few bands to compare */
    size_t num_wanted; /* samples of each way, at most TRIAL_MAX_SAMPLES */
    double samples[2][TRIAL_MAX_SAMPLES]; /* of each way, in seconds for a byte, the least first */
    size_t num_samples[2];
    int last_way;        /* of the band that finished last */
    size_t num_in_a_row; /* bands that finished one after the other in last_way */
    double last_end;     /* in seconds */
};

/* Whether the ways need take turns no more. */
bool trial_is_over(const struct trial *trial);

/* The way for the next band, where bands overlap and a way shows in how one follows the other: first one way, then the other. */
int trial_start(const struct trial *trial);

/* A band of so many bytes that went this way has finished at `end`, in seconds. */
void trial_finish(struct trial *trial, int way, size_t nbytes, double end);

/* The same where each band's time is known by itself: the two ways take turns, so that both meet the same noise, until each has
 * its samples, or fewer say it clearly. */
int trial_alternate(const struct trial *trial);
void trial_add(struct trial *trial, int way, size_t nbytes, double seconds);

/* A pause: the time until the next band says nothing. */
void trial_pause(struct trial *trial);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_TRIAL_H
#define OUTERFILL_LIB_TRIAL_H

#include <stddef.h>

#define TRIAL_SAMPLES 9

/* Which of two ways for bands is faster on this machine: some are sent each way, then all the faster one. */
struct trial {
    int first_way;                    /* 0 or 1: tried first, and kept where there are too few bands to compare */
    int last_way;                     /* of the band that finished last */
    size_t num_in_a_row;              /* bands that finished one after the other in last_way */
    double last_end;                  /* in seconds */
    double samples[2][TRIAL_SAMPLES]; /* of each way, in seconds for a byte, the least first */
    size_t num_samples[2];
};

/* The way for the next band, which is started now. */
int trial_start(const struct trial *trial);

/* A band of so many bytes that went this way has finished at `end`, in seconds. */
void trial_finish(struct trial *trial, int way, size_t nbytes, double end);

/* A pause: the time until the next band says nothing. */
void trial_pause(struct trial *trial);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_JOB_H
#define OUTERFILL_CLI_JOB_H

#include <limits.h>

#include "fill_arguments.h"
#include "progress.h"
#include "vector.h"

/* All that one fill by the command owns. */
struct job {
    struct fill_arguments arguments;
    char *note; /* how it was asked for, for the journal */
    struct vector a, b;
    outerfill_context *context;
    outerfill_function *function;
    struct progress progress;
    char devices[512]; /* their names */
    outerfill_error error;
};

size_t job_num_planes(const struct job *job);

/* The whole array's, as a number that cannot overflow. */
double job_nbytes(const struct job *job);

/* Reads the inputs, opens the devices and builds the function. Release the job with job_close in any case. The exit code. */
int job_open(struct job *job);

/* Notes the folder and the arguments, for the journal. */
int job_take_note(struct job *job, int argc, char **argv);

/* Releases what job_open took. */
void job_close(struct job *job);

/* Whether a device has failed and not said that it stopped: it may still use the job's arrays and the driver, so that nothing of
 * them is released, and the process is to end at once. */
bool job_is_stuck(const struct job *job);

/* From now on, where the driver ends the process, this is what it was doing, and the output that is at stake or NULL. */
void job_watch_driver(const struct job *job, const char *deed, const char *output);

/* What the library is told of the fill, and of its file. */
outerfill_fill_options job_fill_options(struct job *job);
outerfill_file_options job_file_options(const struct job *job);

/* Before a fill: how far it is begins to be counted. After one: says why it failed. */
void job_begin_progress(struct job *job);
int job_fail(struct job *job);

/* Refuses an output that another fill is writing, or has left unfinished where nothing is said about that. */
int job_check_unfinished(const struct job *job);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_JOB_FILL_H
#define OUTERFILL_CLI_JOB_FILL_H

#include "job.h"

/* Runs the fill of an open job. Prints the array, or a line about the written file. Returns the
 * exit code, and has already printed the reason of a failure. The job stays open, and the caller
 * closes it. */
int job_fill(struct job *job);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_JOB_FILL_H
#define OUTERFILL_CLI_JOB_FILL_H

#include "job.h"

/* Runs the fill of an open job, and prints the array or says what was written. The exit code. */
int job_fill(struct job *job);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_JOB_FAIL_H
#define OUTERFILL_CLI_JOB_FAIL_H

#include "job.h"

/* Prints why the fill failed, from job->error, and returns the exit code. */
int job_fail(struct job *job);

#endif

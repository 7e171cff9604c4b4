/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_JOB_STATUS_H
#define OUTERFILL_CLI_JOB_STATUS_H

#include "fill_arguments.h"
#include "progress.h"

/* Writes the status file for the first time, if progress->status_path names one, and sees to the
 * last time if the process ends in the middle. `progress` must live until then. Returns an exit
 * code, after a message; progress->status_path is then NULL. */
int job_status_begin(const struct fill_arguments *arguments, struct progress *progress);

/* Writes the status file for the last time. A failure is told, and is none of the fill. Hold the
 * lock on the last sentence. */
void job_status_end(const struct progress *progress, int exit_code);

#endif

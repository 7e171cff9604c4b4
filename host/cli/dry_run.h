/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_DRY_RUN_H
#define OUTERFILL_CLI_DRY_RUN_H

#include "job.h"

/* Prints what the fill of an open job needs, whether it could begin, and how long it would take.
 * Returns the exit code, and has already printed the reason of a failure. The job stays open. */
int dry_run(struct job *job);

#endif

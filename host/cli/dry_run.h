/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_DRY_RUN_H
#define OUTERFILL_CLI_DRY_RUN_H

#include "job.h"

/* For an open job: prints what the fill would need, whether it could begin and how long it would take. The exit code. */
int dry_run(struct job *job);

#endif

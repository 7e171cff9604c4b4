/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_STATUS_FILE_H
#define OUTERFILL_CLI_STATUS_FILE_H

#include "progress.h"

/* STATUS_ENDED is the last state, and the exit code then tells how the fill ended. */
enum status_state { STATUS_FILLING, STATUS_ENDED };

/* Writes the progress into progress->status_path in JSON. A reader finds either this state or the
 * previous one, and always a complete one.
 *
 * exit_code counts only for STATUS_ENDED. `message` is the last message, or NULL. Returns 0, or the
 * errno of a failure, without a message: the fill matters more than its status file. Hold the lock
 * on the last sentence if other threads may change the progress. */
int status_file_write(const struct progress *progress, enum status_state state, int exit_code,
                      const char *message);

#endif

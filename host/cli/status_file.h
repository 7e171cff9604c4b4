/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_STATUS_FILE_H
#define OUTERFILL_CLI_STATUS_FILE_H

#include "progress.h"

enum status_state { STATUS_FILLING, STATUS_ENDED };

/* Writes a file's name as UTF-8, with '?' for each byte that is none. */
void status_file_text(const char *name, char *text, size_t text_nbytes);

/* Writes how far the fill is into progress->status_path, in JSON, so that a reader finds either the last state or the one
 * before, whole. At the end with the exit code, and what was said last, or NULL. Where it cannot be written, nothing is done
 * but to return the errno: the fill matters more. */
int status_file_write(const struct progress *progress, enum status_state state, int exit_code,
                      const char *message);

#endif

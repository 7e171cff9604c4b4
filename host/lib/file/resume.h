/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_RESUME_H
#define OUTERFILL_FILE_RESUME_H

#include "fill/fill.h"
#include "file/journal_set.h"
#include "file/output_file.h"

/* Compares the bands of the request's cells that journals record with what is in the file, and adds those that are right to
 * `done`, which is joined then. Reports progress, and may be cancelled. */
outerfill_status resume_check(struct output_file *output, const struct journal_set *journals,
                              const struct fill_request *request, struct ranges *done,
                              outerfill_error *error);

#endif

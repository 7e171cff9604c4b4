/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_RESUME_H
#define OUTERFILL_FILE_RESUME_H

#include "fill/request.h"
#include "file/journal_set.h"
#include "file/output_file.h"

/* Finds the bands of an unfinished file that need not be computed again. Each band that the
 * journals record, and that has cells of request->wanted, is read from the file and compared with
 * the recorded checksum. Equal bands are added to `done`, and `done` is joined. The caller releases
 * `done`, also on failure. Calls the progress callback in the calling thread, with finished cells
 * divided by m. Fails with OUTERFILL_CANCELLED (by the callback), _FILE_FAILED (the file cannot be
 * read) and _OUT_OF_MEMORY. */
outerfill_status resume_check(struct output_file *output, const struct journal_set *journals,
                              const struct fill_request *request, struct ranges *done,
                              outerfill_error *error);

/* Finds out whether any band of the whole file that the journals record is right. Then PATH.part is
 * the file of that fill, whatever its header says. Fails with OUTERFILL_FILE_FAILED and
 * _OUT_OF_MEMORY. */
outerfill_status resume_find_right(struct output_file *output, const struct journal_set *journals,
                                   const struct fill_request *request, bool *is_any,
                                   outerfill_error *error);

#endif

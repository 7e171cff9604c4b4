/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_DAMAGE_H
#define OUTERFILL_FILE_DAMAGE_H

#include "file/journal_set.h"
#include "file/output_file.h"

/* Tells the caller, by options->damage_found, a sentence about damage of an earlier fill. */
void damage_tell(const outerfill_file_options *options, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Tells what of the earlier fill's files is damaged: the header and the length of PATH.part, and
 * the journals. Looks at no cells. `goes_on`: what is recorded of it is kept. */
void damage_tell_of_files(const outerfill_file_options *options, const struct output_file *output,
                          const struct journal_set *journals, bool goes_on);

/* Whether only journals with bands are left of the earlier fill: PATH.part is missing, empty or cut
 * off within its header, and PATH is not complete. */
bool damage_has_lost_part(const struct output_file *output, const struct journal_set *journals);

/* Refuses such a fill with OUTERFILL_FILE_FAILED: PATH.part may come back. */
outerfill_status damage_refuse_lost_part(const struct output_file *output, outerfill_error *error);

#endif

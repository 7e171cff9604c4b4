/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_JOURNAL_SET_H
#define OUTERFILL_FILE_JOURNAL_SET_H

#include "file/journal.h"
#include "fill/ranges.h"

/* All journals of one file, as they were read. */
struct journal_set {
    char **names; /* NULL-terminated */
    struct journal_content *items;
    size_t num_items;
};

/* Reads them. Release with journals_free in any case. */
outerfill_status journal_set_read(struct journal_set *journals, const char *path,
                                  outerfill_error *error);
void journal_set_free(struct journal_set *journals);

/* The number of bands that they record. */
size_t journal_set_num_bands(const struct journal_set *journals);

/* Refuses journals of another job, with the name of what differs. */
outerfill_status journal_set_check_fingerprint(const struct journal_set *journals,
                                               const struct fingerprint *fingerprint,
                                               outerfill_error *error);

/* The cells of all records of a kind, joined. */
outerfill_status journal_set_ranges(const struct journal_set *journals, enum journal_kind kind,
                                    struct ranges *ranges, outerfill_error *error);

/* Whether one of them says by itself that the whole file is finished. */
bool journal_set_know_whole(const struct journal_set *journals);

/* Removes the files: `last` as the last one or, where that is NULL, those that say by themselves that the whole file is finished.
 * One that cannot be removed keeps those behind it. */
void journal_set_remove(const struct journal_set *journals, const char *last);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_JOURNALS_H
#define OUTERFILL_LIB_JOURNALS_H

#include "journal.h"
#include "ranges.h"

/* All journals of one file, as they were read. */
struct journals {
    char **names; /* NULL-terminated */
    struct journal_content *items;
    size_t num_items;
};

/* Reads them. Release with journals_free in any case. */
outerfill_status journals_read(struct journals *journals, const char *path, outerfill_error *error);
void journals_free(struct journals *journals);

/* The number of bands that they record. */
size_t journals_num_bands(const struct journals *journals);

/* Refuses journals of another job, with the name of what differs. */
outerfill_status journals_check_job(const struct journals *journals, const struct job *job, outerfill_error *error);

/* The cells of all records of a kind, joined. */
outerfill_status journals_ranges(const struct journals *journals, enum journal_kind kind, struct ranges *ranges,
                                 outerfill_error *error);

/* Whether one of them says by itself that the whole file is finished. */
bool journals_know_whole(const struct journals *journals);

/* Removes the files: `last` as the last one or, where that is NULL, those that say by themselves that the whole file is finished.
 * One that cannot be removed keeps those behind it. */
void journals_remove(const struct journals *journals, const char *last);

#endif

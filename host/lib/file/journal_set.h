/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_JOURNAL_SET_H
#define OUTERFILL_FILE_JOURNAL_SET_H

#include "file/journal.h"
#include "fill/ranges.h"

/* All journals of one output file, as they were read. Zero-initialised, the set is empty. */
struct journal_set {
    char **names;                  /* NULL-terminated, in any order */
    struct journal_content *items; /* items[k] is the content of names[k] */
    size_t num_items;
    bool has_lost; /* a journal has JOURNAL_LOST records */
};

/* Reads all journals of the output file PATH. The caller calls journal_set_free in any case. Fails
 * with OUTERFILL_FILE_FAILED (the folder or a journal cannot be read, or a file of such a name is
 * not a journal) and _OUT_OF_MEMORY. */
outerfill_status journal_set_read(struct journal_set *journals, const char *path,
                                  outerfill_error *error);

/* Releases the contents and the names, and empties the set. */
void journal_set_free(struct journal_set *journals);

/* The number of JOURNAL_BAND records in all journals. A band that was done twice counts twice. */
size_t journal_set_num_bands(const struct journal_set *journals);

/* Returns the name of the first damaged journal, or NULL. *number receives their number, and may be
 * NULL. */
const char *journal_set_damaged(const struct journal_set *journals, size_t *number);

/* Whether the journals do not tell what of PATH.part is finished: one is damaged, or all of them
 * together have no record. */
bool journal_set_is_unrecorded(const struct journal_set *journals);

/* Compares the fingerprint of every journal that has a head. Fails with OUTERFILL_INVALID_ARGUMENT
 * at the first difference. The message names what differs, and the journal. */
outerfill_status journal_set_check_fingerprint(const struct journal_set *journals,
                                               const struct fingerprint *fingerprint,
                                               outerfill_error *error);

/* Adds the cells of all records of one kind to `ranges`, and joins the ranges. The caller releases
 * them, also on failure. Fails with OUTERFILL_OUT_OF_MEMORY, and `ranges` is incomplete then. */
outerfill_status journal_set_ranges(const struct journal_set *journals, enum journal_kind kind,
                                    struct ranges *ranges, outerfill_error *error);

/* Joins the cells that are in bands and were not found lost later: how much is done. `only` is a
 * journal of the set whose bands alone count, or NULL. Fails with OUTERFILL_OUT_OF_MEMORY. */
outerfill_status journal_set_done(const struct journal_set *journals,
                                  const struct journal_content *only, struct ranges *done,
                                  outerfill_error *error);

/* Whether one journal records the whole file as finished in a single record. */
bool journal_set_know_whole(const struct journal_set *journals);

/* Removes the journal files. The journal named `last` is removed after the others. If `last` is
 * NULL, the journals that record the whole file as finished are removed after the others. The
 * function stops at the first file that it cannot remove, and reports no error. A missing file
 * counts as removed. */
void journal_set_remove(const struct journal_set *journals, const char *last);

#endif

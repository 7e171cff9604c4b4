/* SPDX-License-Identifier: MIT
 *
 * What all journals of one output file say together. There is one journal for a fill by one
 * process, or one for each shard. Earlier fills with other numbers of shards may have left more.
 * The module owns the contents that it read, and may remove the journal files. It never writes a
 * journal. */
#include "file/journal_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t count(char **names) {
    size_t number = 0;
    while (names[number]) number++;
    return number;
}

static bool has_lost(const struct journal_set *journals) {
    for (size_t k = 0; k < journals->num_items; k++)
        for (size_t r = 0; r < journals->items[k].num_records; r++)
            if (journals->items[k].records[r].kind == JOURNAL_LOST) return true;
    return false;
}

outerfill_status journal_set_read(struct journal_set *journals, const char *path,
                                  outerfill_error *error) {
    *journals = (struct journal_set){0};
    outerfill_status status = journal_list(path, &journals->names, error);
    if (status) return status;
    const size_t number = count(journals->names);
    journals->items = calloc(number + 1, sizeof *journals->items);
    if (!journals->items) return error_no_memory(error, "%zu journals", number);
    /* a journal that cannot be read counts as well, so that journal_set_free releases its
     * content */
    for (; !status && journals->num_items < number; journals->num_items++)
        status = journal_read(journals->names[journals->num_items],
                              &journals->items[journals->num_items], error);
    journals->has_lost = has_lost(journals);
    return status;
}

void journal_set_free(struct journal_set *journals) {
    for (size_t k = 0; k < journals->num_items; k++) journal_content_free(&journals->items[k]);
    free(journals->items);
    journal_list_free(journals->names);
    *journals = (struct journal_set){0};
}

size_t journal_set_num_bands(const struct journal_set *journals) {
    size_t number = 0;
    for (size_t k = 0; k < journals->num_items; k++)
        for (size_t r = 0; r < journals->items[k].num_records; r++)
            number += journals->items[k].records[r].kind == JOURNAL_BAND;
    return number;
}

const char *journal_set_damaged(const struct journal_set *journals, size_t *number) {
    const char *first = NULL;
    size_t num_damaged = 0;
    for (size_t k = 0; k < journals->num_items; k++) {
        if (!journal_is_damaged(&journals->items[k])) continue;
        if (!num_damaged++) first = journals->names[k];
    }
    if (number) *number = num_damaged;
    return first;
}

bool journal_set_is_unrecorded(const struct journal_set *journals) {
    size_t num_records = 0;
    for (size_t k = 0; k < journals->num_items; k++) num_records += journals->items[k].num_records;
    return !num_records || journal_set_damaged(journals, NULL);
}

outerfill_status journal_set_check_fingerprint(const struct journal_set *journals,
                                               const struct fingerprint *fingerprint,
                                               outerfill_error *error) {
    for (size_t k = 0; k < journals->num_items; k++) {
        const struct journal_content *content = &journals->items[k];
        char difference[FINGERPRINT_TEXT_NBYTES];
        if (content->has_head &&
            fingerprint_describe(&content->head.fingerprint, fingerprint, difference))
            return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                             "%s is not the same as in the fill that is to be resumed (\"%s\"): "
                             "give the same, or begin anew",
                             difference, journals->names[k]);
    }
    return OUTERFILL_OK;
}

outerfill_status journal_set_ranges(const struct journal_set *journals, enum journal_kind kind,
                                    struct ranges *ranges, outerfill_error *error) {
    bool has_memory = true;
    for (size_t k = 0; k < journals->num_items; k++)
        for (size_t r = 0; has_memory && r < journals->items[k].num_records; r++) {
            const struct journal_record *record = &journals->items[k].records[r];
            if (record->kind == kind)
                has_memory = ranges_add(ranges, (struct band){record->begin, record->end});
        }
    ranges_join(ranges);
    return has_memory ? OUTERFILL_OK : error_no_memory(error, "list of bands");
}

/* The cells that were found lost after the band was recorded. Returns false without memory. */
static bool find_lost(const struct journal_set *journals, const struct journal_record *band,
                      struct ranges *lost) {
    lost->num_items = 0;
    bool has_memory = true;
    for (size_t k = 0; k < journals->num_items; k++)
        for (size_t r = 0; has_memory && r < journals->items[k].num_records; r++) {
            const struct journal_record *record = &journals->items[k].records[r];
            if (record->kind == JOURNAL_LOST && record->seconds > band->seconds &&
                record->begin < band->end && record->end > band->begin)
                has_memory = ranges_add(lost, (struct band){record->begin, record->end});
        }
    ranges_join(lost);
    return has_memory;
}

static bool add_done(const struct journal_set *journals, const struct journal_content *content,
                     struct ranges *lost, struct ranges *done) {
    bool has_memory = true;
    for (size_t r = 0; has_memory && r < content->num_records; r++) {
        const struct journal_record *record = &content->records[r];
        if (record->kind != JOURNAL_BAND) continue;
        if (journals->has_lost) has_memory = find_lost(journals, record, lost);
        has_memory =
            has_memory && ranges_missing(lost, (struct band){record->begin, record->end}, done);
    }
    return has_memory;
}

outerfill_status journal_set_done(const struct journal_set *journals,
                                  const struct journal_content *only, struct ranges *done,
                                  outerfill_error *error) {
    struct ranges lost = {0};
    bool has_memory = true;
    for (size_t k = 0; has_memory && k < journals->num_items; k++)
        if (!only || only == &journals->items[k])
            has_memory = add_done(journals, &journals->items[k], &lost, done);
    ranges_free(&lost);
    ranges_join(done);
    return has_memory ? OUTERFILL_OK : error_no_memory(error, "list of bands");
}

/* Whether one record of this journal covers the whole file as finished. */
static bool is_whole(const struct journal_content *content) {
    for (size_t r = 0; r < content->num_records; r++) {
        const struct journal_record *record = &content->records[r];
        if (record->kind == JOURNAL_FINISHED && record->begin == 0 &&
            record->end == content->head.fingerprint.n * content->head.fingerprint.m)
            return true;
    }
    return false;
}

bool journal_set_know_whole(const struct journal_set *journals) {
    bool is_any = false;
    for (size_t k = 0; k < journals->num_items; k++) is_any |= is_whole(&journals->items[k]);
    return is_any;
}

/* The second round removes the journals that record the whole file as finished. If the process is
 * killed between the rounds, such a journal is left. It tells a later fill that only journals must
 * be removed. */
void journal_set_remove(const struct journal_set *journals, const char *last) {
    for (int round = 0; round < 2; round++)
        for (size_t k = 0; k < journals->num_items; k++) {
            const char *name = journals->names[k];
            const bool is_last = last ? strcmp(name, last) == 0 : is_whole(&journals->items[k]);
            if (is_last == (round == 1) && unlink(name) && errno != ENOENT) return;
        }
}

/* SPDX-License-Identifier: MIT
 *
 * The bytes of a journal, with a first byte that says which checksums are set right before it is read, since none would be by
 * chance: bit 0 the head's, bit 1 the records', bit 2 the head's magic. Ranges of its bands and what is missing are the whole,
 * and each band is in the ranges; the note is taken apart as the command does. */
#include <string.h>

#include "base/checksum.h"
#include "fuzz.h"
#include "file/journal_set.h"
#include "note.h"

/* The layout, as the head of journal.h describes it. */
static void set_record_checksums(char *bytes, size_t nbytes, const struct journal_head *head) {
    const size_t step = sizeof(struct journal_record),
                 begin = (sizeof *head + head->note_nbytes + step - 1) / step * step;
    for (size_t at = begin; at < nbytes && nbytes - at >= step; at += step) {
        const uint64_t sum = checksum_of(bytes + at, step - sizeof sum, head->checksum);
        memcpy(bytes + at + step - sizeof sum, &sum, sizeof sum);
    }
}

static void set_checksums(char *bytes, size_t nbytes, unsigned which) {
    struct journal_head head;
    if (nbytes < sizeof head) return;
    if (which & 4) memcpy(bytes, "OUTERFIL", sizeof head.magic);
    memcpy(&head, bytes, sizeof head);
    if (head.note_nbytes > nbytes - sizeof head) return;
    const size_t own = offsetof(struct journal_head, checksum);
    if (which & 1)
        head.checksum =
            checksum_of(bytes + sizeof head, head.note_nbytes, checksum_of(&head, own, 0));
    memcpy(bytes, &head, sizeof head);
    if (which & 2) set_record_checksums(bytes, nbytes, &head);
}

static void check_ordered(const struct ranges *ranges) {
    for (size_t k = 0; k < ranges->num_items; k++) {
        require(ranges->items[k].begin < ranges->items[k].end);
        require(k == 0 || ranges->items[k - 1].end < ranges->items[k].begin);
    }
}

static void check_bands_are_in(const struct journal_content *content, enum journal_kind kind,
                               const struct ranges *ranges) {
    for (size_t r = 0; r < content->num_records; r++) {
        const struct band band = {content->records[r].begin, content->records[r].end};
        if (content->records[r].kind == kind)
            require(ranges_num_cells(ranges, band) == band.end - band.begin);
    }
}

static void check_missing(const struct ranges *done, struct band whole) {
    struct ranges missing = {0};
    require(ranges_missing(done, whole, &missing));
    check_ordered(&missing);
    require(ranges_num_cells(done, whole) + ranges_num_cells(&missing, whole) ==
            whole.end - whole.begin);
    for (size_t k = 0; k < missing.num_items; k++)
        require(ranges_num_cells(done, missing.items[k]) == 0);
    ranges_free(&missing);
}

static void check_content(struct journal_content *content) {
    struct journal_set journals = {.items = content, .num_items = 1};
    const size_t num_cells = content->head.fingerprint.n * content->head.fingerprint.m;
    for (int kind = JOURNAL_BEGUN; kind <= JOURNAL_LOST; kind++) {
        struct ranges ranges = {0};
        require(journal_set_ranges(&journals, (enum journal_kind)kind, &ranges, NULL) ==
                OUTERFILL_OK);
        check_ordered(&ranges);
        check_bands_are_in(content, (enum journal_kind)kind, &ranges);
        check_missing(&ranges, (struct band){0, num_cells});
        ranges_free(&ranges);
    }
    require(journal_set_num_bands(&journals) <= content->num_records);
    require(fingerprint_difference(&content->head.fingerprint, &content->head.fingerprint) == NULL);
    free(note_read(content->note));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nbytes) {
    struct journal_content content;
    outerfill_error error;
    error.status = OUTERFILL_OK;
    const size_t rest = nbytes ? nbytes - 1 : 0;
    char *copy = malloc(rest ? rest : 1);
    require(copy);
    if (rest) memcpy(copy, bytes + 1, rest);
    if (rest) set_checksums(copy, rest, bytes[0]);
    const outerfill_status status = journal_parse(copy, rest, "x.npy.journal", &content, &error);
    require(status == error.status && (!status || status == OUTERFILL_FILE_FAILED));
    if (content.has_head) check_content(&content);
    journal_content_free(&content);
    free(copy);
    return 0;
}

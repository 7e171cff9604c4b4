/* SPDX-License-Identifier: MIT
 *
 * Guards journals: what was written is read again, with a note of any bytes; a single byte that has changed, anywhere in the
 * head, the note or a record, is noticed, and costs that record alone or, in the head, all; a torn end costs what is torn, and
 * writing goes on behind what is whole; a file that is no journal is refused and left alone; of one file there is one writer.
 * */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"
#include "file/journal.h"
#include "file/journal_set.h"
#include "scratch.h"

static const struct fingerprint fingerprint = {.format = FINGERPRINT_FORMAT,
                                               .dtype = 1,
                                               .num_planes = 3,
                                               .n = 100,
                                               .m = 200,
                                               .a = {1, 2},
                                               .b = {3, 4},
                                               .function = {5, 6},
                                               .parameters = {7, 8}};
static const char *path; /* of the file whose journals these are */

static struct journal open_journal(uint64_t shard, uint64_t num_shards, const char *note) {
    struct journal journal;
    outerfill_error error;
    check_status(journal_open(&journal, path, &fingerprint, shard, num_shards, note, &error),
                 OUTERFILL_OK, NULL);
    return journal;
}

static void append_bands(struct journal *journal, size_t begin, size_t end) {
    for (size_t k = begin; k < end; k++)
        assert_int_equal(
            journal_append(journal, (struct journal_record){JOURNAL_BAND, 10 * k, 10 * k + 10,
                                                            77 * k, 0, 0, 0, 0}),
            0);
}

static const char *journal_name(void) {
    return scratch_path("x.npy.journal");
}

static struct journal_content read_journal(outerfill_status expected) {
    struct journal_content content;
    outerfill_error error = {.status = OUTERFILL_OK};
    assert_int_equal(journal_read(journal_name(), &content, &error), expected);
    return content;
}

/* ---- Round trips
 * --------------------------------------------------------------------------------------------------------------- */

static void check_round_trip(const char *note) {
    struct journal journal = open_journal(0, 0, note);
    append_bands(&journal, 0, 25);
    journal_close(&journal, false);
    struct journal_content content = read_journal(OUTERFILL_OK);
    assert_true(content.has_head && !content.is_locked &&
                fingerprint_difference(&content.head.fingerprint, &fingerprint) == NULL);
    assert_string_equal(content.note, note);
    assert_int_equal(content.num_records, 26);
    assert_int_equal(content.records[0].kind, JOURNAL_BEGUN);
    for (size_t k = 0; k < 25; k++) {
        const struct journal_record *record = &content.records[k + 1];
        assert_true(record->kind == JOURNAL_BAND && record->begin == 10 * k &&
                    record->end == 10 * k + 10);
        assert_true(record->data == 77 * k && record->pid == getpid() && record->seconds > 1.7e9);
    }
    journal_content_free(&content);
    assert_int_equal(unlink(journal_name()), 0);
}

static void test_round_trips(void **state) {
    static char all_bytes[256], long_note[5001];

    (void)state;
    for (int k = 1; k < 256; k++) all_bytes[k - 1] = (char)k;
    for (size_t length = 0; length <= 130; length++) {
        memset(long_note, 'x', sizeof long_note - 1);
        long_note[length] = '\0';
        check_round_trip(long_note);
    }
    memset(long_note, 0xff, sizeof long_note - 1);
    check_round_trip(long_note);
    check_round_trip(all_bytes);
}

/* Opened once more, it goes on, and keeps its note unless another is given. */
static void test_goes_on(void **state) {
    static char long_note[200];
    memset(long_note, 'x', sizeof long_note - 1);
    const char *const notes[] = {"the first", "", "the first", long_note, "the last", ""},
                      *const kept[] = {"the first", "the first", "the first",
                                       long_note,   "the last",  "the last"};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(notes); k++) {
        struct journal journal = open_journal(0, 0, notes[k]);
        assert_int_equal(journal.is_new, k == 0);
        append_bands(&journal, 5 * k, 5 * k + 5);
        journal_close(&journal, false);
        struct journal_content content = read_journal(OUTERFILL_OK);
        assert_string_equal(content.note, kept[k]);
        assert_int_equal(content.num_records, 6 * (k + 1));
        assert_false(journal_is_damaged(&content));
        journal_content_free(&content);
    }
    unlink(journal_name());
}

/* A note that is damaged or cut off does not count. No record behind it is lost. */
static void test_damaged_notes(void **state) {
    static const char first[] = "the first", second[] = "another";
    size_t nbytes;
    struct journal journal = open_journal(0, 0, first);
    journal_close(&journal, false);
    journal = open_journal(0, 0, second);
    journal_close(&journal, false);
    unsigned char *bytes = scratch_read(journal_name(), &nbytes);

    (void)state;
    for (size_t at = nbytes - 3 * 64; at < nbytes - 64; at++) {
        bytes[at] ^= 1;
        scratch_write(journal_name(), bytes, nbytes);
        struct journal_content content = read_journal(OUTERFILL_OK);
        const bool is_zero = at >= nbytes - 2 * 64 + strlen(second);
        assert_string_equal(content.note, is_zero ? second : first);
        assert_int_equal(content.num_records, 2);
        assert_int_equal(journal_is_damaged(&content), !is_zero);
        journal_content_free(&content);
        bytes[at] ^= 1;
    }
    for (size_t cut = 64; cut < 3 * 64; cut++) {
        scratch_write(journal_name(), bytes, nbytes - cut);
        struct journal_content content = read_journal(OUTERFILL_OK);
        assert_string_equal(content.note, cut == 64 ? second : first);
        journal_content_free(&content);
    }
    free(bytes);
    unlink(journal_name());
}

/* A journal that is removed or moved while it is written comes back whole, and goes on locked. Another file is left alone. */
static void test_restored(void **state) {
    struct journal journal = open_journal(0, 0, "the note");

    (void)state;
    append_bands(&journal, 0, 5);
    journal_restore(&journal);
    assert_int_equal(unlink(journal_name()), 0);
    journal_restore(&journal);
    append_bands(&journal, 5, 10);
    struct journal_content content = read_journal(OUTERFILL_OK);
    assert_true(content.is_locked && !journal_is_damaged(&content));
    assert_string_equal(content.note, "the note");
    assert_int_equal(content.num_records, 11);
    journal_content_free(&content);
    assert_int_equal(unlink(journal_name()), 0);
    scratch_write(journal_name(), "another", 7);
    journal_restore(&journal);
    journal_close(&journal, true);
    assert_true(scratch_holds(journal_name(), "another", 7));
    assert_int_equal(unlink(journal_name()), 0);
}

static void *append_in_thread(void *argument) {
    append_bands(argument, 0, 200);
    return NULL;
}

static void test_threads(void **state) {
    struct journal journal = open_journal(0, 0, "");
    pthread_t threads[4];

    (void)state;
    for (size_t k = 0; k < 4; k++)
        assert_int_equal(pthread_create(&threads[k], NULL, append_in_thread, &journal), 0);
    for (size_t k = 0; k < 4; k++) pthread_join(threads[k], NULL);
    struct journal_content content = read_journal(OUTERFILL_OK);
    assert_true(content.is_locked); /* by the one that is open still */
    assert_int_equal(content.num_records, 801);
    journal_content_free(&content);
    journal_close(&journal, true);
    assert_false(scratch_exists(journal_name()));
}

/* ---- Damage
 * ---------------------------------------------------------------------------------------------------------------------- */

static unsigned char *whole;
static size_t whole_nbytes;
static const char short_note[] = "a note";

static void make_whole(void) {
    struct journal journal = open_journal(0, 0, short_note);
    append_bands(&journal, 0, 6);
    journal_close(&journal, false);
    whole = scratch_read(journal_name(), &whole_nbytes);
}

static void test_flipped_bytes(void **state) {
    const size_t head_nbytes = sizeof(struct journal_head) + strlen(short_note);
    const size_t records_begin = whole_nbytes - 7 * sizeof(struct journal_record);

    (void)state;
    for (size_t at = 0; at < whole_nbytes; at++)
        for (int bit = 0; bit < 8; bit += 7) {
            whole[at] ^= (unsigned char)(1 << bit);
            scratch_write(journal_name(), whole, whole_nbytes);
            struct journal_content content =
                read_journal(at < 8 ? OUTERFILL_FILE_FAILED : OUTERFILL_OK);
            assert_int_equal(content.has_head, at >= head_nbytes);
            if (at >= head_nbytes)
                assert_int_equal(content.num_records, at < records_begin ? 7 : 6);
            assert_int_equal(content.num_damaged, at >= records_begin);
            if (at >= 8) /* the zeros between the note and the records hold nothing */
                assert_int_equal(journal_is_damaged(&content),
                                 at < head_nbytes || at >= records_begin);
            if (at >= head_nbytes) assert_int_equal(content.nbytes, whole_nbytes);
            journal_content_free(&content);
            whole[at] ^= (unsigned char)(1 << bit);
        }
}

/* However much is left, what is read is a beginning of what was written, and what is appended then is read as well. */
static void test_torn_ends(void **state) {
    const size_t records_begin = whole_nbytes - 7 * sizeof(struct journal_record);

    (void)state;
    for (size_t nbytes = 0; nbytes <= whole_nbytes; nbytes++) {
        const size_t num_whole =
            nbytes < records_begin ? 0 : (nbytes - records_begin) / sizeof(struct journal_record);
        scratch_write(journal_name(), whole, nbytes);
        struct journal_content content = read_journal(OUTERFILL_OK);
        assert_int_equal(content.num_records, num_whole);
        assert_int_equal(journal_is_damaged(&content), !num_whole);
        journal_content_free(&content);
        struct journal journal = open_journal(0, 0, "new");
        append_bands(&journal, 50, 52);
        journal_close(&journal, false);
        content = read_journal(OUTERFILL_OK);
        assert_true(content.has_head);
        assert_string_equal(content.note, "new");
        assert_int_equal(content.num_damaged, 0);
        assert_int_equal(content.num_records, num_whole + 3);
        assert_int_equal(content.records[num_whole + 2].begin, 510);
        journal_content_free(&content);
        unlink(journal_name());
    }
}

static void test_zeros(void **state) {
    unsigned char *zeros = calloc(1, whole_nbytes);

    (void)state;
    for (size_t nbytes = 0; nbytes <= whole_nbytes; nbytes += 37) {
        scratch_write(journal_name(), zeros, nbytes);
        struct journal_content content = read_journal(OUTERFILL_OK);
        assert_false(content.has_head || content.num_records);
        journal_content_free(&content);
    }
    free(zeros);
    unlink(journal_name());
}

/* A record of another journal, with another head, is none of this one's. */
static void test_records_of_another(void **state) {
    struct fingerprint other_job = fingerprint;
    struct journal journal;
    size_t nbytes;
    outerfill_error error;

    (void)state;
    other_job.a.low++;
    check_status(journal_open(&journal, path, &other_job, 0, 0, short_note, &error), OUTERFILL_OK,
                 NULL);
    journal_close(&journal, false);
    unsigned char *other = scratch_read(journal_name(), &nbytes);
    assert_true(nbytes < whole_nbytes);
    memcpy(whole + whole_nbytes - 64, other + nbytes - 64, 64);
    scratch_write(journal_name(), whole, whole_nbytes);
    struct journal_content content = read_journal(OUTERFILL_OK);
    assert_int_equal(content.num_records, 6);
    journal_content_free(&content);
    free(other);
    unlink(journal_name());
}

/* Nobody writes such a record, but its checksum may be right: who takes the one from the other finds more cells than there are. */
static void test_records_that_end_before_they_begin(void **state) {
    struct journal journal = open_journal(0, 0, short_note);

    (void)state;
    assert_int_equal(
        journal_append(&journal, (struct journal_record){JOURNAL_BAND, 20, 10, 77, 0, 0, 0, 0}), 0);
    append_bands(&journal, 3, 4);
    journal_close(&journal, false);
    struct journal_content content = read_journal(OUTERFILL_OK);
    assert_int_equal(content.num_records, 2);
    assert_int_equal(content.records[1].begin, 30);
    journal_content_free(&content);
    unlink(journal_name());
}

/* ---- Names, strangers, writers
 * ----------------------------------------------------------------------------------------------------- */

static void test_strangers(void **state) {
    static const char text[] = "my own journal", brief[] = "me";
    struct journal journal;
    outerfill_error error;

    (void)state;
    scratch_write(journal_name(), text, sizeof text);
    assert_int_equal(journal_open(&journal, path, &fingerprint, 0, 0, "", &error),
                     OUTERFILL_FILE_FAILED);
    check_contains(error.message, "x.npy.journal");
    assert_true(scratch_holds(journal_name(), text, sizeof text));
    scratch_write(journal_name(), brief, 2);
    assert_int_equal(journal_open(&journal, path, &fingerprint, 0, 0, "", &error),
                     OUTERFILL_FILE_FAILED);
    assert_true(scratch_holds(journal_name(), brief, 2));
    unlink(journal_name());
    assert_int_equal(mkfifo(journal_name(), 0600), 0);
    assert_int_equal(journal_open(&journal, path, &fingerprint, 0, 0, "", &error),
                     OUTERFILL_FILE_FAILED);
    assert_true(scratch_exists(journal_name()));
    unlink(journal_name());
}

static void test_one_writer(void **state) {
    struct journal first = open_journal(3, 4, ""), other = open_journal(4, 4, ""), second;
    outerfill_error error;

    (void)state;
    assert_int_equal(journal_open(&second, path, &fingerprint, 3, 4, "", &error),
                     OUTERFILL_FILE_FAILED);
    check_contains(error.message, "x.npy.journal-3-of-4");
    journal_close(&first, false);
    second = open_journal(3, 4, "");
    journal_close(&second, true);
    journal_close(&other, true);
}

/* Its own journals and nobody else's. */
static void test_list(void **state) {
    static const char *const names[] = {
        "x.npy.journal",   "x.npy.journal-1-of-2", "x.npy.journal-12-of-345",
        "x.npy.journal-1", "x.npy.journal-a-of-b", "x.npy.journal-1-of-2x",
        "xx.npy.journal",  "x.npy.journals",       "x.npy"};
    char **found = NULL;
    size_t number = 0;
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(names); k++)
        scratch_write(scratch_path("%s", names[k]), "", 0);
    check_status(journal_list(path, &found, &error), OUTERFILL_OK, NULL);
    for (; found[number] != NULL; number++) {
        int is_wanted = 0;
        for (size_t k = 0; k < 3; k++)
            is_wanted |= strcmp(strrchr(found[number], '/') + 1, names[k]) == 0;
        assert_true(is_wanted);
    }
    assert_int_equal(number, 3);
    journal_list_free(found);
    for (size_t k = 0; k < NUM_ELEMENTS(names); k++) unlink(scratch_path("%s", names[k]));
    assert_int_equal(journal_list("no/such/folder/x.npy", &found, &error), OUTERFILL_FILE_FAILED);
    assert_null(found);
}

static void test_job_differences(void **state) {
    struct fingerprint other = fingerprint;

    (void)state;
    assert_null(fingerprint_difference(&fingerprint, &other));
    other.b.high++;
    assert_string_equal(fingerprint_difference(&fingerprint, &other), "b");
    other.a.low++;
    assert_string_equal(fingerprint_difference(&fingerprint, &other), "a");
    other.parameters.low++;
    check_contains(fingerprint_difference(&fingerprint, &other), "parameter");
    other.function.high++;
    check_contains(fingerprint_difference(&fingerprint, &other), "function");
    other.m++;
    check_contains(fingerprint_difference(&fingerprint, &other), "shape");
    other.dtype++;
    check_contains(fingerprint_difference(&fingerprint, &other), "dtype");
    other.format++;
    check_contains(fingerprint_difference(&fingerprint, &other), "format");
}

static int make_folder(void **state) {
    static char name[500];
    (void)state;
    scratch_create();
    snprintf(name, sizeof name, "%s", scratch_path("x.npy"));
    path = name;
    make_whole();
    unlink(journal_name());
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    free(whole);
    unlink(journal_name());
    scratch_remove();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_goes_on),
        cmocka_unit_test(test_damaged_notes),
        cmocka_unit_test(test_restored),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_flipped_bytes),
        cmocka_unit_test(test_torn_ends),
        cmocka_unit_test(test_zeros),
        cmocka_unit_test(test_records_of_another),
        cmocka_unit_test(test_records_that_end_before_they_begin),
        cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_one_writer),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_job_differences),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * The rate and the times of a writer, from a journal whose records have the times of this test. */
#include <stddef.h>
#include <unistd.h>

#include "base/checksum.h"
#include "checks.h"
#include "file/journal.h"
#include "scratch.h"

#define T0 2e9 /* later than the record of journal_open */

static const struct fingerprint fingerprint = {
    .format = FINGERPRINT_FORMAT, .dtype = OUTERFILL_FLOAT64, .num_planes = 1, .n = 1000, .m = 10};

static struct journal open_journal(void) {
    struct journal journal;
    outerfill_error error = {0};
    check_ok(journal_open(&journal, scratch_path("x.npy"), &fingerprint, 0, 0, "", &error), &error);
    return journal;
}

/* Appends what another time would have appended; `seconds` is the time since T0. */
static void append_cells(struct journal *journal, enum journal_kind kind, double seconds,
                         size_t begin, size_t end) {
    struct journal_record record = {
        .kind = kind, .begin = begin, .end = end, .seconds = T0 + seconds, .pid = 7};
    record.checksum =
        checksum_of(&record, offsetof(struct journal_record, checksum), journal->head.checksum);
    assert_int_equal(pwrite(journal->fd, &record, sizeof record, (off_t)journal->nbytes),
                     sizeof record);
    journal->nbytes += sizeof record;
}

static void append(struct journal *journal, enum journal_kind kind, double seconds,
                   uint64_t num_cells) {
    static uint64_t cell;
    append_cells(journal, kind, seconds, cell, cell + num_cells);
    cell += num_cells;
}

static void check_writer(double begun, double last, double rate) {
    outerfill_file_status *run;
    outerfill_error error;
    check_ok(outerfill_file_status_create(scratch_path("x.npy"), &run, &error), &error);
    const outerfill_file_writer *writer = run->writers[0];
    assert_true(writer->begun == T0 + begun && writer->last == T0 + last);
    assert_true(writer->cells_per_second == rate && run->cells_per_second == rate);
    outerfill_free(run);
}

static void test_rates(void **state) {
    struct journal journal = open_journal();
    (void)state;
    append(&journal, JOURNAL_BEGUN, 0, 0);
    check_writer(0, 0, 0);
    append(&journal, JOURNAL_BAND, 2, 100);
    check_writer(0, 2, 50);
    append(&journal, JOURNAL_BAND, 4, 300);
    check_writer(0, 4, 100);
    append(&journal, JOURNAL_BAND, 20, 320); /* the band at 4 is 16 seconds old */
    check_writer(0, 20, 20);
    append(&journal, JOURNAL_FINISHED, 21, 0);
    check_writer(0, 20, 20);
    /* A resume, which compares for 5 seconds. */
    append(&journal, JOURNAL_BEGUN, 30, 0);
    check_writer(30, 30, 0);
    append(&journal, JOURNAL_BAND, 35, 100);
    check_writer(30, 35, 0);
    append(&journal, JOURNAL_BAND, 37, 100);
    check_writer(30, 37, 50);
    append(&journal, JOURNAL_BEGUN, 50, 0);
    check_writer(50, 50, 0);
    journal_close(&journal, true);
}

/* What has finished no band has nothing to compare. */
static void test_a_second_start_without_bands(void **state) {
    struct journal journal = open_journal();
    (void)state;
    append(&journal, JOURNAL_BEGUN, 0, 0);
    append(&journal, JOURNAL_BEGUN, 10, 0);
    append(&journal, JOURNAL_BAND, 12, 100);
    check_writer(10, 12, 50);
    journal_close(&journal, true);
}

static int make_folder(void **state) {
    (void)state;
    scratch_create();
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    scratch_remove();
    return 0;
}

static void check_done(size_t num_cells) {
    outerfill_file_status *run;
    outerfill_error error;
    check_ok(outerfill_file_status_create(scratch_path("x.npy"), &run, &error), &error);
    assert_int_equal(run->cells_done, num_cells);
    assert_int_equal(run->writers[0]->cells_done, num_cells);
    outerfill_free(run);
}

/* A cell that was computed twice counts once, and one that was lost does not until it is computed again. */
static void test_cells_done(void **state) {
    static const unsigned char zeros[4096 + 80000];
    struct journal journal = open_journal();

    (void)state;
    scratch_write(scratch_path("x.npy.part"), zeros, sizeof zeros);
    append_cells(&journal, JOURNAL_BAND, 1, 0, 1000);
    append_cells(&journal, JOURNAL_BAND, 2, 500, 2000);
    check_done(2000);
    append_cells(&journal, JOURNAL_LOST, 3, 100, 300);
    append_cells(&journal, JOURNAL_LOST, 3, 900, 1200);
    check_done(1500);
    append_cells(&journal, JOURNAL_BAND, 4, 1000, 1200);
    check_done(1700);
    journal_close(&journal, true);
    unlink(scratch_path("x.npy.part"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_done),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_a_second_start_without_bands),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder) == 0 ? 0 : 1;
}

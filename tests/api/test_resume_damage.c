/* SPDX-License-Identifier: MIT
 *
 * Guards what a stopped fill relies on: nothing but what it has compared. Whatever happens to PATH.part and PATH.journal
 * between two sessions, bytes changed, data lost, files cut off or grown or garbled, a resumed fill gives the right file, or
 * refuses what it cannot take for a fill's and leaves it as it is; never a file with anything wrong in it.
 * */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "file_fill.h"
#include "oracle.h"
#include "scratch.h"

enum { N = 101, M = 203 };

static outerfill_context *context;
static outerfill_function *function;
static double a[N], b[M];
static file_copy right, stopped_part, stopped_journal, finished_part,
    finished_journal; /* finished: rows 0 to 70 alone */

/* What the last fill told of damage. */
static struct {
    size_t num_calls;
    char last[4096];
} told;

static void hear(const char *message, void *user_data) {
    assert_ptr_equal(user_data, &told);
    told.num_calls++;
    snprintf(told.last, sizeof told.last, "%s", message);
}

static file_fill problem(void) {
    return (file_fill){.function = function,
                       .a = a,
                       .b = b,
                       .n = N,
                       .m = M,
                       .path = scratch_path("damage.npy"),
                       .file.note = "a note of some length, for bytes to be flipped in",
                       .file.damage_found = hear,
                       .file.damage_found_data = &told,
                       .options.memory_nbytes = 64 << 10};
}

static uint64_t next_random(void) {
    static uint64_t state = 241;
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t below(size_t limit) {
    return (size_t)(next_random() % limit);
}

/* ---- One damage, one resumed fill
 * ------------------------------------------------------------------------------------------------ */

static void forget_all(const char *path) {
    unlink(path);
    unlink(file_fill_part(path));
    unlink(file_fill_journal(path));
}

/* The right file, or a refusal that leaves both files as they were. Returns whether it was refused. */
static int resume_damaged(const file_copy *part, const file_copy *journal, const char *what) {
    const file_fill fill = problem();
    const char *part_path = file_fill_part(fill.path), *journal_path = file_fill_journal(fill.path);
    outerfill_error error;

    file_copy_write(part, part_path);
    file_copy_write(journal, journal_path);
    told.num_calls = 0;
    const outerfill_status status = file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error);
    if (status == OUTERFILL_OK) {
        const int is_right = file_copy_is(&right, fill.path) && !scratch_exists(part_path) &&
                             !scratch_exists(journal_path);
        forget_all(fill.path); /* in any case: the next test begins without it */
        if (!is_right)
            fail_msg(
                "%s: the file is not what an unbroken fill writes, or something is left beside it",
                what);
        return 0;
    }
    check_contains(error.message, "damage.npy");
    if (scratch_exists(fill.path) || !file_copy_is(part, part_path) ||
        !file_copy_is(journal, journal_path))
        fail_msg("%s: refused, but not left as it was: %s", what, error.message);
    forget_all(fill.path);
    return 1;
}

static void check_resumed(const file_copy *part, const file_copy *journal, const char *what) {
    if (resume_damaged(part, journal, what)) fail_msg("%s: refused", what);
}

/* It is told once, in a sentence that says this. */
static void check_told(const file_copy *part, const file_copy *journal, const char *said) {
    check_resumed(part, journal, said);
    assert_int_equal(told.num_calls, 1);
    check_contains(told.last, said);
}

/* A fill that is to keep what is there is refused. */
static void check_kept(const file_copy *part, const file_copy *journal) {
    const file_fill fill = problem();
    outerfill_file_plan *plan;
    outerfill_error error;

    file_copy_write(part, file_fill_part(fill.path));
    file_copy_write(journal, file_fill_journal(fill.path));
    check_status(file_fill_with(fill, OUTERFILL_UNFINISHED_KEEP, &error), OUTERFILL_FILE_FAILED,
                 &error);
    check_contains(error.message, "its journal is missing or damaged");
    check_ok(outerfill_fill_npy_plan(fill.path, OUTERFILL_FLOAT64, 2, N, M, NULL, &plan, &error),
             &error);
    assert_true(plan->verdict == OUTERFILL_FILE_IS_UNFINISHED && plan->is_unrecorded);
    outerfill_free(plan);
    assert_true(file_copy_is(part, file_fill_part(fill.path)) &&
                file_copy_is(journal, file_fill_journal(fill.path)));
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESTART, &error), &error);
    file_fill_check_done(fill.path, &right, "begun anew");
}

static file_copy copy_of_copy(const file_copy *from, size_t nbytes) {
    file_copy copy = {check_malloc(nbytes), nbytes};
    memset(copy.bytes, 0, nbytes);
    memcpy(copy.bytes, from->bytes, nbytes < from->nbytes ? nbytes : from->nbytes);
    return copy;
}

/* ---- PATH.part
 * --------------------------------------------------------------------------------------------------------------------- */

static void test_undamaged(void **state) {
    (void)state;
    check_resumed(&stopped_part, &stopped_journal, "stopped");
    assert_int_equal(told.num_calls, 0);
    check_resumed(&finished_part, &finished_journal, "a piece");
    assert_int_equal(told.num_calls, 0);
}

/* One byte somewhere in the data, whether a band is recorded there or not. */
static void test_flipped_data(void **state) {
    (void)state;
    for (int k = 0; k < 30; k++) {
        file_copy part = copy_of_copy(&stopped_part, stopped_part.nbytes);
        const size_t at = FILE_FILL_DATA_OFFSET + below(part.nbytes - FILE_FILL_DATA_OFFSET);
        char what[80];
        part.bytes[at] ^= (unsigned char)(1 + below(255));
        snprintf(what, sizeof what, "byte %zu of PATH.part flipped", at);
        check_resumed(&part, &stopped_journal, what);
        file_copy_free(&part);
    }
}

/* Rows 0 to 59 are recorded at least; one band has the damaged cell. */
static void test_damage_is_told(void **state) {
    const char *what;
    size_t num_lost, num_recorded;
    file_copy part = copy_of_copy(&stopped_part, stopped_part.nbytes);

    (void)state;
    part.bytes[FILE_FILL_DATA_OFFSET + 8] ^= 1;
    check_told(&part, &stopped_journal, "finished cells differ from their checksums");
    what = strstr(told.last, "is damaged: ");
    assert_non_null(what);
    assert_int_equal(
        sscanf(what, "is damaged: %zu of its %zu finished cells", &num_lost, &num_recorded), 2);
    assert_true(num_lost > 0 && num_lost < num_recorded && num_recorded >= (size_t)60 * M &&
                num_recorded <= (size_t)N * M);
    memset(part.bytes + FILE_FILL_DATA_OFFSET, 0x55, part.nbytes - FILE_FILL_DATA_OFFSET);
    check_told(&part, &stopped_journal, "finished cells differ from their checksums");
    what = strstr(told.last, "is damaged: ");
    assert_int_equal(sscanf(what, "is damaged: %zu of its", &num_lost), 1);
    assert_int_equal(num_lost, num_recorded);
    file_copy_free(&part);
}

/* PATH.part may come back, so only a fill that begins anew discards its journal. A part of its header is left as it is. */
static void test_lost_part(void **state) {
    static const size_t lengths[] = {0, 1, 3000};
    const file_fill fill = problem();
    outerfill_file_plan *plan;
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(lengths); k++)
        for (int wish = OUTERFILL_UNFINISHED_KEEP; wish <= OUTERFILL_UNFINISHED_RESUME; wish++) {
            const file_copy part = {stopped_part.bytes, lengths[k]};
            file_copy_write(&part, file_fill_part(fill.path));
            file_copy_write(&stopped_journal, file_fill_journal(fill.path));
            check_status(file_fill_with(fill, (outerfill_unfinished)wish, &error),
                         OUTERFILL_FILE_FAILED, &error);
            check_contains(error.message, lengths[k] ? "is cut off within its header, after"
                                                     : "is missing or empty, and only the journal");
            assert_true(file_copy_is(&stopped_journal, file_fill_journal(fill.path)));
            assert_true(!lengths[k] || file_copy_is(&part, file_fill_part(fill.path)));
            check_ok(
                outerfill_fill_npy_plan(fill.path, OUTERFILL_FLOAT64, 2, N, M, NULL, &plan, &error),
                &error);
            assert_true(plan->verdict == OUTERFILL_FILE_IS_UNFINISHED && plan->part_is_missing);
            outerfill_free(plan);
            check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESTART, &error), &error);
            file_fill_check_done(fill.path, &right, "begun anew");
        }
}

/* Pages that never reached the disk are zeros. */
static void test_lost_data(void **state) {
    (void)state;
    for (int k = 0; k < 20; k++) {
        file_copy part = copy_of_copy(&stopped_part, stopped_part.nbytes);
        for (size_t at = FILE_FILL_DATA_OFFSET; at < part.nbytes; at += 4096)
            if (k == 0 || below(4) == 0)
                memset(part.bytes + at, 0, part.nbytes - at < 4096 ? part.nbytes - at : 4096);
        check_resumed(&part, &stopped_journal, "pages of PATH.part lost");
        memset(part.bytes, 0, FILE_FILL_DATA_OFFSET); /* the header as well */
        check_resumed(&part, &stopped_journal, "pages and the header of PATH.part lost");
        file_copy_free(&part);
    }
}

/* The header follows from what the fill knows. Recorded bands prove that the file is the fill's. */
static void test_damaged_header(void **state) {
    file_copy part = copy_of_copy(&stopped_part, stopped_part.nbytes);

    (void)state;
    for (size_t at = 0; at < FILE_FILL_DATA_OFFSET; at += at < 80 ? 1 : 1 + below(700)) {
        part.bytes[at] ^= (unsigned char)(1 + below(255));
        check_told(&part, &stopped_journal, "the header of ");
        part.bytes[at] = stopped_part.bytes[at];
    }
    memset(part.bytes, 0xaa, FILE_FILL_DATA_OFFSET);
    check_told(&part, &stopped_journal, "the header of ");
    memset(part.bytes, 0xaa, part.nbytes); /* nothing is the fill's any more */
    assert_true(resume_damaged(&part, &stopped_journal, "another file in the place of PATH.part"));
    file_copy_free(&part);
    part = copy_of_copy(&stopped_part, stopped_part.nbytes);
    part.bytes[0] ^= 1;
    assert_true(resume_damaged(&part, &(file_copy){NULL, 0}, "a foreign header and no journal"));
    file_copy_free(&part);
}

static void test_cut_part(void **state) {
    size_t num_refused = 0;

    (void)state;
    for (int k = 0; k < 20; k++) {
        const size_t special[] = {FILE_FILL_DATA_OFFSET, right.nbytes - 1, right.nbytes + 1,
                                  right.nbytes + 100000};
        const size_t nbytes =
            k < 4 ? special[k]
                  : FILE_FILL_DATA_OFFSET + below(right.nbytes - FILE_FILL_DATA_OFFSET);
        file_copy part = copy_of_copy(&stopped_part, nbytes); /* shorter or longer */
        check_resumed(&part, &stopped_journal, "PATH.part cut off or grown");
        file_copy_free(&part);
    }
    for (int k = 0; k < 5; k++) { /* within the header it may be taken for somebody else's */
        file_copy part = copy_of_copy(&stopped_part, 1 + below(FILE_FILL_DATA_OFFSET - 1));
        num_refused +=
            (size_t)resume_damaged(&part, &stopped_journal, "PATH.part cut off in its header");
        file_copy_free(&part);
    }
    print_message("cut off in its header: %zu of 5 refused\n", num_refused);
}

/* ---- PATH.journal
 * -------------------------------------------------------------------------------------------------------------------- */

/* Every byte in turn, from behind the magic on. */
static void test_flipped_journal(void **state) {
    (void)state;
    for (size_t at = 8; at < stopped_journal.nbytes; at += 1 + below(stopped_journal.nbytes / 80)) {
        file_copy journal = copy_of_copy(&stopped_journal, stopped_journal.nbytes);
        char what[80];
        journal.bytes[at] ^= (unsigned char)(1 + below(255));
        snprintf(what, sizeof what, "byte %zu of PATH.journal flipped", at);
        check_resumed(&stopped_part, &journal, what);
        file_copy_free(&journal);
    }
}

/* Its first bytes tell whose it is. */
static void test_flipped_magic(void **state) {
    (void)state;
    for (size_t at = 0; at < 8; at++) {
        file_copy journal = copy_of_copy(&stopped_journal, stopped_journal.nbytes);
        journal.bytes[at] ^= 0x40;
        resume_damaged(&stopped_part, &journal, "the magic of PATH.journal flipped");
        file_copy_free(&journal);
    }
}

static void test_cut_journal(void **state) {
    (void)state;
    for (int k = 0; k < 30; k++) {
        file_copy journal = copy_of_copy(
            &stopped_journal, k < 10 ? (size_t)k * 30 : below(stopped_journal.nbytes + 200));
        check_resumed(&stopped_part, &journal, "PATH.journal cut off or grown");
        file_copy_free(&journal);
    }
    check_resumed(&stopped_part, &(file_copy){NULL, 0}, "no PATH.journal");
}

/* Hours of work may be in a PATH.part of which nothing tells what is finished. */
static void test_lost_journal(void **state) {
    file_copy journal = copy_of_copy(&stopped_journal, stopped_journal.nbytes);
    const file_copy none = {NULL, 0}, head = {journal.bytes, 192};

    (void)state;
    check_kept(&stopped_part, &none);
    check_told(&stopped_part, &none, "has no journal, so nothing tells what of it is finished");
    check_kept(&stopped_part, &head);
    check_told(&stopped_part, &head, "is damaged, so nothing tells what of");
    journal.bytes[30] ^= 1;
    check_kept(&stopped_part, &journal);
    check_told(&stopped_part, &journal, "all cells are computed again");
    journal.bytes[30] ^= 1;
    journal.bytes[journal.nbytes - 1] ^= 1; /* one record */
    check_told(&stopped_part, &journal, "what it does not tell any more is computed again");
    file_copy_free(&journal);
}

static void test_garbled_journal(void **state) {
    (void)state;
    for (int k = 0; k < 30; k++) {
        file_copy journal =
            copy_of_copy(&stopped_journal, stopped_journal.nbytes + (k % 2 ? below(400) : 0));
        const size_t begin = 8 + below(journal.nbytes - 8),
                     end = begin + below(journal.nbytes - begin) + 1;
        for (size_t at = begin; at < end && at < journal.nbytes; at++)
            journal.bytes[at] = k % 3 ? (unsigned char)next_random() : 0;
        check_resumed(&stopped_part, &journal, "PATH.journal garbled");
        file_copy_free(&journal);
    }
}

/* A record moved to another place is still one of a band with its checksum; one that is there twice is as good. */
static void test_shuffled_journal(void **state) {
    (void)state;
    for (int k = 0; k < 20; k++) {
        file_copy journal = copy_of_copy(&stopped_journal, stopped_journal.nbytes),
                  part = copy_of_copy(&right, right.nbytes);
        const size_t num_records = journal.nbytes / 64,
                     x = num_records / 2 + below(num_records / 2);
        const size_t y = num_records / 2 + below(num_records / 2);
        memcpy(journal.bytes + x * 64, stopped_journal.bytes + y * 64, 64);
        check_resumed(&stopped_part, &journal, "a record over another");
        memset(part.bytes + part.nbytes / 2, 0x11, part.nbytes / 2);
        check_resumed(&part, &journal, "a record over another, and plane 1 lost");
        file_copy_free(&journal);
        file_copy_free(&part);
    }
}

/* ---- What was finished before
 * ------------------------------------------------------------------------------------------------------------ */

/* Rows 0 to 70 were finished by one call. Their data are damaged; all rows are asked for then. */
static void test_damaged_piece(void **state) {
    (void)state;
    for (int k = 0; k < 10; k++) {
        file_copy part = copy_of_copy(&finished_part, finished_part.nbytes);
        part.bytes[FILE_FILL_DATA_OFFSET + below(70 * M * sizeof(double))] ^= 0x10;
        check_resumed(&part, &finished_journal, "a finished piece damaged");
        file_copy_free(&part);
    }
}

/* The same damage; the call that repairs it is stopped before it has. A file with it must not be published by what follows. */
static void test_damaged_piece_and_stopped_again(void **state) {
    file_fill fill = problem();
    file_copy part = copy_of_copy(&finished_part, finished_part.nbytes);
    file_watch seen = file_watch_until(0); /* at once */
    outerfill_error error;

    (void)state;
    memset(part.bytes + FILE_FILL_DATA_OFFSET, 0, 60 * M * sizeof(double));
    file_copy_write(&part, file_fill_part(fill.path));
    file_copy_write(&finished_journal, file_fill_journal(fill.path));
    fill.watch = &seen;
    check_status(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), OUTERFILL_CANCELLED,
                 &error);
    fill.watch = NULL;
    fill.options.row_begin = 70;
    fill.options.row_end = N;
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    const int is_wrong = scratch_exists(fill.path) && !file_copy_is(&right, fill.path);
    forget_all(fill.path);
    file_copy_free(&part);
    assert_false(is_wrong);
}

/* And where nobody has looked at it again: the call that does the other rows finds nothing missing. */
static void check_damaged_piece_and_another(size_t finished_begin, size_t finished_end,
                                            size_t begin, size_t end) {
    file_fill fill = problem();
    outerfill_error error;

    fill.options.row_begin = finished_begin;
    fill.options.row_end = finished_end;
    check_ok(file_fill_run(&fill, &error), &error);
    file_copy part = file_copy_of(file_fill_part(fill.path));
    memset(part.bytes + FILE_FILL_DATA_OFFSET + finished_begin * M * sizeof(double) + 5000, 0,
           20000);
    file_copy_write(&part, file_fill_part(fill.path));
    fill.options.row_begin = begin;
    fill.options.row_end = end;
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    const int is_wrong = scratch_exists(fill.path) && !file_copy_is(&right, fill.path);
    if (!is_wrong && !scratch_exists(fill.path)) { /* not published: all rows are asked for then */
        fill.options.row_begin = fill.options.row_end = 0;
        check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
        file_fill_check_done(fill.path, &right, "a damaged piece, at last");
    }
    forget_all(fill.path);
    file_copy_free(&part);
    assert_false(is_wrong);
}

static void test_damaged_piece_and_another(void **state) {
    (void)state;
    check_damaged_piece_and_another(0, 70, 70, N);
    check_damaged_piece_and_another(70, N, 0, 70);
}

/* ---- The beginning and the end
 * ----------------------------------------------------------------------------------------------------------- */

static void make_states(void) {
    file_fill fill = problem();
    outerfill_error error;
    check_ok(file_fill_run(&fill, &error), &error);
    right = file_copy_of(fill.path);
    unlink(fill.path);
    file_fill_stop(fill, OUTERFILL_UNFINISHED_KEEP, 60);
    stopped_part = file_copy_of(file_fill_part(fill.path));
    stopped_journal = file_copy_of(file_fill_journal(fill.path));
    forget_all(fill.path);
    fill.options.row_end = 70;
    check_ok(file_fill_run(&fill, &error), &error);
    finished_part = file_copy_of(file_fill_part(fill.path));
    finished_journal = file_copy_of(file_fill_journal(fill.path));
    forget_all(fill.path);
}

static int open_all(void **state) {
    static const char *const expressions[] = {"a * b + (real)(i - j)", "a - b + 2000"};

    (void)state;
    scratch_create();
    context = check_context(NULL);
    function = check_function(context, OUTERFILL_FLOAT64, 2, expressions);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 242);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 243);
    make_states();
    return 0;
}

static int close_all(void **state) {
    (void)state;
    file_copy_free(&right);
    file_copy_free(&stopped_part);
    file_copy_free(&stopped_journal);
    file_copy_free(&finished_part);
    file_copy_free(&finished_journal);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    scratch_remove();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_undamaged),
        cmocka_unit_test(test_flipped_data),
        cmocka_unit_test(test_damage_is_told),
        cmocka_unit_test(test_lost_part),
        cmocka_unit_test(test_lost_data),
        cmocka_unit_test(test_damaged_header),
        cmocka_unit_test(test_cut_part),
        cmocka_unit_test(test_flipped_journal),
        cmocka_unit_test(test_flipped_magic),
        cmocka_unit_test(test_cut_journal),
        cmocka_unit_test(test_lost_journal),
        cmocka_unit_test(test_garbled_journal),
        cmocka_unit_test(test_shuffled_journal),
        cmocka_unit_test(test_damaged_piece),
        cmocka_unit_test(test_damaged_piece_and_stopped_again),
        cmocka_unit_test(test_damaged_piece_and_another),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards fills of files that were stopped: what is unfinished is kept where nothing was said of it, gone on with or discarded
 * where that was asked for, and the file is then, byte for byte, what an unbroken fill writes, however often it was stopped and
 * however its bands were cut each time. What belongs to another problem is refused by name and stays as it is, and so is what
 * is not ours.
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

enum { N = 211, M = 307 };

static outerfill_context *context;
static outerfill_function *function;
static double a[N], b[M];
static file_copy right; /* the whole file */

static file_fill problem(const char *path) {
    return (file_fill){.function = function,
                       .a = a,
                       .b = b,
                       .n = N,
                       .m = M,
                       .path = path,
                       .options.memory_nbytes = 64 << 10};
}

/* ---- Kept, gone on with, discarded
 * ---------------------------------------------------------------------------------------------- */

/* From the first band to the last but some; 1 is "as soon as anything is done". */
static const size_t stops[] = {1, 2, 50, 120, 200};

static void test_kept(void **state) {
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(stops); k++) {
        const file_fill fill = problem(scratch_path("kept.npy"));
        const char *part = file_fill_part(fill.path), *journal = file_fill_journal(fill.path);
        outerfill_error error;
        file_fill_stop(fill, OUTERFILL_UNFINISHED_KEEP, stops[k]);
        file_copy part_before = file_copy_of(part), journal_before = file_copy_of(journal);
        assert_non_null(journal_before.bytes);
        check_status(file_fill_run(&fill, &error), OUTERFILL_FILE_FAILED, &error);
        check_contains(error.message, "kept.npy");
        check_status(outerfill_fill_npy(function, a, N, b, M, fill.path, NULL, NULL, NULL),
                     OUTERFILL_FILE_FAILED, NULL);
        assert_true(file_copy_is(&part_before, part) && file_copy_is(&journal_before, journal) &&
                    !scratch_exists(fill.path));
        check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
        file_fill_check_done(fill.path, &right, "resumed");
        file_copy_free(&part_before);
        file_copy_free(&journal_before);
    }
}

static void test_restart(void **state) {
    const file_fill fill = problem(scratch_path("restart.npy"));
    file_watch seen = file_watch_until(SIZE_MAX);
    file_fill watched = fill;
    outerfill_error error;

    (void)state;
    watched.watch = &seen;
    file_fill_stop(fill, OUTERFILL_UNFINISHED_RESTART,
                   120); /* where there is nothing it begins as well */
    check_ok(file_fill_with(watched, OUTERFILL_UNFINISHED_RESTART, &error), &error);
    assert_int_equal(seen.first_rows, 0);
    file_fill_check_done(fill.path, &right, "restarted");
    file_fill_stop(fill, OUTERFILL_UNFINISHED_KEEP, 120);
    watched = fill;
    watched.a = b; /* another problem may begin anew */
    watched.n = 100;
    check_ok(file_fill_with(watched, OUTERFILL_UNFINISHED_RESTART, &error), &error);
    assert_false(scratch_exists(file_fill_part(fill.path)) ||
                 scratch_exists(file_fill_journal(fill.path)));
    unlink(fill.path);
}

static void test_nothing_to_resume(void **state) {
    const file_fill fill = problem(scratch_path("nothing.npy"));
    outerfill_error error;

    (void)state;
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    check_status(outerfill_fill_npy(function, a, N, b, M, fill.path, NULL, NULL, NULL),
                 OUTERFILL_FILE_FAILED, NULL);
    file_fill_check_done(fill.path, &right, "nothing to resume");
}

/* An existing file stays until the new one is complete, through as many stops as it takes. */
static void test_existing_is_replaced_in_the_end(void **state) {
    static const char old[] = "an older file that is no array";
    file_fill fill = problem(scratch_path("replaced.npy"));
    outerfill_error error;

    (void)state;
    fill.file.existing = OUTERFILL_EXISTING_REPLACE;
    scratch_write(fill.path, old, sizeof old);
    for (size_t rows = 50; rows <= 200; rows += 50) {
        file_fill_stop(fill, OUTERFILL_UNFINISHED_RESUME, rows);
        assert_true(scratch_holds(fill.path, old, sizeof old));
    }
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    file_fill_check_done(fill.path, &right, "replaced");
}

/* ---- Many sessions
 * --------------------------------------------------------------------------------------------------------------- */

/* Each with another limit, so other bands, and another transfer; each goes on from where the one before it was, and says so. */
static void test_many_sessions(void **state) {
    static const size_t limits[] = {64 << 10, 1 << 20, 128 << 10, 300001, 64 << 10, 700000};
    file_fill fill = problem(scratch_path("sessions.npy"));
    file_watch seen = file_watch_until(30);
    size_t rows_before = 0, num_sessions = 0;
    outerfill_error error;
    outerfill_status status;

    (void)state;
    fill.watch = &seen;
    do {
        seen = file_watch_until(rows_before + 30);
        fill.options.memory_nbytes = limits[num_sessions % NUM_ELEMENTS(limits)];
        fill.options.transfer =
            num_sessions++ % 2 ? OUTERFILL_TRANSFER_STAGED : OUTERFILL_TRANSFER_MAPPED;
        status = file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error);
        assert_int_equal(seen.num_wrong, 0);
        assert_true(seen.num_rows == N && seen.last_rows >= rows_before);
        rows_before = seen.last_rows;
    } while (status == OUTERFILL_CANCELLED && num_sessions < 100);
    check_ok(status, &error);
    assert_true(num_sessions > 3 && seen.num_at_end == 1);
    file_fill_check_done(fill.path, &right, "many sessions");
}

/* The first that a resumed fill reports is not 0, where it could compare what was found. */
static void test_progress_begins_with_what_was_found(void **state) {
    file_fill fill = problem(scratch_path("progress.npy"));
    file_watch seen = file_watch_until(0); /* asks for the first call, and stops there */
    outerfill_error error;

    (void)state;
    file_fill_stop(fill, OUTERFILL_UNFINISHED_KEEP, 150);
    seen.stop_at_rows = 140;
    fill.watch = &seen;
    check_status(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), OUTERFILL_CANCELLED,
                 &error);
    assert_true(seen.last_rows >= 140); /* reached by comparing alone */
    seen = file_watch_until(SIZE_MAX);
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    assert_true(seen.num_wrong == 0 && seen.num_at_end == 1 && seen.last_rows == N);
    file_fill_check_done(fill.path, &right, "progress");
}

struct kept {
    size_t num_calls, cells, num_cells;
};

static void note_kept(size_t cells_kept, size_t num_cells, void *user_data) {
    struct kept *kept = user_data;
    *kept = (struct kept){kept->num_calls + 1, cells_kept, num_cells};
}

/* Told once for each fill: nothing of a new one, what was finished of a resumed one. */
static void test_cells_kept(void **state) {
    struct kept kept = {0, 0, 0};
    const char *const path = scratch_path("cells_kept.npy");
    const outerfill_file_options options = {.struct_nbytes = sizeof options,
                                            .existing = OUTERFILL_EXISTING_REPLACE,
                                            .unfinished = OUTERFILL_UNFINISHED_RESUME,
                                            .cells_kept = note_kept,
                                            .cells_kept_data = &kept};
    outerfill_error error;

    (void)state;
    check_ok(outerfill_fill_npy(function, a, N, b, M, path, &options, NULL, &error), &error);
    assert_true(kept.num_calls == 1 && kept.cells == 0 && kept.num_cells == N * M);
    const outerfill_file_options shard = {
        .struct_nbytes = sizeof shard, .shard = 1, .num_shards = 4};
    assert_int_equal(remove(path), 0);
    check_ok(outerfill_fill_npy(function, a, N, b, M, path, &shard, NULL, &error), &error);
    check_ok(outerfill_fill_npy(function, a, N, b, M, path, &options, NULL, &error), &error);
    assert_true(kept.num_calls == 2 && kept.cells == N / 4 * M && kept.num_cells == N * M);
    assert_int_equal(remove(path), 0);
}

/* Of 5 MiB, which are compared in pieces; of the ten in the file at most five are there when it is stopped. */
static void test_large_bands(void **state) {
    static const char *const expressions[] = {"a * b"};
    enum { n = 96, m = 65536 };
    double *long_b = check_malloc(m * sizeof *long_b);
    file_fill fill = problem(scratch_path("large.npy"));
    file_watch seen = file_watch_until(0);
    outerfill_error error;

    (void)state;
    oracle_plain(OUTERFILL_FLOAT64, long_b, m, 235);
    fill.function = check_function(context, OUTERFILL_FLOAT64, 1, expressions);
    fill.b = long_b;
    fill.n = n;
    fill.m = m;
    fill.options.memory_nbytes = (size_t)80 << 20;
    file_fill_stop(fill, OUTERFILL_UNFINISHED_KEEP, 1);
    fill.watch = &seen;
    check_status(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), OUTERFILL_CANCELLED,
                 &error);
    check_contains(error.message, "while finished bands were compared"); /* one was right */
    fill.watch = NULL;
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    file_copy whole = file_copy_of(fill.path);
    const double *ab = (const double *)(whole.bytes + FILE_FILL_DATA_OFFSET);
    for (size_t cell = 0; cell < (size_t)n * m; cell++)
        assert_true(ab[cell] == a[cell / m] * long_b[cell % m]);
    file_fill_check_done(fill.path, &whole, "large bands");
    file_copy_free(&whole);
    outerfill_function_destroy((outerfill_function *)fill.function);
    free(long_b);
}

/* ---- Rows
 * -------------------------------------------------------------------------------------------------------------------------- */

static void test_piece_by_piece(void **state) {
    static const size_t pieces[][2] = {{100, 150}, {0, 1}, {150, N}, {40, 110}, {1, 40}};
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(pieces); k++) {
        file_watch seen = file_watch_until(SIZE_MAX);
        file_fill fill = problem(scratch_path("pieces.npy"));
        fill.options.row_begin = pieces[k][0];
        fill.options.row_end = pieces[k][1];
        fill.watch = &seen;
        check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
        assert_true(seen.num_wrong == 0 && seen.num_rows == pieces[k][1] - pieces[k][0] &&
                    seen.num_at_end == 1);
        assert_int_equal(scratch_exists(fill.path), k + 1 == NUM_ELEMENTS(pieces));
    }
    file_fill_check_done(scratch_path("pieces.npy"), &right, "piece by piece");
}

/* A piece once more, when all of it is there: nothing to do, and the progress says that it is done. */
static void test_piece_again(void **state) {
    file_watch seen = file_watch_until(SIZE_MAX);
    file_fill fill = problem(scratch_path("again.npy"));
    outerfill_error error;

    (void)state;
    fill.options.row_end = 60;
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    fill.watch = &seen;
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    assert_true(seen.num_wrong == 0 && seen.last_rows == 60 && seen.num_at_end == 1);
    fill.options.row_end = 0;
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    file_fill_check_done(fill.path, &right, "a piece again");
}

static void test_empty_arrays(void **state) {
    (void)state;
    for (int k = 0; k < 4; k++) {
        file_fill fill = problem(scratch_path("empty.npy"));
        outerfill_error error;
        size_t nbytes;
        if (k % 2) fill.n = 0;
        if (k / 2 || !(k % 2)) fill.m = 0;
        check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
        free(scratch_read(fill.path, &nbytes));
        assert_int_equal(nbytes, FILE_FILL_DATA_OFFSET);
        assert_false(scratch_exists(file_fill_part(fill.path)) ||
                     scratch_exists(file_fill_journal(fill.path)));
        unlink(fill.path);
    }
}

/* Nothing is missing of an empty array, and yet a file that is there is not it. */
static void test_existing_is_no_empty_array(void **state) {
    static const char old[] = "an older file that is no array";
    file_fill fill = problem(scratch_path("no_empty.npy"));
    outerfill_error error;

    (void)state;
    fill.n = 0;
    scratch_write(fill.path, old, sizeof old);
    check_status(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), OUTERFILL_FILE_FAILED,
                 &error);
    check_contains(error.message, "exists already and is kept");
    assert_true(scratch_holds(fill.path, old, sizeof old));
    fill.file.existing = OUTERFILL_EXISTING_REPLACE;
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    assert_false(scratch_holds(fill.path, old, sizeof old));
    unlink(fill.path);
}

/* The first makes the file, and the others do nothing. */
static void test_shards_of_an_empty_array(void **state) {
    file_fill fill = problem(scratch_path("empty.npy"));
    outerfill_error error;

    (void)state;
    fill.n = 0;
    fill.file.num_shards = 2;
    for (fill.file.shard = 2; fill.file.shard > 0; fill.file.shard--) {
        check_ok(file_fill_run(&fill, &error), &error);
        assert_int_equal(scratch_exists(fill.path), fill.file.shard == 1);
        assert_false(scratch_exists(file_fill_part(fill.path)));
        assert_false(scratch_exists(scratch_path("empty.npy.journal-%zu-of-2", fill.file.shard)));
    }
    assert_int_equal(unlink(fill.path), 0);
}

/* ---- What is in the way
 * ------------------------------------------------------------------------------------------------------------ */

static void check_refused_and_untouched(const file_fill *fill, const char *foreign) {
    static const char content[] = "somebody's own: not a file of outerfill's";
    const char *part = file_fill_part(fill->path);
    const int is_part = strcmp(foreign, part) == 0;

    scratch_write(foreign, content, sizeof content);
    for (int wish = OUTERFILL_UNFINISHED_KEEP; wish <= OUTERFILL_UNFINISHED_RESTART; wish++) {
        outerfill_error error;
        check_status(file_fill_with(*fill, (outerfill_unfinished)wish, &error),
                     OUTERFILL_FILE_FAILED, &error);
        check_contains(error.message, foreign);
        assert_true(scratch_holds(foreign, content, sizeof content) && !scratch_exists(fill->path));
        if (!is_part) assert_false(scratch_exists(part));
    }
    unlink(foreign);
}

static void test_foreign_files(void **state) {
    const file_fill fill = problem(scratch_path("foreign.npy"));

    (void)state;
    check_refused_and_untouched(&fill, file_fill_part(fill.path));
    check_refused_and_untouched(&fill, file_fill_journal(fill.path));
    check_refused_and_untouched(&fill, scratch_path("foreign.npy.journal-1-of-2"));
}

static int open_all(void **state) {
    static const char *const expressions[] = {"a * b + (real)(i - j)", "a - b"};
    file_fill fill;
    outerfill_error error;

    (void)state;
    scratch_create();
    context = check_context(NULL);
    function = check_function(context, OUTERFILL_FLOAT64, 2, expressions);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 221);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 222);
    fill = problem(scratch_path("right.npy"));
    fill.options.memory_nbytes = 0;
    check_ok(file_fill_run(&fill, &error), &error);
    right = file_copy_of(fill.path);
    for (size_t k = 0; k < (size_t)N * M; k++)
        assert_true(((double *)(right.bytes + FILE_FILL_DATA_OFFSET))[N * M + k] ==
                    a[k / M] - b[k % M]);
    unlink(fill.path);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    scratch_remove();
    file_copy_free(&right);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_restart),
        cmocka_unit_test(test_nothing_to_resume),
        cmocka_unit_test(test_existing_is_replaced_in_the_end),
        cmocka_unit_test(test_many_sessions),
        cmocka_unit_test(test_progress_begins_with_what_was_found),
        cmocka_unit_test(test_cells_kept),
        cmocka_unit_test(test_large_bands),
        cmocka_unit_test(test_piece_by_piece),
        cmocka_unit_test(test_piece_again),
        cmocka_unit_test(test_empty_arrays),
        cmocka_unit_test(test_existing_is_no_empty_array),
        cmocka_unit_test(test_shards_of_an_empty_array),
        cmocka_unit_test(test_foreign_files),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}

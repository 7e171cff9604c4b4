/* SPDX-License-Identifier: MIT
 *
 * Guards what outerfill_file_status_create tells of a file: that there is nothing, that it is complete or not ours, how far a stopped
 * fill is and what is missing, who is at work while it runs, the note to the last byte; and of damaged journals never more than
 * is so.
 * */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "file_fill.h"
#include "oracle.h"
#include "scratch.h"
#include "writes.h"

enum { N = 83, M = 409, NUM_CELLS = N * M };

static const char note[] = "{\"command\": \"fill\",\n\t\"name\": \"\xc3\xa4\xff\x01 %s\"}\n";

static outerfill_context *context;
static outerfill_function *function;
static double a[N], b[M];

static file_fill problem(const char *path) {
    return (file_fill){.function = function,
                       .a = a,
                       .b = b,
                       .n = N,
                       .m = M,
                       .path = path,
                       .file.note = note,
                       .options.memory_nbytes = 64 << 10};
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void forget_all(const char *path) {
    unlink(path);
    unlink(file_fill_part(path));
    unlink(file_fill_journal(path));
}

/* ---- What holds for every answer
 * ------------------------------------------------------------------------------------------------ */

static outerfill_file_status *run_of(const char *path, outerfill_file_state state) {
    outerfill_file_status *run = NULL;
    outerfill_error error;
    size_t num_missing = 0;

    check_ok(outerfill_file_status_create(path, &run, &error), &error);
    assert_int_equal(run->state, state);
    assert_true(run->dtype == OUTERFILL_FLOAT64 && run->num_planes == 2 && run->n == N &&
                run->m == M);
    for (size_t k = 0; k < run->num_missing; k++) {
        assert_true(run->missing[k].begin < run->missing[k].end &&
                    run->missing[k].end <= NUM_CELLS);
        if (k > 0) assert_true(run->missing[k - 1].end < run->missing[k].begin);
        num_missing += run->missing[k].end - run->missing[k].begin;
    }
    assert_int_equal(run->cells_done + num_missing, NUM_CELLS);
    assert_non_null(run->note);
    return run;
}

static void check_fails(const char *path, outerfill_status expected, const char *mentions) {
    outerfill_file_status *run = (outerfill_file_status *)&run;
    outerfill_error error;
    check_status(outerfill_file_status_create(path, &run, &error), expected, &error);
    check_contains(error.message, mentions);
    assert_null(run);
}

/* ---- Nothing, or something else
 * --------------------------------------------------------------------------------------------------- */

static void test_nothing(void **state) {
    (void)state;
    check_fails(scratch_path("nothing.npy"), OUTERFILL_FILE_FAILED, "nothing.npy");
    check_fails("no/such/folder/x.npy", OUTERFILL_FILE_FAILED, "x.npy");
    check_fails(NULL, OUTERFILL_INVALID_ARGUMENT, "path");
    check_fails("", OUTERFILL_INVALID_ARGUMENT, "path");
    check_status(outerfill_file_status_create("x.npy", NULL, NULL), OUTERFILL_INVALID_ARGUMENT,
                 NULL);
}

static void test_foreign_files(void **state) {
    static const char text[] = "no array at all",
                      numpy[128] =
                          "\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, "
                          "'shape': (0,), }";
    const char *path = scratch_path("foreign.npy");

    (void)state;
    scratch_write(path, text, sizeof text);
    check_fails(path, OUTERFILL_INVALID_ARGUMENT, "foreign.npy");
    scratch_write(path, numpy, sizeof numpy);
    check_fails(path, OUTERFILL_INVALID_ARGUMENT, "foreign.npy");
    scratch_write(path, "", 0);
    check_fails(path, OUTERFILL_INVALID_ARGUMENT, "foreign.npy");
    unlink(path);
    scratch_write(file_fill_journal(path), text, sizeof text);
    check_fails(path, OUTERFILL_FILE_FAILED, "foreign.npy.journal");
    assert_true(scratch_holds(file_fill_journal(path), text, sizeof text));
    unlink(file_fill_journal(path));
}

/* ---- Complete
 * ---------------------------------------------------------------------------------------------------------------------- */

static void test_complete(void **state) {
    const file_fill fill = problem(scratch_path("complete.npy"));
    outerfill_error error;

    (void)state;
    check_ok(file_fill_run(&fill, &error), &error);
    file_copy before = file_copy_of(fill.path);
    outerfill_file_status *run = run_of(fill.path, OUTERFILL_FILE_COMPLETE);
    assert_true(run->cells_done == NUM_CELLS && run->num_missing == 0);
    outerfill_free(run);
    file_fill_check_done(fill.path, &before, "looked at");
    file_copy_free(&before);
}

/* Of another dtype and shape, with no cell at all, and with one. */
static void test_complete_shapes(void **state) {
    static const char *const expressions[] = {"a + b", "a - b", "a * b"};
    outerfill_function *other = check_function(context, OUTERFILL_FLOAT32, 3, expressions);
    float values[2] = {1, 2};

    (void)state;
    for (size_t n = 0; n < 2; n++) {
        const char *path = scratch_path("shape.npy");
        outerfill_file_status *run = NULL;
        outerfill_error error;
        check_ok(outerfill_fill_npy(other, values, n, values, 2, path, NULL, NULL, &error), &error);
        check_ok(outerfill_file_status_create(path, &run, &error), &error);
        assert_true(run->state == OUTERFILL_FILE_COMPLETE && run->dtype == OUTERFILL_FLOAT32 &&
                    run->num_planes == 3);
        assert_true(run->n == n && run->m == 2 && run->cells_done == 2 * n &&
                    run->num_missing == 0);
        outerfill_free(run);
        unlink(path);
    }
    outerfill_function_destroy(other);
}

/* ---- Stopped
 * ----------------------------------------------------------------------------------------------------------------------- */

static void test_stopped(void **state) {
    const file_fill fill = problem(scratch_path("stopped.npy"));
    const double before = now();
    size_t cells_before = 0;
    outerfill_error error;

    (void)state;
    for (size_t rows = 20; rows <= 60; rows += 20) {
        file_fill_stop(fill, OUTERFILL_UNFINISHED_RESUME, rows);
        outerfill_file_status *run = run_of(fill.path, OUTERFILL_FILE_STOPPED);
        const outerfill_file_writer *writer = run->writers[0];
        assert_true(run->cells_done >= rows * M && run->cells_done > cells_before &&
                    run->cells_done < NUM_CELLS);
        assert_int_equal(run->num_writers, 1);
        assert_true(writer->shard == 0 && writer->num_shards == 0 && !writer->is_running &&
                    !writer->is_finished);
        assert_true(writer->pid == getpid() && writer->cells_done >= run->cells_done);
        assert_true(writer->begun >= before - 1 && writer->last >= writer->begun &&
                    writer->last <= now() + 1);
        assert_true(writer->cells_per_second > 0 &&
                    run->cells_per_second == writer->cells_per_second);
        assert_memory_equal(run->note, note, sizeof note);
        cells_before = run->cells_done;
        outerfill_free(run);
    }
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    unlink(fill.path);
}

/* Rows alone leave a file of which the others are missing. */
static void test_stopped_after_a_piece(void **state) {
    file_fill fill = problem(scratch_path("piece.npy"));
    outerfill_error error;

    (void)state;
    fill.options.row_begin = 10;
    fill.options.row_end = 30;
    fill.file.note = NULL;
    check_ok(file_fill_run(&fill, &error), &error);
    outerfill_file_status *run = run_of(fill.path, OUTERFILL_FILE_STOPPED);
    assert_true(run->cells_done == (size_t)20 * M && run->num_missing == 2 &&
                run->writers[0]->is_finished);
    assert_true(run->missing[0].begin == 0 && run->missing[0].end == (size_t)10 * M);
    assert_true(run->missing[1].begin == (size_t)30 * M && run->missing[1].end == NUM_CELLS);
    assert_string_equal(run->note, "");
    outerfill_free(run);
    forget_all(fill.path);
}

/* ---- A damaged PATH.part
 * ----------------------------------------------------------------------------------------------------------------- */

static void check_part(const file_copy *part, size_t nbytes, size_t least_done, size_t most_done) {
    const char *path = scratch_path("part.npy");
    file_copy_write(&(file_copy){part->bytes, nbytes}, file_fill_part(path));
    outerfill_file_status *run = run_of(path, OUTERFILL_FILE_STOPPED);
    assert_true(run->part_nbytes == nbytes && run->part_is_missing == (nbytes < 4096));
    assert_true(run->cells_done >= least_done && run->cells_done <= most_done);
    outerfill_free(run);
}

/* What is cut off counts as missing: of two planes the second is behind the first. */
static void test_damaged_part(void **state) {
    const file_fill fill = problem(scratch_path("part.npy"));
    const char *part_path = file_fill_part(fill.path);
    const size_t plane_nbytes = NUM_CELLS * sizeof(double);

    (void)state;
    file_fill_stop(fill, OUTERFILL_UNFINISHED_KEEP, 40);
    file_copy part = file_copy_of(part_path);
    check_part(&part, part.nbytes, (size_t)40 * M, NUM_CELLS - 1);
    check_part(&part, 4096 + plane_nbytes + 10 * sizeof(double) + 3, 10, 10);
    check_part(&part, 4096 + plane_nbytes, 0, 0);
    check_part(&part, 4096, 0, 0);
    check_part(&part, 3000, 0, 0);
    check_part(&part, 0, 0, 0);
    part.bytes[20] ^= 1;
    check_part(&part, part.nbytes, (size_t)40 * M, NUM_CELLS - 1);
    outerfill_file_status *run = run_of(fill.path, OUTERFILL_FILE_STOPPED);
    assert_true(run->header_is_damaged);
    outerfill_free(run);
    part.bytes[0] ^= 1;
    file_copy_write(&(file_copy){part.bytes, 3000}, part_path);
    check_fails(fill.path, OUTERFILL_FILE_FAILED, "is in the way");
    unlink(part_path);
    assert_int_equal(symlink("part.npy.journal", part_path), 0);
    check_fails(fill.path, OUTERFILL_FILE_FAILED, "part.npy.part");
    file_copy_free(&part);
    forget_all(fill.path);
}

/* ---- Running
 * ----------------------------------------------------------------------------------------------------------------------- */

typedef struct onlooker {
    const char *path;
    size_t num_looks, num_wrong, last_cells, rows_to_stop;
} onlooker;

static int look(size_t rows_done, size_t num_rows, void *user_data) {
    onlooker *seen = user_data;
    outerfill_file_status *run = NULL;

    if (rows_done == num_rows) return 0;
    writes_pause_others();
    const outerfill_status status = outerfill_file_status_create(seen->path, &run, NULL);
    seen->num_looks++;
    seen->num_wrong += status != OUTERFILL_OK;
    if (status) return 0;
    seen->num_wrong += run->state != OUTERFILL_FILE_RUNNING || run->num_writers != 1 ||
                       !run->writers[0]->is_running;
    seen->num_wrong += run->cells_done < rows_done * M || run->cells_done < seen->last_cells ||
                       strcmp(run->note, note) != 0;
    seen->last_cells = run->cells_done;
    outerfill_free(run);
    if (rows_done < seen->rows_to_stop) {
        writes_allow_one();
        return 0;
    }
    writes_stop();
    return 1;
}

static void test_running(void **state) {
    file_fill fill = problem(scratch_path("running.npy"));
    onlooker seen = {.path = fill.path, .rows_to_stop = 40};
    outerfill_error error;

    (void)state;
    fill.options.progress = look;
    fill.options.progress_data = &seen;
    writes_hold_others();
    check_status(file_fill_run(&fill, &error), OUTERFILL_CANCELLED, &error);
    outerfill_free(run_of(fill.path, OUTERFILL_FILE_STOPPED));
    seen.rows_to_stop = SIZE_MAX;
    writes_hold_others();
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    assert_true(seen.num_looks > 5);
    assert_int_equal(seen.num_wrong, 0);
    outerfill_free(run_of(fill.path, OUTERFILL_FILE_COMPLETE));
    unlink(fill.path);
}

/* ---- Damaged journals
 * ---------------------------------------------------------------------------------------------------------------- */

/* Never more than was done; where the head is damaged a refusal. */
static void test_damaged_journal(void **state) {
    const file_fill fill = problem(scratch_path("damaged.npy"));
    const char *journal = file_fill_journal(fill.path);
    size_t num_refused = 0, num_less = 0;

    (void)state;
    file_fill_stop(fill, OUTERFILL_UNFINISHED_KEEP, 40);
    outerfill_file_status *whole = run_of(fill.path, OUTERFILL_FILE_STOPPED);
    file_copy before = file_copy_of(journal);
    for (size_t at = 0; at < before.nbytes; at += 13) {
        outerfill_file_status *run = NULL;
        outerfill_error error;
        before.bytes[at] ^= 0x21;
        file_copy_write(&before, journal);
        before.bytes[at] ^= 0x21;
        const outerfill_status status = outerfill_file_status_create(fill.path, &run, &error);
        num_refused += status == OUTERFILL_FILE_FAILED;
        if (status) check_status(status, OUTERFILL_FILE_FAILED, &error);
        if (!status) num_less += run->cells_done < whole->cells_done;
        if (!status)
            assert_true(run->cells_done <= whole->cells_done && strcmp(run->note, note) == 0);
        outerfill_free(run);
    }
    assert_true(num_refused > 0 && num_less > 0);
    file_copy_write(&(file_copy){before.bytes, before.nbytes / 2}, journal);
    outerfill_free(run_of(fill.path, OUTERFILL_FILE_STOPPED));
    file_copy_write(&(file_copy){before.bytes, 20}, journal);
    check_fails(fill.path, OUTERFILL_FILE_FAILED, "journal");
    outerfill_free(whole);
    file_copy_free(&before);
    forget_all(fill.path);
}

static int open_all(void **state) {
    static const char *const expressions[] = {"a * b + (real)(i - j)", "a - b + 2000"};

    (void)state;
    scratch_create();
    context = check_context(NULL);
    function = check_function(context, OUTERFILL_FLOAT64, 2, expressions);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 291);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 292);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    scratch_remove();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),         cmocka_unit_test(test_foreign_files),
        cmocka_unit_test(test_complete),        cmocka_unit_test(test_complete_shapes),
        cmocka_unit_test(test_stopped),         cmocka_unit_test(test_stopped_after_a_piece),
        cmocka_unit_test(test_damaged_part),    cmocka_unit_test(test_running),
        cmocka_unit_test(test_damaged_journal),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}

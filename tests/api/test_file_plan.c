/* SPDX-License-Identifier: MIT
 *
 * Guards outerfill_fill_npy_plan: its verdict for every state that a file can be in and every wish of the caller, the bytes
 * that it names, and that it changes nothing. Where it says that a fill may begin, the fill does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "file_fill.h"
#include "oracle.h"
#include "scratch.h"

enum { N = 83, M = 409 };
#define FILE_NBYTES (4096 + 2 * (size_t)N * M * sizeof(double))

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
                       .options.memory_nbytes = 64 << 10};
}

static outerfill_file_plan *plan_of(const char *path, outerfill_file_options options) {
    outerfill_file_plan *plan = NULL;
    outerfill_error error;

    options.struct_nbytes = sizeof options;
    check_ok(outerfill_fill_npy_plan(path, OUTERFILL_FLOAT64, 2, N, M, &options, &plan, &error),
             &error);
    assert_non_null(plan);
    return plan;
}

static void check_verdict(const char *path, outerfill_file_options options,
                          outerfill_file_verdict expected) {
    outerfill_file_plan *plan = plan_of(path, options);

    assert_int_equal(plan->verdict, expected);
    outerfill_free(plan);
}

#define CHECK_VERDICT(path, expected, ...)                                                         \
    check_verdict(path, (outerfill_file_options){__VA_ARGS__}, expected)
#define RESUME  .unfinished = OUTERFILL_UNFINISHED_RESUME
#define RESTART .unfinished = OUTERFILL_UNFINISHED_RESTART
#define REPLACE .existing = OUTERFILL_EXISTING_REPLACE
#define SHARD   .shard = 1, .num_shards = 2
#define DEFAULT .existing = OUTERFILL_EXISTING_KEEP

static void test_nothing_there(void **state) {
    const char *path = scratch_path("new.npy");
    char part[600];

    (void)state;
    snprintf(part, sizeof part, "%s", file_fill_part(path));
    outerfill_file_plan *plan = plan_of(path, (outerfill_file_options){0});
    assert_int_equal(plan->verdict, OUTERFILL_FILE_BEGINS);
    assert_true(plan->file_nbytes == FILE_NBYTES && plan->missing_nbytes == FILE_NBYTES);
    assert_true(plan->free_nbytes > FILE_NBYTES && plan->fraction_done == 0);
    assert_true(plan->bands_nbytes == 64 << 20 || plan->bands_nbytes == 16 << 20); /* on tmpfs */
    assert_true(plan->part_path[0] == '/');
    check_contains(plan->part_path, part);
    outerfill_free(plan);
    CHECK_VERDICT(path, OUTERFILL_FILE_BEGINS, RESUME);
    CHECK_VERDICT(path, OUTERFILL_FILE_BEGINS, RESTART, REPLACE);
    CHECK_VERDICT(path, OUTERFILL_FILE_BEGINS, SHARD);
    assert_false(scratch_exists(path) || scratch_exists(part));
}

static void test_a_file_that_exists(void **state) {
    const char *path = scratch_path("old.npy"), *link = scratch_path("link.npy");

    (void)state;
    scratch_write(path, "old", 3);
    assert_int_equal(symlink("old.npy", link), 0);
    for (int linked = 0; linked < 2; linked++) {
        CHECK_VERDICT(linked ? link : path, OUTERFILL_FILE_EXISTS, DEFAULT);
        CHECK_VERDICT(linked ? link : path, OUTERFILL_FILE_EXISTS, RESUME);
        CHECK_VERDICT(linked ? link : path, OUTERFILL_FILE_EXISTS, SHARD);
        CHECK_VERDICT(linked ? link : path, OUTERFILL_FILE_BEGINS, REPLACE);
    }
    outerfill_file_plan *plan = plan_of(link, (outerfill_file_options){REPLACE});
    check_contains(plan->part_path, "/old.npy.part");
    outerfill_free(plan);
    assert_true(scratch_holds(path, "old", 3));
    unlink(path);
    unlink(link);
}

static void test_an_unfinished_file(void **state) {
    const file_fill fill = problem(scratch_path("stopped.npy"));
    outerfill_error error;

    (void)state;
    file_fill_stop(fill, OUTERFILL_UNFINISHED_KEEP, 20);
    outerfill_file_plan *plan = plan_of(fill.path, (outerfill_file_options){0});
    assert_int_equal(plan->verdict, OUTERFILL_FILE_IS_UNFINISHED);
    assert_true(plan->fraction_done >= 20.0 / N && plan->fraction_done < 1);
    outerfill_free(plan);
    CHECK_VERDICT(fill.path, OUTERFILL_FILE_RESUMES, RESUME);
    CHECK_VERDICT(fill.path, OUTERFILL_FILE_BEGINS, RESTART);
    CHECK_VERDICT(fill.path, OUTERFILL_FILE_RESUMES, SHARD);
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    unlink(fill.path);
}

/* Asks while the fill is at work. */
static void look(void *path) {
    CHECK_VERDICT(path, OUTERFILL_FILE_IS_BUSY, DEFAULT);
    CHECK_VERDICT(path, OUTERFILL_FILE_IS_BUSY, RESUME);
    CHECK_VERDICT(path, OUTERFILL_FILE_IS_BUSY, RESTART);
    CHECK_VERDICT(path, OUTERFILL_FILE_RESUMES, SHARD);
}

static void test_a_file_that_is_written(void **state) {
    file_watch watching = file_watch_until(20);
    file_fill fill = problem(scratch_path("busy.npy"));
    outerfill_error error;

    (void)state;
    watching.look = look;
    watching.look_data = (void *)(uintptr_t)fill.path;
    fill.watch = &watching;
    check_status(file_fill_run(&fill, &error), OUTERFILL_CANCELLED, &error);
    unlink(file_fill_part(fill.path));
    unlink(file_fill_journal(fill.path));
}

/* Nothing of an earlier fill is left beside a complete file; a shard that is done leaves the rest to the others. */
static void test_a_file_that_others_finish(void **state) {
    const file_fill fill = problem(scratch_path("whole.npy"));
    outerfill_error error;
    size_t nbytes;

    (void)state;
    file_fill_stop(fill, OUTERFILL_UNFINISHED_KEEP, 20);
    check_ok(file_fill_with(fill, OUTERFILL_UNFINISHED_RESUME, &error), &error);
    CHECK_VERDICT(fill.path, OUTERFILL_FILE_IS_COMPLETE, RESUME);
    CHECK_VERDICT(fill.path, OUTERFILL_FILE_EXISTS, DEFAULT);
    file_fill shard = fill;
    shard.path = scratch_path("shard.npy");
    shard.file.shard = 1;
    shard.file.num_shards = 2;
    check_ok(file_fill_run(&shard, &error), &error);
    const char *journal = scratch_path("shard.npy.journal-1-of-2");
    unsigned char *content = scratch_read(journal, &nbytes);
    CHECK_VERDICT(shard.path, OUTERFILL_FILE_IS_UNFINISHED, DEFAULT);
    outerfill_file_plan *plan = plan_of(shard.path, (outerfill_file_options){RESUME});
    assert_int_equal(plan->verdict, OUTERFILL_FILE_RESUMES);
    assert_true(plan->fraction_done > 0.4 && plan->fraction_done < 0.6);
    outerfill_free(plan);
    assert_true(scratch_holds(journal, content, nbytes));
    free(content);
    unlink(journal);
    unlink(file_fill_part(shard.path));
    unlink(fill.path);
}

static void test_space(void **state) {
    const char *path = scratch_path("large.npy");
    outerfill_file_plan *plan;
    outerfill_error error;

    (void)state;
    check_ok(outerfill_fill_npy_plan(path, OUTERFILL_DTYPE_DEFAULT, 64, 1 << 20, 1 << 20, NULL,
                                     &plan, &error),
             &error);
    assert_true(plan->file_nbytes == 4096 + 64 * ((uint64_t)8 << 40));
    assert_int_equal(plan->verdict, OUTERFILL_FILE_HAS_NO_SPACE);
    outerfill_free(plan);
    check_ok(outerfill_fill_npy_plan(path, OUTERFILL_FLOAT32, 8, 0, 0, NULL, &plan, &error),
             &error);
    assert_true(plan->verdict == OUTERFILL_FILE_BEGINS && plan->file_nbytes == 4096);
    assert_true(plan->bands_nbytes == 128 << 20 || plan->bands_nbytes == 16 << 20);
    outerfill_free(plan);
}

static void check_refused(const char *path, size_t n, const outerfill_file_options *options,
                          outerfill_status expected, const char *reason) {
    outerfill_file_plan *plan = (outerfill_file_plan *)&plan;
    outerfill_error error;

    check_status(outerfill_fill_npy_plan(path, OUTERFILL_FLOAT64, 2, n, 2, options, &plan, &error),
                 expected, &error);
    assert_null(plan);
    check_contains(error.message, reason);
}

static void test_what_cannot_be_planned(void **state) {
    const outerfill_file_options unknown = {.struct_nbytes = sizeof unknown,
                                            .existing = (outerfill_existing)9};
    const char *path = scratch_path("x.npy");
    outerfill_file_plan *plan;
    outerfill_error error;

    (void)state;
    check_refused(NULL, 1, NULL, OUTERFILL_INVALID_ARGUMENT, "path");
    check_refused("", 1, NULL, OUTERFILL_INVALID_ARGUMENT, "path");
    check_refused(path, SIZE_MAX, NULL, OUTERFILL_INVALID_ARGUMENT, "shape");
    check_refused(path, 1, &unknown, OUTERFILL_INVALID_ARGUMENT, "existing 9");
    check_refused("no/such/folder/x.npy", 1, NULL, OUTERFILL_FILE_FAILED, "x.npy");
    check_refused("/dev/null", 1, NULL, OUTERFILL_FILE_FAILED, "not a regular file");
    check_status(outerfill_fill_npy_plan(path, OUTERFILL_FLOAT64, 2, 1, 1, NULL, NULL, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_status(outerfill_fill_npy_plan(path, (outerfill_dtype)7, 2, 1, 1, NULL, &plan, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    scratch_write(file_fill_part(path), "somebody's own", 14);
    check_refused(path, 1, NULL, OUTERFILL_FILE_FAILED, "in the way");
    unlink(file_fill_part(path));
}

static int open_all(void **state) {
    (void)state;
    scratch_create();
    context = check_context(NULL);
    function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
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
        cmocka_unit_test(test_nothing_there),
        cmocka_unit_test(test_a_file_that_exists),
        cmocka_unit_test(test_an_unfinished_file),
        cmocka_unit_test(test_a_file_that_is_written),
        cmocka_unit_test(test_a_file_that_others_finish),
        cmocka_unit_test(test_space),
        cmocka_unit_test(test_what_cannot_be_planned),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    oracle_plain(OUTERFILL_FLOAT64, a, N, 91);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 92);
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards fills that run in the background: into arrays, files and consumers they give the same as the calls that wait; two at
 * once do not disturb each other; a fill can be watched and cancelled from other threads; destroying a running one ends it; and
 * mistakes come from the start or from the wait, with a sentence.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"
#include "scratch.h"

#define N 503
#define M 401

static double a[N], b[M];
static outerfill_context *context;

/* A cell costs 0.1 ms or so, and the whole minutes. */
static outerfill_function *make_slow(void) {
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .num_planes = 1,
        .body = "real x = a + b; for (int k = 0; k < 20000; k++) x = sin(x + a); out[0] = x;"};
    return check_described(context, &description);
}

/* ---- The same results ---- */

static void test_arrays(void **state) {
    static double first[2 * N * M], second[2 * N * M];
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    const oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    outerfill_running_fill *running[2];
    outerfill_error error;
    size_t rows_done, num_rows;
    (void)state;
    for (int k = 0; k < 20; k++) {
        memset(first, 0xff, sizeof first);
        memset(second, 0xff, sizeof second);
        check_ok(outerfill_fill_start(function, a, N, b, M, first, NULL, &running[0], &error),
                 &error);
        check_ok(outerfill_fill_start(function, a, N, b, M, second, NULL, &running[1], &error),
                 &error);
        for (size_t r = 0; r < 2; r++) {
            check_ok(outerfill_fill_wait(running[r], &error), &error);
            check_ok(outerfill_fill_wait(running[r], NULL), NULL); /* and once more */
            assert_true(outerfill_fill_poll(running[r], &rows_done, &num_rows));
            assert_int_equal(rows_done, N);
            assert_int_equal(num_rows, N);
            outerfill_fill_destroy(running[r]);
        }
        assert_int_equal(oracle_check(&oracle_default, &problem, first, "the first of two"), 0);
        assert_int_equal(oracle_check(&oracle_default, &problem, second, "the second of two"), 0);
    }
    outerfill_function_destroy(function);
}

static void test_a_file(void **state) {
    const char *path = scratch_path("ab.npy"), *other = scratch_path("other.npy");
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    const outerfill_file_options file = {.struct_nbytes = sizeof file};
    outerfill_running_fill *running;
    outerfill_error error;
    size_t nbytes;
    (void)state;
    check_ok(outerfill_fill_npy(function, a, N, b, M, other, NULL, NULL, &error), &error);
    check_ok(outerfill_fill_start_npy(function, a, N, b, M, path, &file, NULL, &running, &error),
             &error);
    check_ok(outerfill_fill_wait(running, &error), &error);
    outerfill_fill_destroy(running);
    unsigned char *content = scratch_read(other, &nbytes);
    assert_true(scratch_holds(path, content, nbytes));
    free(content);
    /* The file exists now: the mistake comes from the wait. */
    check_ok(outerfill_fill_start_npy(function, a, N, b, M, path, NULL, NULL, &running, &error),
             &error);
    check_status(outerfill_fill_wait(running, &error), OUTERFILL_FILE_FAILED, &error);
    check_contains(error.message, "exists already");
    outerfill_fill_destroy(running);
    unlink(path);
    unlink(other);
    outerfill_function_destroy(function);
}

struct sums {
    pthread_t caller;
    double sum;
    size_t num_cells;
    atomic_int num_in_callbacks, num_others;
};

static void enter(struct sums *sums) {
    if (atomic_fetch_add(&sums->num_in_callbacks, 1)) atomic_fetch_add(&sums->num_others, 1);
    if (pthread_equal(pthread_self(), sums->caller)) atomic_fetch_add(&sums->num_others, 1);
}

static int add_band(const outerfill_band *band, void *data) {
    struct sums *sums = data;
    enter(sums);
    for (size_t i = band->row_begin; i < band->row_end; i++)
        for (size_t j = band->column_begin; j < band->column_end; j++) {
            const double *row = (const double *)((const char *)band->data +
                                                 (i - band->row_begin) * band->row_stride_nbytes);
            sums->sum += row[j - band->column_begin];
            sums->num_cells++;
        }
    atomic_fetch_sub(&sums->num_in_callbacks, 1);
    return 0;
}

static int look(size_t rows_done, size_t num_rows, void *data) {
    struct sums *sums = data;
    enter(sums);
    assert_true(rows_done <= num_rows);
    atomic_fetch_sub(&sums->num_in_callbacks, 1);
    return 0;
}

/* The callbacks come from a thread of the library, one at a time. */
static void test_a_consumer(void **state) {
    static const char *const sum[] = {"a + b"};
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 1, sum);
    struct sums sums = {.caller = pthread_self()};
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .memory_nbytes = 128 << 10,
                                            .progress = look,
                                            .progress_data = &sums};
    outerfill_running_fill *running;
    outerfill_error error;
    double expected = 0;
    (void)state;
    check_ok(outerfill_fill_start_consumer(function, a, N, b, M, add_band, &sums,
                                           OUTERFILL_ORDER_ROWS, &options, &running, &error),
             &error);
    check_ok(outerfill_fill_wait(running, &error), &error);
    outerfill_fill_destroy(running);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < M; j++) expected += a[i] + b[j];
    assert_int_equal(sums.num_cells, (size_t)N * M);
    assert_true(sums.sum == expected);
    assert_int_equal(sums.num_others, 0);
    outerfill_function_destroy(function);
}

/* ---- Watching and ending ---- */

static void await_a_row(const outerfill_running_fill *running) {
    size_t rows_done = 0;
    while (!outerfill_fill_poll(running, &rows_done, NULL) && rows_done == 0) usleep(1000);
    assert_true(rows_done > 0 && rows_done < N);
}

static void *cancel_it(void *running) {
    outerfill_fill_cancel(running);
    return NULL;
}

/* Another thread cancels, at once or after some rows. */
static void test_a_cancel(void **state) {
    static double ab[N * M];
    outerfill_function *function = make_slow();
    outerfill_error error;
    (void)state;
    for (int k = 0; k < 3; k++) {
        outerfill_running_fill *running;
        pthread_t thread;
        check_ok(outerfill_fill_start(function, a, N, b, M, ab, NULL, &running, &error), &error);
        if (k) await_a_row(running);
        assert_int_equal(pthread_create(&thread, NULL, cancel_it, running), 0);
        check_status(outerfill_fill_wait(running, &error), OUTERFILL_CANCELLED, &error);
        check_contains(error.message, "cancelled by outerfill_fill_cancel after ");
        pthread_join(thread, NULL);
        outerfill_fill_destroy(running);
    }
    outerfill_function_destroy(function);
}

static int note_rows(size_t rows_done, size_t num_rows, void *data) {
    (void)num_rows;
    *(size_t *)data = rows_done;
    return 0;
}

static void test_a_destroyed_fill(void **state) {
    static double ab[N * M];
    outerfill_function *function = make_slow();
    size_t rows_done = 0;
    const outerfill_fill_options options = {
        .struct_nbytes = sizeof options, .progress = note_rows, .progress_data = &rows_done};
    outerfill_running_fill *running;
    outerfill_error error;
    (void)state;
    check_ok(outerfill_fill_start(function, a, N, b, M, ab, &options, &running, &error), &error);
    await_a_row(running);
    outerfill_fill_destroy(running);
    assert_true(rows_done < N); /* it has ended before its end */
    memset(ab, 0, sizeof ab);   /* nothing writes to it any more */
    usleep(100000);
    for (size_t k = 0; k < N * M; k++) assert_true(ab[k] == 0);
    outerfill_function_destroy(function);
}

static int refuse(size_t rows_done, size_t num_rows, void *data) {
    (void)rows_done, (void)num_rows, (void)data;
    return 1;
}

/* The program's own callback cancels as in a fill that waits. */
static void test_a_callback_that_cancels(void **state) {
    static double ab[N * M];
    outerfill_function *function = make_slow();
    const outerfill_fill_options options = {.struct_nbytes = sizeof options, .progress = refuse};
    outerfill_running_fill *running;
    outerfill_error error;
    (void)state;
    check_ok(outerfill_fill_start(function, a, N, b, M, ab, &options, &running, &error), &error);
    check_status(outerfill_fill_wait(running, &error), OUTERFILL_CANCELLED, &error);
    check_contains(error.message, "cancelled by the progress callback");
    outerfill_fill_destroy(running);
    outerfill_function_destroy(function);
}

/* ---- Mistakes ---- */

static void test_mistakes(void **state) {
    static double ab[2 * N * M];
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    const outerfill_fill_options wrong = {.struct_nbytes = 3};
    outerfill_running_fill *running = (outerfill_running_fill *)ab;
    outerfill_error error;
    size_t rows_done = 5, num_rows = 5;
    (void)state;
    check_status(outerfill_fill_start(NULL, a, N, b, M, ab, NULL, &running, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "outerfill_fill_start: function");
    check_status(outerfill_fill_start(function, a, N, b, M, ab, NULL, NULL, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_status(outerfill_fill_start(function, a, N, b, M, ab, &wrong, &running, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    assert_null(running);
    check_ok(outerfill_fill_start(function, NULL, N, b, M, ab, NULL, &running, &error), &error);
    check_status(outerfill_fill_wait(running, &error), OUTERFILL_INVALID_ARGUMENT, &error);
    outerfill_fill_destroy(running);
    check_status(outerfill_fill_wait(NULL, &error), OUTERFILL_INVALID_ARGUMENT, &error);
    assert_true(outerfill_fill_poll(NULL, &rows_done, &num_rows));
    assert_true(rows_done == 0 && num_rows == 0);
    outerfill_fill_cancel(NULL);
    outerfill_fill_destroy(NULL);
    outerfill_function_destroy(function);
}

/* A child has none of the threads. */
static void test_a_forked_child(void **state) {
    static double ab[N * M];
    outerfill_function *function = make_slow();
    outerfill_running_fill *running, *other;
    outerfill_error error;
    int code;
    (void)state;
    check_ok(outerfill_fill_start(function, a, N, b, M, ab, NULL, &running, &error), &error);
    const pid_t child = fork();
    if (child == 0) {
        const int is_right = outerfill_fill_wait(running, NULL) == OUTERFILL_AFTER_FORK &&
                             outerfill_fill_start(function, a, N, b, M, ab, NULL, &other, NULL) ==
                                 OUTERFILL_AFTER_FORK;
        outerfill_fill_destroy(running);
        _exit(is_right ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_true(WIFEXITED(code) && WEXITSTATUS(code) == 0);
    outerfill_fill_destroy(running);
    outerfill_function_destroy(function);
}

static int begin(void **state) {
    (void)state;
    context = check_context(NULL);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 1);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 2);
    scratch_create();
    return 0;
}

static int end(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    scratch_remove();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrays),           cmocka_unit_test(test_a_file),
        cmocka_unit_test(test_a_consumer),       cmocka_unit_test(test_a_cancel),
        cmocka_unit_test(test_a_destroyed_fill), cmocka_unit_test(test_a_callback_that_cancels),
        cmocka_unit_test(test_mistakes),         cmocka_unit_test(test_a_forked_child),
    };
    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, begin, end) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards the progress callback and cancelling: it is called in the caller's thread, its rows never decrease, its last call says
 * (n, n); a non-zero result ends the fill with OUTERFILL_CANCELLED, soon also for a function of which one row takes long, and
 * the function can be used again. The time from the request to the return is printed; only 5 s are asserted, so that a slow
 * machine does not fail.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

static outerfill_context *context;

/* What a callback saw. Failures are counted, and asserted after the fill: longjmp out of the library would leak its lane. */
typedef struct witness {
    size_t num_calls, num_calls_at_end, last_rows, first_rows;
    size_t num_decreases, num_wrong_totals, num_wrong_threads, num_calls_after_cancel;
    size_t num_rows, cancel_at_call; /* 0: never */
    int result;
    pthread_t thread;
    double cancelled_at;
} witness;

static int watch(size_t rows_done, size_t num_rows, void *user_data) {
    witness *seen = user_data;

    if (seen->num_calls++ == 0) seen->first_rows = rows_done;
    seen->num_decreases += rows_done < seen->last_rows;
    seen->num_wrong_totals += num_rows != seen->num_rows || rows_done > num_rows;
    seen->num_wrong_threads += !pthread_equal(seen->thread, pthread_self());
    seen->num_calls_at_end += rows_done == num_rows;
    seen->num_calls_after_cancel +=
        seen->cancel_at_call != 0 && seen->num_calls > seen->cancel_at_call;
    seen->last_rows = rows_done;
    if (seen->cancel_at_call == 0 || seen->num_calls < seen->cancel_at_call) return 0;
    seen->cancelled_at = check_seconds();
    return seen->result;
}

static void check_witness(const witness *seen) {
    assert_true(seen->num_calls > 0);
    assert_int_equal(seen->num_decreases, 0);
    assert_int_equal(seen->num_wrong_totals, 0);
    assert_int_equal(seen->num_wrong_threads, 0);
    assert_int_equal(seen->num_calls_after_cancel, 0);
}

static const struct {
    size_t n, m, memory_nbytes;
    outerfill_transfer transfer;
} watched[] = {
    {1, 1, 0, OUTERFILL_TRANSFER_AUTO},
    {1009, 1013, 0, OUTERFILL_TRANSFER_AUTO},
    {1009, 1013, 64 << 10, OUTERFILL_TRANSFER_MAPPED},
    {1009, 1013, 64 << 10, OUTERFILL_TRANSFER_STAGED},
    {3, 100003, 64 << 10, OUTERFILL_TRANSFER_STAGED},
    {100003, 3, 1 << 20, OUTERFILL_TRANSFER_MAPPED},
};

static void watch_fill(const outerfill_function *function, size_t k) {
    size_t n = watched[k].n, m = watched[k].m;
    witness seen = {.num_rows = n, .thread = pthread_self()};
    outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                      .memory_nbytes = watched[k].memory_nbytes,
                                      .transfer = watched[k].transfer,
                                      .progress = watch,
                                      .progress_data = &seen};
    double *a = check_malloc(n * sizeof *a), *b = check_malloc(m * sizeof *b),
           *ab = check_malloc(2 * n * m * sizeof *ab);
    oracle_problem problem = {OUTERFILL_FLOAT64, a, n, b, m, NULL};
    outerfill_error error;

    oracle_plain(OUTERFILL_FLOAT64, a, n, 91);
    oracle_plain(OUTERFILL_FLOAT64, b, m, 92);
    check_ok(outerfill_fill(function, a, n, b, m, ab, &options, &error), &error);
    check_witness(&seen);
    assert_int_equal(seen.last_rows, n);
    assert_int_equal(seen.num_calls_at_end, 1);
    assert_int_equal(oracle_check(&oracle_default, &problem, ab, "watched"), 0);
    free(a);
    free(b);
    free(ab);
}

static void test_calls(void **state) {
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(watched); k++) watch_fill(function, k);
    outerfill_function_destroy(function);
}

/* ---- Cancel ---------------------------------------------------------------------------------------------------------------- */

/* Cancels at that call, with that result: not only 1 is "other than 0". */
static const struct {
    size_t call;
    int result;
    outerfill_transfer transfer;
} cancels[] = {
    {1, 1, OUTERFILL_TRANSFER_MAPPED},
    {1, -1, OUTERFILL_TRANSFER_STAGED},
    {3, 256, OUTERFILL_TRANSFER_MAPPED},
    {3, 1, OUTERFILL_TRANSFER_STAGED},
};

static void test_cancel(void **state) {
    enum { n = 1009, m = 1013 };
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    static double a[n], b[m];
    guarded ab = guarded_create(2 * sizeof(double) * n * m, 0);
    oracle_problem problem = {OUTERFILL_FLOAT64, a, n, b, m, NULL};
    outerfill_error error;

    (void)state;
    oracle_plain(OUTERFILL_FLOAT64, a, n, 93);
    oracle_plain(OUTERFILL_FLOAT64, b, m, 94);
    for (size_t k = 0; k < NUM_ELEMENTS(cancels); k++) {
        witness seen = {.num_rows = n,
                        .thread = pthread_self(),
                        .cancel_at_call = cancels[k].call,
                        .result = cancels[k].result};
        outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                          .memory_nbytes = 64 << 10,
                                          .transfer = cancels[k].transfer,
                                          .progress = watch,
                                          .progress_data = &seen};
        check_status(outerfill_fill(function, a, n, b, m, ab.data, &options, &error),
                     OUTERFILL_CANCELLED, &error);
        check_witness(&seen);
        assert_int_equal(seen.num_calls, cancels[k].call);
        assert_true(seen.last_rows < n);
        assert_int_equal(guarded_damage(&ab, "cancelled"), 0);
        guarded_reset(&ab); /* nothing writes to it any more */
        check_ok(outerfill_fill(function, a, n, b, m, ab.data, NULL, &error), &error);
        assert_int_equal(oracle_check(&oracle_default, &problem, ab.data, "after a cancel"), 0);
    }
    guarded_destroy(&ab);
    outerfill_function_destroy(function);
}

/* After a cancelled fill the array is the caller's: what he writes there stays. */
static void test_nothing_writes_after_a_cancel(void **state) {
    enum { n = 4001, m = 1013 };
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    double *a = check_malloc(n * sizeof *a), *b = check_malloc(m * sizeof *b);
    witness seen = {.num_rows = n, .thread = pthread_self(), .cancel_at_call = 1, .result = 1};
    outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                      .memory_nbytes = 1 << 20,
                                      .progress = watch,
                                      .progress_data = &seen};
    guarded ab = guarded_create(2 * sizeof(double) * n * m, 0);
    double until;

    (void)state;
    oracle_plain(OUTERFILL_FLOAT64, a, n, 95);
    oracle_plain(OUTERFILL_FLOAT64, b, m, 96);
    check_status(outerfill_fill(function, a, n, b, m, ab.data, &options, NULL), OUTERFILL_CANCELLED,
                 NULL);
    guarded_reset(&ab);
    until = check_seconds() + 0.3;
    while (check_seconds() < until) assert_true(guarded_untouched(&ab));
    guarded_destroy(&ab);
    outerfill_function_destroy(function);
    free(a);
    free(b);
}

/* ---- Cancel of a slow function --------------------------------------------------------------------------------------------- */

static double slow_float64(size_t p, double a, double b, const oracle_cell *cell) {
    double x = a;

    (void)p;
    for (long k = 0; k < (long)cell->parameters[0]; k++) x = x * 0.5 + b;
    return x;
}

/* The number of steps is a parameter: one function is slow first, and quick for the check that it still works. */
static outerfill_function *slow_function(void) {
    static const char *const names[] = {"steps"};
    outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .num_planes = 1,
        .body = "real x = a;\nfor (long k = 0; k < (long)steps; k++)\n    x = x * 0.5 + b;\nout[0] "
                "= x;",
        .num_parameters = 1,
        .parameter_names = names};

    return check_described(context, &description);
}

static void check_slow_function_works(const outerfill_function *function, const double *a, size_t n,
                                      const double *b, size_t m, double *ab) {
    static const oracle_function oracle = {1, slow_float64, NULL};
    const double few_steps = 5;
    outerfill_fill_options options = {.struct_nbytes = sizeof options, .parameters = &few_steps};
    oracle_problem problem = {OUTERFILL_FLOAT64, a, n, b, m, &few_steps};
    outerfill_error error;

    check_ok(outerfill_fill(function, a, n, b, m, ab, &options, &error), &error);
    assert_int_equal(oracle_check(&oracle, &problem, ab, "the slow function after its cancel"), 0);
}

/* 3.2 million cells. On a CPU 10000 steps of 3 ns for each are a minute and a half on one core; a GPU needs more to be slow. */
static double many_steps(void) {
    return outerfill_context_device(context, 0)->type == OUTERFILL_DEVICE_GPU ? 3e6 : 1e4;
}

/* Slow, quick, slow again: how fast the function was with other parameters says nothing about the next fill. */
static void test_cancel_of_a_slow_function(void **state) {
    enum { n = 200000, m = 16 };
    const double steps = many_steps();
    double *a = check_malloc(n * sizeof *a), *b = check_malloc(m * sizeof *b),
           *ab = check_malloc(n * m * sizeof *ab);
    outerfill_function *function = slow_function();
    double returned, started;
    outerfill_error error;

    (void)state;
    oracle_plain(OUTERFILL_FLOAT64, a, n, 97);
    oracle_plain(OUTERFILL_FLOAT64, b, m, 98);
    for (int round = 0; round < 4; round++) {
        witness seen = {.num_rows = n, .thread = pthread_self(), .cancel_at_call = 1, .result = 1};
        outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                          .parameters = &steps,
                                          .progress = watch,
                                          .progress_data = &seen};
        options.transfer = round % 2 == 0 ? OUTERFILL_TRANSFER_MAPPED : OUTERFILL_TRANSFER_STAGED;
        started = check_seconds();
        outerfill_status status = outerfill_fill(function, a, n, b, m, ab, &options, &error);
        returned = check_seconds();
        printf("%s: first call after %.0f ms with %zu of %d rows, returned %.0f ms later\n",
               round % 2 == 0 ? "mapped" : "staged", 1e3 * (seen.cancelled_at - started),
               seen.first_rows, n, 1e3 * (returned - seen.cancelled_at));
        fflush(stdout);
        check_status(status, OUTERFILL_CANCELLED, &error);
        check_witness(&seen);
        assert_true(returned - seen.cancelled_at < 5);
        check_slow_function_works(function, a, 1000, b, m, ab);
    }
    outerfill_function_destroy(function);
    free(a);
    free(b);
    free(ab);
}

static int open_context(void **state) {
    (void)state;
    context = check_context(NULL);
    return 0;
}

static int close_context(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_nothing_writes_after_a_cancel),
        cmocka_unit_test(test_cancel_of_a_slow_function),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards small arrays of the default functions, which the calling thread does itself where nothing is said about the devices:
 * the same bits as the devices', special values included, up to and beyond the size where the devices take over; from many
 * threads at once; nothing outside the array is written.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

#define NUM_THREADS 8

static outerfill_context *context;

/* 0 where the results are right. */
static size_t fill(outerfill_function *function, outerfill_dtype dtype, size_t n, size_t m) {
    void *a = malloc(oracle_nbytes(dtype, n)), *b = malloc(oracle_nbytes(dtype, m));
    guarded ab = guarded_create(oracle_nbytes(dtype, 2 * n * m), 0);

    if (a == NULL || b == NULL) return 1;
    oracle_special(dtype, a, n, 1);
    oracle_special(dtype, b, m, 2);
    const oracle_problem problem = {dtype, a, n, b, m, NULL};
    size_t num_wrong = outerfill_fill(function, a, n, b, m, ab.data, NULL, NULL) != OUTERFILL_OK;
    num_wrong += oracle_check(&oracle_default, &problem, ab.data, "a small array");
    if (dtype == OUTERFILL_FLOAT64) {
        guarded_reset(&ab);
        num_wrong += outerfill(a, n, b, m, ab.data, NULL) != OUTERFILL_OK;
        num_wrong += oracle_check(&oracle_default, &problem, ab.data, "outerfill()");
    }
    num_wrong += guarded_damage(&ab, "a small array");
    guarded_destroy(&ab);
    free(a);
    free(b);
    return num_wrong;
}

static void test_shapes(void **state) {
    static const size_t shapes[][2] = {{1, 1},     {1, 7},     {7, 1},     {5, 5},
                                       {41, 43},   {100, 100}, {313, 1},   {320, 320},
                                       {98304, 1}, {1, 98304}, {1, 98305}, {500, 500}};

    (void)state;
    for (outerfill_dtype dtype = OUTERFILL_FLOAT64; dtype <= OUTERFILL_FLOAT32; dtype++) {
        outerfill_function *function = check_function(context, dtype, 0, NULL);
        for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++)
            assert_int_equal(fill(function, dtype, shapes[k][0], shapes[k][1]), 0);
        outerfill_function_destroy(function);
    }
}

static void *fill_many(void *function) {
    size_t num_wrong = 0;
    for (size_t k = 0; k < 50; k++)
        num_wrong += fill(function, OUTERFILL_FLOAT64, 11 + k, 300 + 7 * k);
    return (void *)num_wrong;
}

static void test_many_threads(void **state) {
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    pthread_t threads[NUM_THREADS];
    void *num_wrong;

    (void)state;
    for (size_t k = 0; k < NUM_THREADS; k++)
        assert_int_equal(pthread_create(&threads[k], NULL, fill_many, function), 0);
    for (size_t k = 0; k < NUM_THREADS; k++) {
        pthread_join(threads[k], &num_wrong);
        assert_null(num_wrong);
    }
    outerfill_function_destroy(function);
}

/* Whoever gives the functions as text gets them from the devices, with the same bits. */
static void test_the_same_as_text(void **state) {
    static const char *const expressions[] = {"a + b", "a * b"};
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 2, expressions);

    (void)state;
    assert_int_equal(fill(function, OUTERFILL_FLOAT64, 41, 43), 0);
    outerfill_function_destroy(function);
}

/* A callback is called for a small array as well, and can cancel a larger one before its end. */
static int note(size_t rows_done, size_t num_rows, void *last) {
    *(size_t *)last = rows_done;
    return rows_done < num_rows;
}

static void test_progress(void **state) {
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    const double a[3] = {1, 2, 3}, b[2] = {4, 5};
    double ab[12];
    size_t last = 0;
    const outerfill_fill_options options = {
        .struct_nbytes = sizeof options, .progress = note, .progress_data = &last};
    outerfill_error error;

    (void)state;
    check_ok(outerfill_fill(function, a, 3, b, 2, ab, &options, &error), &error);
    assert_int_equal(last, 3);
    outerfill_function_destroy(function);
}

/* Some of the rows, and cells that are computed a second time: the others stay, and the values are the same. */
static void test_rows_and_verified(void **state) {
    static const double a[] = {1, 2, 3}, b[] = {10, 20};
    static const double expected[] = {0, 0, 12, 22, 0, 0, 0, 0, 20, 40, 0, 0},
                        all[] = {11, 21, 12, 22, 13, 23, 10, 20, 20, 40, 30, 60};
    const outerfill_fill_options rows = {.struct_nbytes = sizeof rows,
                                         .row_begin = 1,
                                         .row_end = 2},
                                 verified = {.struct_nbytes = sizeof verified, .verify_cells = 100};
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    outerfill_error error;
    double ab[12] = {0};

    (void)state;
    check_ok(outerfill_fill(function, a, 3, b, 2, ab, &rows, &error), &error);
    assert_memory_equal(ab, expected, sizeof ab);
    check_ok(outerfill_fill(function, a, 3, b, 2, ab, &verified, &error), &error);
    assert_memory_equal(ab, all, sizeof ab);
    outerfill_function_destroy(function);
}

/* The one call takes the devices for what is more than 64 MiB. */
static void test_an_array_that_is_not_small(void **state) {
    const size_t n = 2100, m = 2101;
    double *a = check_malloc(n * sizeof *a), *b = check_malloc(m * sizeof *b),
           *ab = check_malloc(2 * n * m * sizeof *ab);
    size_t num_wrong = 0;
    outerfill_error error;

    (void)state;
    for (size_t i = 0; i < n; i++) a[i] = (double)i / 7;
    for (size_t j = 0; j < m; j++) b[j] = (double)j / 3;
    check_ok(outerfill(a, n, b, m, ab, &error), &error);
    for (size_t k = 0; k < n * m; k++)
        num_wrong += ab[k] != a[k / m] + b[k % m] || ab[n * m + k] != a[k / m] * b[k % m];
    assert_int_equal(num_wrong, 0);
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
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_many_threads),
        cmocka_unit_test(test_the_same_as_text),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_rows_and_verified),
        cmocka_unit_test(test_an_array_that_is_not_small),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

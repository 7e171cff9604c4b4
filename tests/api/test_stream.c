/* SPDX-License-Identifier: MIT
 *
 * Guards streamed work-items, which compute into a block and store its planes by whole lines: every cell right and nothing
 * outside, whatever the alignment, the length of rows, the number of planes, the transfer and the memory limit; the same bits
 * as by rows; and arrays so large that the library itself tries out which is faster. Where there is no CPU among the devices:
 * refused, with a reason.
 * */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

#define MAX_PLANES 64

static outerfill_context *context;
static bool has_cpu;

/* Plane p: (a - b * (p + 2)) * 3 + i * (p + 1) - j + n - m: each different, and exact. */
static int64_t place(size_t p, const oracle_cell *cell) {
    return (int64_t)(cell->i * (p + 1)) - (int64_t)cell->j + (int64_t)cell->n - (int64_t)cell->m;
}

static double planes_float64(size_t p, double a, double b, const oracle_cell *cell) {
    return (a - b * (double)(p + 2)) * 3 + (double)place(p, cell);
}

static float planes_float32(size_t p, float a, float b, const oracle_cell *cell) {
    return (a - b * (float)(p + 2)) * 3 + (float)place(p, cell);
}

static outerfill_function *create_planes(outerfill_dtype dtype, size_t num_planes) {
    static char texts[MAX_PLANES][96];
    const char *expressions[MAX_PLANES];

    for (size_t p = 0; p < num_planes; p++) {
        snprintf(texts[p], sizeof texts[p], "(a - b * %zu) * 3 + (real)(i * %zu - j + n - m)",
                 p + 2, p + 1);
        expressions[p] = texts[p];
    }
    return check_function(context, dtype, num_planes, expressions);
}

static void fill_and_check(const outerfill_function *function, const oracle_function *oracle,
                           const oracle_problem *problem, size_t misalignment,
                           const outerfill_fill_options *options) {
    guarded ab = guarded_create(
        oracle_nbytes(problem->dtype, oracle->num_planes * problem->n * problem->m), misalignment);
    outerfill_error error;
    char what[160];

    snprintf(what, sizeof what, "(%zu, %zu, %zu) %s, %zu bytes off", oracle->num_planes, problem->n,
             problem->m, outerfill_dtype_name(problem->dtype), misalignment);
    check_ok(outerfill_fill(function, problem->a, problem->n, problem->b, problem->m, ab.data,
                            options, &error),
             &error);
    assert_int_equal(guarded_damage(&ab, what), 0);
    assert_int_equal(oracle_check(oracle, problem, ab.data, what), 0);
    guarded_destroy(&ab);
}

/* Vectors of a shape; `special` ones have every NaN, infinity and subnormal. */
static oracle_problem create_problem(outerfill_dtype dtype, size_t n, size_t m, bool special) {
    void *a = check_malloc(oracle_nbytes(dtype, n)), *b = check_malloc(oracle_nbytes(dtype, m));

    (special ? oracle_special : oracle_plain)(dtype, a, n, 3);
    (special ? oracle_special : oracle_plain)(dtype, b, m, 4);
    return (oracle_problem){dtype, a, n, b, m, NULL};
}

static void destroy_problem(oracle_problem *problem) {
    free((void *)problem->a);
    free((void *)problem->b);
}

/* ---- Asked for --------------------------------------------------------------------------------------------------------- */

static const struct {
    size_t n, m;
} shapes[] = {{1, 1},     {1, 7},      {7, 1},     {5, 5},     {3, 1023},  {127, 131}, {2400, 17},
              {65537, 3}, {300001, 1}, {3, 65537}, {1, 40009}, {2, 16384}, {50021, 2}};

static void fill_every_shape(const outerfill_function *function, const oracle_function *oracle,
                             outerfill_dtype dtype) {
    const outerfill_transfer transfers[] = {OUTERFILL_TRANSFER_MAPPED, OUTERFILL_TRANSFER_STAGED};

    for (size_t k = 0; k < NUM_ELEMENTS(shapes) * 2; k++) {
        const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                                .transfer = transfers[k % 2],
                                                .work_item = OUTERFILL_WORK_ITEM_STREAM,
                                                .memory_nbytes = k % 3 ? 0 : (size_t)200 << 10};
        oracle_problem problem =
            create_problem(dtype, shapes[k / 2].n, shapes[k / 2].m, oracle == &oracle_default);
        fill_and_check(function, oracle, &problem, k * oracle_nbytes(dtype, 1) % 64, &options);
        destroy_problem(&problem);
    }
}

static void test_every_shape(void **state) {
    static const size_t counts[] = {1, 1, 3, 3, 8, 17, 64}; /* in float64 and float32 by turns */

    (void)state;
    for (size_t k = 0; has_cpu && k < NUM_ELEMENTS(counts); k++) {
        const oracle_function planes = {counts[k], planes_float64, planes_float32};
        outerfill_function *function =
            create_planes((k % 2 ? OUTERFILL_FLOAT32 : OUTERFILL_FLOAT64), counts[k]);
        fill_every_shape(function, &planes, (k % 2 ? OUTERFILL_FLOAT32 : OUTERFILL_FLOAT64));
        outerfill_function_destroy(function);
    }
}

static void test_special_values(void **state) {
    (void)state;
    for (int dtype = OUTERFILL_FLOAT64; has_cpu && dtype <= OUTERFILL_FLOAT32; dtype++) {
        outerfill_function *function = check_function(context, (outerfill_dtype)dtype, 0, NULL);
        fill_every_shape(function, &oracle_default, (outerfill_dtype)dtype);
        outerfill_function_destroy(function);
    }
}

/* Cells that cost much, and angles that are flagged. */
static void test_of_expensive_cells(void **state) {
    static const char *const expressions[] = {"exp(sin(a) * cos(b))"};
    double a[37], b[531], streamed[37 * 531], by_rows[37 * 531];
    outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                      .work_item = OUTERFILL_WORK_ITEM_STREAM};
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description, .expressions = expressions, .num_planes = 1};
    outerfill_error error;

    (void)state;
    if (!has_cpu) return;
    oracle_plain(OUTERFILL_FLOAT64, a, 37, 1);
    oracle_plain(OUTERFILL_FLOAT64, b, 531, 2);
    outerfill_function *function = check_described(context, &description);
    check_ok(outerfill_fill(function, a, 37, b, 531, streamed, &options, &error), &error);
    options.work_item = OUTERFILL_WORK_ITEM_ROWS;
    check_ok(outerfill_fill(function, a, 37, b, 531, by_rows, &options, &error), &error);
    outerfill_function_destroy(function);
    assert_int_equal(
        oracle_compare(OUTERFILL_FLOAT64, by_rows, streamed, 37 * 531, "exp(sin(a) * cos(b))"), 0);
}

static void test_refused_where_there_is_no_cpu(void **state) {
    const double values[] = {1, 2, 3};
    double ab[18];
    static const struct {
        outerfill_work_item work_item;
        const char *name;
    } ways[] = {{OUTERFILL_WORK_ITEM_STREAM, "OUTERFILL_WORK_ITEM_STREAM is for CPUs"},
                {OUTERFILL_WORK_ITEM_ROWS, "OUTERFILL_WORK_ITEM_ROWS is for CPUs"}};
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(ways); k++) {
        const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                                .work_item = ways[k].work_item};
        outerfill_error error;
        const outerfill_status status =
            outerfill_fill(function, values, 3, values, 3, ab, &options, &error);
        check_status(status, has_cpu ? OUTERFILL_OK : OUTERFILL_INVALID_ARGUMENT, &error);
        if (!has_cpu) check_contains(error.message, ways[k].name);
        if (!has_cpu) check_contains(error.message, "OUTERFILL_WORK_ITEM_AUTO");
    }
    outerfill_function_destroy(function);
}

/* ---- Large arrays, for which the library chooses ------------------------------------------------------------------------ */

/* Each fill is of 65 to 80 MB; the first is into fresh memory, and the next ones are streamed or not by turns. */
static void fill_again_and_again(outerfill_dtype dtype, size_t num_planes, size_t n, size_t m) {
    const oracle_function planes = {num_planes, planes_float64, planes_float32};
    outerfill_function *function = create_planes(dtype, num_planes);
    oracle_problem problem = create_problem(dtype, n, m, false);
    const size_t nbytes = oracle_nbytes(dtype, num_planes * n * m),
                 itemsize = oracle_nbytes(dtype, 1);
    char *ab = outerfill_alloc(nbytes + itemsize);
    outerfill_error error;

    assert_non_null(ab);
    for (size_t k = 0; k < 7; k++) {
        if (k > 0) memset(ab, 0x5a, nbytes + itemsize);
        check_ok(outerfill_fill(function, problem.a, n, problem.b, m, ab + k % 2 * itemsize, NULL,
                                &error),
                 &error);
        assert_int_equal(
            oracle_check_rows(&planes, &problem, ab + k % 2 * itemsize, 7, "a large array"), 0);
        assert_int_equal(
            oracle_check_edges(&planes, &problem, ab + k % 2 * itemsize, "a large array"), 0);
    }
    outerfill_free(ab);
    destroy_problem(&problem);
    outerfill_function_destroy(function);
}

static void test_large_arrays(void **state) {
    (void)state;
    if (!has_cpu) return;
    fill_again_and_again(OUTERFILL_FLOAT64, 2, 2049, 2050);
    fill_again_and_again(OUTERFILL_FLOAT32, 3, 400009, 14);
    fill_again_and_again(OUTERFILL_FLOAT64, 1, 8500001, 1);
    fill_again_and_again(OUTERFILL_FLOAT64, 2, 500009,
                         9); /* rows that are too short to be streamed */
}

static int open_context(void **state) {
    (void)state;
    context = check_context(NULL);
    for (size_t k = 0; k < outerfill_context_num_devices(context); k++)
        has_cpu |= outerfill_context_device(context, k)->type == OUTERFILL_DEVICE_CPU;
    return getenv("OTHER_DRIVER_IS") && has_cpu
               ? -1
               : 0; /* the layer tests/layers/fault_layer.c has not made it another one */
}

static int close_context(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_shape),
        cmocka_unit_test(test_special_values),
        cmocka_unit_test(test_of_expensive_cells),
        cmocka_unit_test(test_refused_where_there_is_no_cpu),
        cmocka_unit_test(test_large_arrays),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

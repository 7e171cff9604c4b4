/* SPDX-License-Identifier: MIT
 *
 * Guards the geometry of a fill: every cell written, each with its own value, nothing outside. Shapes that divide evenly and
 * shapes that do not (primes, single rows, single columns, powers of two plus one), in both dtypes, by every transfer and every
 * kind of work-item. The array is between canaries, and holds a pattern that no function gives, so a missed cell is seen.
 */
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

static outerfill_context *context;

static const struct {
    size_t n, m;
} shapes[] = {
    {0, 0},     {0, 5},      {5, 0},      {1, 1},      {1, 7},       {7, 1},
    {2, 3},     {5, 5},      {1, 64},     {64, 1},     {3, 1023},    {3, 1025},
    {100, 100}, {127, 131},  {17, 2400},  {2400, 17},  {257, 257},   {65537, 3},
    {3, 65537}, {1, 300001}, {3, 300001}, {300001, 1}, {1009, 1013},
};

static const struct {
    outerfill_transfer transfer;
    outerfill_work_item work_item;
    const char *name;
} ways[] = {
    {OUTERFILL_TRANSFER_AUTO, OUTERFILL_WORK_ITEM_AUTO, "auto, auto"},
    {OUTERFILL_TRANSFER_AUTO, OUTERFILL_WORK_ITEM_CELL, "auto, cell"},
    {OUTERFILL_TRANSFER_AUTO, OUTERFILL_WORK_ITEM_ROWS, "auto, rows"},
    {OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_CELL, "mapped, cell"},
    {OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_ROWS, "mapped, rows"},
    {OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_CELL, "staged, cell"},
    {OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_ROWS, "staged, rows"},
};

/* Three planes that differ in everything: the order of a and b, and how they depend on i and j. */
static const char *const placed_expressions[] = {
    "a - b * 3",
    "b - a * 5 + (real)(i * m + j)",
    "(a + b) * (real)(j - i) - (real)n",
};

static double placed_float64(size_t p, double a, double b, const oracle_cell *cell) {
    int64_t i = (int64_t)cell->i, j = (int64_t)cell->j, m = (int64_t)cell->m;

    if (p == 0) return a - b * 3;
    return p == 1 ? b - a * 5 + (double)(i * m + j) : (a + b) * (double)(j - i) - (double)cell->n;
}

static float placed_float32(size_t p, float a, float b, const oracle_cell *cell) {
    int64_t i = (int64_t)cell->i, j = (int64_t)cell->j, m = (int64_t)cell->m;

    if (p == 0) return a - b * 3;
    return p == 1 ? b - a * 5 + (float)(i * m + j) : (a + b) * (float)(j - i) - (float)cell->n;
}

static const oracle_function placed = {3, placed_float64, placed_float32};

/* What one test fills: a function in a dtype. */
typedef struct subject {
    outerfill_dtype dtype;
    const char *const *expressions;
    const oracle_function *oracle;
} subject;

static subject default_in_float64 = {OUTERFILL_FLOAT64, NULL, &oracle_default};
static subject default_in_float32 = {OUTERFILL_FLOAT32, NULL, &oracle_default};
static subject placed_in_float64 = {OUTERFILL_FLOAT64, placed_expressions, &placed};
static subject placed_in_float32 = {OUTERFILL_FLOAT32, placed_expressions, &placed};

static void fill_and_check(const outerfill_function *function, const oracle_function *oracle,
                           const oracle_problem *problem, size_t misalignment,
                           const outerfill_fill_options *options, const char *what) {
    size_t num_cells = oracle->num_planes * problem->n * problem->m;
    guarded ab = guarded_create(oracle_nbytes(problem->dtype, num_cells), misalignment);
    outerfill_error error;

    check_ok(outerfill_fill(function, problem->a, problem->n, problem->b, problem->m, ab.data,
                            options, &error),
             &error);
    assert_int_equal(guarded_damage(&ab, what), 0);
    assert_int_equal(oracle_check(oracle, problem, ab.data, what), 0);
    guarded_destroy(&ab);
}

/* Every other shape goes to an array that is aligned to its values only. */
static void fill_shape(const subject *filled, const outerfill_function *function, size_t shape,
                       size_t way) {
    outerfill_fill_options options = {.struct_nbytes = sizeof options};
    size_t n = shapes[shape].n, m = shapes[shape].m,
           misalignment = shape % 2 * oracle_nbytes(filled->dtype, 1);
    oracle_problem problem = {.dtype = filled->dtype, .n = n, .m = m};
    void *a = check_malloc(oracle_nbytes(filled->dtype, n)),
         *b = check_malloc(oracle_nbytes(filled->dtype, m));
    char what[160];

    oracle_plain(filled->dtype, a, n, 11);
    oracle_plain(filled->dtype, b, m, 23);
    problem.a = a;
    problem.b = b;
    options.transfer = ways[way].transfer;
    options.work_item = check_work_item(context, ways[way].work_item);
    snprintf(what, sizeof what, "%s (%zu, %zu), %s, %s",
             filled->expressions != NULL ? "expressions" : "default functions", n, m,
             outerfill_dtype_name(filled->dtype), ways[way].name);
    fill_and_check(function, filled->oracle, &problem, misalignment, &options, what);
    free(a);
    free(b);
}

static void test_every_shape_every_way(void **state) {
    const subject *filled = *state;
    outerfill_function *function =
        check_function(context, filled->dtype, filled->oracle->num_planes, filled->expressions);

    for (size_t way = 0; way < NUM_ELEMENTS(ways); way++)
        for (size_t shape = 0; shape < NUM_ELEMENTS(shapes); shape++)
            fill_shape(filled, function, shape, way);
    outerfill_function_destroy(function);
}

/* An array of no cells needs no memory at all: NULL is as good as any pointer. */
static void test_empty_without_arrays(void **state) {
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    const double values[] = {1, 2, 3};
    outerfill_error error;

    (void)state;
    check_ok(outerfill_fill(function, NULL, 0, values, 3, NULL, NULL, &error), &error);
    check_ok(outerfill_fill(function, values, 3, NULL, 0, NULL, NULL, &error), &error);
    check_ok(outerfill_fill(function, NULL, 0, NULL, 0, NULL, NULL, &error), &error);
    check_ok(outerfill(NULL, 0, values, 3, NULL, &error), &error);
    check_ok(outerfill(values, 3, NULL, 0, NULL, &error), &error);
    outerfill_function_destroy(function);
}

/* Rung 1: the call without objects. */
static void test_one_call(void **state) {
    double a[37], b[53];
    oracle_problem problem = {
        .dtype = OUTERFILL_FLOAT64, .a = a, .n = NUM_ELEMENTS(a), .b = b, .m = NUM_ELEMENTS(b)};
    guarded ab = guarded_create(2 * sizeof(double) * problem.n * problem.m, sizeof(double));
    outerfill_error error;

    (void)state;
    oracle_special(OUTERFILL_FLOAT64, a, problem.n, 1);
    oracle_special(OUTERFILL_FLOAT64, b, problem.m, 2);
    check_ok(outerfill(a, problem.n, b, problem.m, ab.data, &error), &error);
    assert_int_equal(guarded_damage(&ab, "outerfill"), 0);
    assert_int_equal(oracle_check(&oracle_default, &problem, ab.data, "outerfill"), 0);
    guarded_destroy(&ab);
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

#define SUBJECT(subject) {#subject, test_every_shape_every_way, NULL, NULL, &(subject)}

int main(void) {
    const struct CMUnitTest tests[] = {
        SUBJECT(default_in_float64),
        SUBJECT(default_in_float32),
        SUBJECT(placed_in_float64),
        SUBJECT(placed_in_float32),
        cmocka_unit_test(test_empty_without_arrays),
        cmocka_unit_test(test_one_call),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

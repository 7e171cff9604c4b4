/* SPDX-License-Identifier: MIT
 *
 * Guards that plane p of ab is function p and no other, and that i, j, n and m mean what the header says: from 1 to 64 planes,
 * each different from every other, as expressions, as a body, and with a preamble. Inputs are small multiples of 1/8, so every
 * value is exact in both dtypes and a wrong one is a wrong place, not a rounding.
 */
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

#define TEXT_NBYTES 160

static outerfill_context *context;

/* The shapes: one with more rows, one with more columns, both odd. */
static const struct {
    size_t n, m;
} shapes[] = {{53, 37}, {5, 139}};

static const outerfill_work_item work_items[] = {OUTERFILL_WORK_ITEM_CELL,
                                                 OUTERFILL_WORK_ITEM_ROWS};

static void check_shape(const outerfill_function *function, const oracle_function *oracle, size_t n,
                        size_t m, outerfill_work_item work_item, const char *what) {
    outerfill_dtype dtype = outerfill_function_dtype(function);
    outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                      .work_item = check_work_item(context, work_item)};
    guarded ab = guarded_create(oracle_nbytes(dtype, oracle->num_planes * n * m), 0);
    void *a = check_malloc(oracle_nbytes(dtype, n)), *b = check_malloc(oracle_nbytes(dtype, m));
    oracle_problem problem = {dtype, a, n, b, m, NULL};
    outerfill_error error;

    oracle_plain(dtype, a, n, 5);
    oracle_plain(dtype, b, m, 6);
    check_ok(outerfill_fill(function, a, n, b, m, ab.data, &options, &error), &error);
    assert_int_equal(guarded_damage(&ab, what), 0);
    assert_int_equal(oracle_check(oracle, &problem, ab.data, what), 0);
    guarded_destroy(&ab);
    free(a);
    free(b);
}

/* Compiles a description, fills every shape with every kind of work-item, and judges by `oracle`. */
static void check_description(outerfill_function_description *description,
                              const oracle_function *oracle, const char *what) {
    outerfill_function *function;

    description->struct_nbytes = sizeof *description;
    description->num_planes = oracle->num_planes;
    function = check_described(context, description);
    assert_int_equal(outerfill_function_num_planes(function), oracle->num_planes);
    assert_int_equal(outerfill_function_dtype(function), description->dtype);
    for (size_t k = 0; k < NUM_ELEMENTS(shapes) * NUM_ELEMENTS(work_items); k++)
        check_shape(function, oracle, shapes[k % 2].n, shapes[k % 2].m, work_items[k / 2], what);
    outerfill_function_destroy(function);
}

/* ---- P planes, each with numbers of its own ------------------------------------------------------------------------- */

/* Plane p: a * (p + 1) - b * (p + 2) + (i * (p + 3) - j * (2 * p + 1) + n * 5 - m * 7). */
static int64_t numbered_place(size_t p, const oracle_cell *cell) {
    int64_t i = (int64_t)cell->i, j = (int64_t)cell->j, n = (int64_t)cell->n, m = (int64_t)cell->m,
            q = (int64_t)p;

    return i * (q + 3) - j * (2 * q + 1) + n * 5 - m * 7;
}

static double numbered_float64(size_t p, double a, double b, const oracle_cell *cell) {
    return a * (double)(p + 1) - b * (double)(p + 2) + (double)numbered_place(p, cell);
}

static float numbered_float32(size_t p, float a, float b, const oracle_cell *cell) {
    return a * (float)(p + 1) - b * (float)(p + 2) + (float)numbered_place(p, cell);
}

static const struct {
    size_t num_planes;
    outerfill_dtype dtype;
} plane_counts[] = {
    {1, OUTERFILL_FLOAT64},  {2, OUTERFILL_FLOAT64},  {3, OUTERFILL_FLOAT64},
    {4, OUTERFILL_FLOAT64},  {8, OUTERFILL_FLOAT64},  {17, OUTERFILL_FLOAT64},
    {64, OUTERFILL_FLOAT64}, {1, OUTERFILL_FLOAT32},  {3, OUTERFILL_FLOAT32},
    {4, OUTERFILL_FLOAT32},  {17, OUTERFILL_FLOAT32},
};

static void test_expressions(void **state) {
    static char texts[OUTERFILL_MAX_PLANES][TEXT_NBYTES];
    const char *expressions[OUTERFILL_MAX_PLANES];
    char what[80];

    (void)state;
    for (size_t p = 0; p < OUTERFILL_MAX_PLANES; p++) {
        snprintf(texts[p], TEXT_NBYTES,
                 "a * %zu - b * %zu + (real)(i * %zu - j * %zu + n * 5 - m * 7)", p + 1, p + 2,
                 p + 3, 2 * p + 1);
        expressions[p] = texts[p];
    }
    for (size_t k = 0; k < NUM_ELEMENTS(plane_counts); k++) {
        oracle_function oracle = {plane_counts[k].num_planes, numbered_float64, numbered_float32};
        outerfill_function_description description = {.dtype = plane_counts[k].dtype,
                                                      .expressions = expressions};
        snprintf(what, sizeof what, "%zu expressions in %s", oracle.num_planes,
                 outerfill_dtype_name(description.dtype));
        check_description(&description, &oracle, what);
    }
}

static void test_bodies(void **state) {
    static const size_t counts[] = {1, 4, 17, 64};
    char body[2 * TEXT_NBYTES], what[80];

    (void)state;
    for (size_t k = 0; k < 2 * NUM_ELEMENTS(counts); k++) {
        oracle_function oracle = {counts[k / 2], numbered_float64, numbered_float32};
        outerfill_function_description description = {
            .dtype = k % 2 ? OUTERFILL_FLOAT32 : OUTERFILL_FLOAT64, .body = body};
        snprintf(body, sizeof body,
                 "const long shift = n * 5 - m * 7;\n"
                 "for (int k = 0; k < %zu; k++)\n"
                 "    out[k] = a * (k + 1) - b * (k + 2) + (real)(i * (k + 3) - j * (2 * k + 1) + "
                 "shift);\n",
                 oracle.num_planes);
        snprintf(what, sizeof what, "body of %zu planes in %s", oracle.num_planes,
                 outerfill_dtype_name(description.dtype));
        check_description(&description, &oracle, what);
    }
}

/* ---- Single descriptions --------------------------------------------------------------------------------------------- */

static double fractions_float64(size_t p, double a, double b, const oracle_cell *cell) {
    double row = (double)cell->i / (double)cell->n, column = (double)cell->j / (double)cell->m;

    return p == 0 ? row + a : column - b;
}

/* As the header writes it: (real)i / n. In float64, where division is correctly rounded. */
static void test_fractions_of_the_shape(void **state) {
    static const char *const expressions[] = {"(real)i / n + a", "(real)j / m - b"};
    static const oracle_function oracle = {2, fractions_float64, NULL};
    outerfill_function_description description = {.dtype = OUTERFILL_FLOAT64,
                                                  .expressions = expressions};

    (void)state;
    check_description(&description, &oracle, "fractions of the shape");
}

static double integer_float64(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p;
    return a + (double)(1 / 2) + b + (double)((cell->i / 2) % 5 + cell->j / 3);
}

/* i and j are integers, and 1/2 is 0. */
static void test_integer_arithmetic(void **state) {
    static const char *const expressions[] = {"a + 1/2 + b + (real)(i / 2 % 5 + j / 3)"};
    static const oracle_function oracle = {1, integer_float64, NULL};
    outerfill_function_description description = {.dtype = OUTERFILL_FLOAT64,
                                                  .expressions = expressions};

    (void)state;
    check_description(&description, &oracle, "integer arithmetic");
}

static double sparse_float64(size_t p, double a, double b, const oracle_cell *cell) {
    (void)cell;
    return p == 1 ? a * b : 0.0;
}

static void test_unassigned_planes_are_zero(void **state) {
    static const oracle_function oracle = {4, sparse_float64, NULL};
    outerfill_function_description description = {.dtype = OUTERFILL_FLOAT64,
                                                  .body = "out[1] = a * b;"};

    (void)state;
    check_description(&description, &oracle, "unassigned planes");
}

static double branching_float64(size_t p, double a, double b, const oracle_cell *cell) {
    bool lower = cell->j < cell->i;

    if (p == 0) return a < b ? b - a : a + b;
    return lower ? a : 0.0;
}

/* A body may branch from cell to cell, and leave a plane unassigned in some cells only. */
static void test_branches(void **state) {
    static const oracle_function oracle = {2, branching_float64, NULL};
    static const char body[] = "if (a < b) {\n    out[0] = b - a;\n} else {\n    out[0] = a + "
                               "b;\n}\nif (j < i) out[1] = a;";
    static const char *const expressions[] = {"a < b ? b - a : a + b", "j < i ? a : 0"};
    outerfill_function_description by_body = {.dtype = OUTERFILL_FLOAT64, .body = body};
    outerfill_function_description by_expressions = {.dtype = OUTERFILL_FLOAT64,
                                                     .expressions = expressions};

    (void)state;
    check_description(&by_body, &oracle, "branches in a body");
    check_description(&by_expressions, &oracle, "branches in expressions");
}

static double helped_float64(size_t p, double a, double b, const oracle_cell *cell) {
    (void)cell;
    return p == 0 ? (a + a) + b * 3 : (b + b) - 2;
}

static float helped_float32(size_t p, float a, float b, const oracle_cell *cell) {
    (void)cell;
    return p == 0 ? (a + a) + b * 3 : (b + b) - 2;
}

static const char preamble[] = "#define TRIPLE(x) ((x) * 3)\n"
                               "constant int shift = 2;\n"
                               "/* a helper with the function's own type */\n"
                               "real twice(real x)\n"
                               "{\n"
                               "    return x + x; // doubled\n"
                               "}";

static void test_preamble(void **state) {
    static const oracle_function oracle = {2, helped_float64, helped_float32};
    static const char *const expressions[] = {"twice(a) + TRIPLE(b)", "twice(b) - shift"};
    static const outerfill_dtype dtypes[] = {OUTERFILL_FLOAT64, OUTERFILL_FLOAT32};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(dtypes); k++) {
        outerfill_function_description by_expressions = {
            .dtype = dtypes[k], .expressions = expressions, .preamble = preamble};
        outerfill_function_description by_body = {
            .dtype = dtypes[k],
            .body = "out[0] = twice(a) + TRIPLE(b);\nout[1] = twice(b) - shift;",
            .preamble = preamble};
        check_description(&by_expressions, &oracle, "preamble with expressions");
        check_description(&by_body, &oracle, "preamble with a body");
    }
}

/* The caller's texts may end without a newline, in a comment, and be written over as soon as the function exists. */
static void test_texts_are_copied(void **state) {
    static const oracle_function oracle = {2, helped_float64, NULL};
    char first[] = "a + a + b * 3", second[] = "b + b - 2 /* done */";
    const char *expressions[] = {first, second};
    outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                  .num_planes = 2};
    outerfill_function *function;

    (void)state;
    description.expressions = expressions;
    function = check_described(context, &description);
    first[0] = second[0] = '#';
    expressions[0] = expressions[1] = NULL;
    for (size_t k = 0; k < NUM_ELEMENTS(work_items); k++)
        check_shape(function, &oracle, 7, 11, work_items[k], "texts overwritten");
    outerfill_function_destroy(function);
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
        cmocka_unit_test(test_expressions),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_fractions_of_the_shape),
        cmocka_unit_test(test_integer_arithmetic),
        cmocka_unit_test(test_unassigned_planes_are_zero),
        cmocka_unit_test(test_branches),
        cmocka_unit_test(test_preamble),
        cmocka_unit_test(test_texts_are_copied),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards that a text means what it means for a single cell: a, b and real are scalars, as the header says. An implementation
 * may compute several cells at once with vector types, but some OpenCL C changes its meaning there without an error: a true
 * comparison is 1 for scalars and -1 for vectors, sizeof grows, dot and length add up neighbours, a.x and a[0] begin to exist.
 * Each text is compiled alone, since one that does not compile for vectors would take the others with it.
 */
#include <math.h>
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

static outerfill_context *context;

static const outerfill_work_item work_items[] = {OUTERFILL_WORK_ITEM_CELL,
                                                 OUTERFILL_WORK_ITEM_ROWS};

/* ---- References, one for each text -------------------------------------------------------------------------------------- */

static double lesser(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p, (void)cell;
    return a < b ? a : b;
}

static double always_a(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p, (void)b, (void)cell;
    return a;
}

static double nan_or_b(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p, (void)cell;
    return isnan(a) ? a : b;
}

static double signs(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p, (void)cell;
    return (double)((a > b) - (a < b));
}

static double magnitude_of_a(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p, (void)b, (void)cell;
    return fabs(a);
}

static double magnitude_of_difference(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p, (void)cell;
    return fabs(a - b);
}

static double product(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p, (void)cell;
    return a * b;
}

static double item_nbytes(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p, (void)b, (void)cell;
    return a + 8;
}

static double half_life(size_t p, double a, double b, const oracle_cell *cell) {
    double x = fabs(a) + fabs(b), steps = 0;

    (void)p, (void)cell;
    for (; x > 1; x = x / 2) steps = steps + 1;
    return steps;
}

static double by_parity(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p;
    return cell->j % 2 == 0 ? a : b;
}

static double truncated(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p, (void)cell;
    return (double)((int)a * 2 + (int)b);
}

typedef struct scalar_text {
    const char *expression;
    const char *body;
    oracle_float64 *reference;
    int with_nan; /* whether a and b hold NaN and infinities too */
} scalar_text;

static const scalar_text texts[] = {
    {"(a < b) == 1 ? a : b", NULL, lesser, 0},
    {"((a < b) & 1) ? a : b", NULL, lesser, 0},
    {"(a < b) > 0 ? a : b", NULL, lesser, 0},
    {"(isless(a, b) == 1) ? a : b", NULL, lesser, 0},
    {"isnan(a) + 1 ? a : b", NULL, always_a, 1},
    {"isnan(a) == 1 ? a : b", NULL, nan_or_b, 1},
    {"isnan(a) ? a : b", NULL, nan_or_b, 1},
    {"(real)((a > b) - (a < b))", NULL, signs, 0},
    {"(a > b) - (a < b)", NULL, signs, 0},
    {"length(a)", NULL, magnitude_of_a, 0},
    {"distance(a, b)", NULL, magnitude_of_difference, 0},
    {"dot(a, b)", NULL, product, 0},
    {"a + sizeof(real)", NULL, item_nbytes, 0},
    {"a + (int)sizeof(a)", NULL, item_nbytes, 0},
    {"j % 2 == 0 ? a : b", NULL, by_parity, 0},
    {"(int)a * 2 + (int)b", NULL, truncated, 0},
    {NULL,
     "real x = fabs(a) + fabs(b);\nreal steps = 0;\nwhile (x > 1) {\n    x = x / 2;\n    steps += "
     "1;\n}\nout[0] = steps;",
     half_life, 0},
    {NULL, "real both[2];\nboth[0] = a;\nboth[1] = b;\nout[0] = both[j % 2];", by_parity, 0},
    {NULL, "if (j % 2 == 0)\n    out[0] = a;\nelse\n    out[0] = b;", by_parity, 0},
    {NULL, "real *first = out;\n*first = a * b;", product, 0},
    {NULL, "const int count = (a < b) + 1;\nout[0] = count == 2 ? a : b;", lesser, 0},
    {NULL, "out[0] = a;\nif (!(a < b))\n    out[0] = b;\nreturn;", lesser, 0},
};

static void fill_and_check(const outerfill_function *function, const oracle_function *oracle,
                           const oracle_problem *problem, const char *what) {
    outerfill_fill_options options = {.struct_nbytes = sizeof options};
    guarded ab = guarded_create(sizeof(double) * problem->n * problem->m, 0);
    outerfill_error error;

    for (size_t k = 0; k < NUM_ELEMENTS(work_items); k++) {
        options.work_item = check_work_item(context, work_items[k]);
        guarded_reset(&ab);
        check_ok(outerfill_fill(function, problem->a, problem->n, problem->b, problem->m, ab.data,
                                &options, &error),
                 &error);
        assert_int_equal(guarded_damage(&ab, what), 0);
        assert_int_equal(oracle_check(oracle, problem, ab.data, what), 0);
    }
    guarded_destroy(&ab);
}

static void check_text(const scalar_text *text) {
    double a[61], b[83];
    oracle_problem problem = {OUTERFILL_FLOAT64, a, NUM_ELEMENTS(a), b, NUM_ELEMENTS(b), NULL};
    const oracle_function oracle = {1, text->reference, NULL};
    outerfill_function_description description = {
        .struct_nbytes = sizeof description, .num_planes = 1, .body = text->body};
    outerfill_function *function;

    oracle_plain(OUTERFILL_FLOAT64, a, NUM_ELEMENTS(a), 31);
    oracle_plain(OUTERFILL_FLOAT64, b, NUM_ELEMENTS(b), 32);
    b[3] = a[4]; /* a tie */
    if (text->with_nan) {
        a[7] = a[20] = NAN;
        a[8] = INFINITY;
        b[9] = b[10] = NAN;
    }
    if (text->expression != NULL) description.expressions = &text->expression;
    function = check_described(context, &description);
    fill_and_check(function, &oracle, &problem,
                   text->expression != NULL ? text->expression : text->body);
    outerfill_function_destroy(function);
}

static void test_text_means_one_cell(void **state) {
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(texts); k++) check_text(&texts[k]);
}

/* What is an error for a scalar is an error, also where it would compile for a vector. */
static void test_vector_only_text_is_refused(void **state) {
    static const char *const refused[] = {"a.x + b", "a.s0", "b.lo", "a[0] + b",
                                          "a + (real)(0, 1, 2, 3).x"};
    outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                  .num_planes = 1};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(refused); k++) {
        outerfill_function *function = NULL;
        outerfill_error error;
        description.expressions = &refused[k];
        outerfill_status status =
            outerfill_function_create(context, &description, &function, &error);
        if (status != OUTERFILL_BUILD_FAILED)
            print_error("\"%s\" gave %s\n", refused[k], outerfill_status_name(status));
        check_status(status, OUTERFILL_BUILD_FAILED, &error);
        assert_null(function);
    }
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
        cmocka_unit_test(test_text_means_one_cell),
        cmocka_unit_test(test_vector_only_text_is_refused),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards the numbers: + - * are bit-identical to C in both dtypes, / and sqrt in float64, over all pairs of 40 special values
 * and some hundred random bit patterns; a * b + c stays two roundings; literals in a float32 function are single. What else
 * OpenCL C computes stays within its ULP bounds. NaN is compared as a class, everything else bit by bit.
 *
 * A device that flushes float32 subnormals gets none as input and may give zero for them; the log says so.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

#define NUM_VALUES 331 /* prime, so that no vector width divides it */

static outerfill_context *context;

static const outerfill_work_item work_items[] = {OUTERFILL_WORK_ITEM_CELL,
                                                 OUTERFILL_WORK_ITEM_ROWS};

/* One set of functions with its reference. */
typedef struct arithmetic {
    outerfill_dtype dtype;
    const char *const *expressions;
    oracle_function oracle;
} arithmetic;

static bool every_device_has_subnormals(void) {
    bool all_have = true;

    for (size_t k = 0; k < outerfill_context_num_devices(context); k++) {
        const outerfill_device *device = outerfill_context_device(context, k);
        if (!device->has_float32_subnormals)
            printf("%s flushes float32 subnormals: compared without them\n", device->name);
        all_have = all_have && device->has_float32_subnormals;
    }
    return all_have;
}

/* ---- Expressions and their references --------------------------------------------------------------------------------- */

static const char *const arithmetic_expressions[] = {
    "a + b",     "a - b",  "a * b", "a * b + a", "a * b - b",
    "a - a * b", "-a + b", "a / b", "sqrt(a)",   "sqrt(b) / a",
};

/* The last three of them are correctly rounded in float64 only. */
#define NUM_IN_FLOAT32 7

static double arithmetic_float64(size_t p, double a, double b, const oracle_cell *cell) {
    const double simple[] = {a + b, a - b, a * b, a * b + a, a * b - b, a - a * b, -a + b};

    (void)cell;
    if (p < NUM_ELEMENTS(simple)) return simple[p];
    if (p == 7) return a / b;
    return p == 8 ? sqrt(a) : sqrt(b) / a;
}

static float arithmetic_float32(size_t p, float a, float b, const oracle_cell *cell) {
    const float simple[] = {a + b, a - b, a * b, a * b + a, a * b - b, a - a * b, -a + b};

    (void)cell;
    return simple[p];
}

static const char *const literal_expressions[] = {
    "a + 0.1",      "a * 0.1 + b",   "b - 3.14159265358979323846",
    "a + 1e-3 * b", "0.1 + 0.2 + a", "a * 2 + 7",
};

static float literal_float32(size_t p, float a, float b, const oracle_cell *cell) {
    const float values[] = {
        a + 0.1f,      a * 0.1f + b,    b - 3.14159265358979323846f,
        a + 1e-3f * b, 0.1f + 0.2f + a, a * 2.0f + 7.0f,
    };

    (void)cell;
    return values[p];
}

static double literal_float64(size_t p, double a, double b, const oracle_cell *cell) {
    const double values[] = {
        a + 0.1,      a * 0.1 + b,   b - 3.14159265358979323846,
        a + 1e-3 * b, 0.1 + 0.2 + a, a * 2.0 + 7.0,
    };

    (void)cell;
    return values[p];
}

static arithmetic arithmetic64 = {
    OUTERFILL_FLOAT64, arithmetic_expressions, {10, arithmetic_float64, NULL}};
static arithmetic arithmetic32 = {
    OUTERFILL_FLOAT32, arithmetic_expressions, {NUM_IN_FLOAT32, NULL, arithmetic_float32}};
static arithmetic literals64 = {OUTERFILL_FLOAT64, literal_expressions, {6, literal_float64, NULL}};
static arithmetic literals32 = {OUTERFILL_FLOAT32, literal_expressions, {6, NULL, literal_float32}};

/* ---- Bit by bit ------------------------------------------------------------------------------------------------------- */

static size_t fill_and_compare(const outerfill_function *function, const oracle_function *oracle,
                               const oracle_problem *problem, outerfill_work_item work_item,
                               bool subnormals, const char *what) {
    outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                      .work_item = check_work_item(context, work_item)};
    guarded ab = guarded_create(
        oracle_nbytes(problem->dtype, oracle->num_planes * problem->n * problem->m), 0);
    outerfill_error error;
    size_t num_wrong;

    check_ok(outerfill_fill(function, problem->a, problem->n, problem->b, problem->m, ab.data,
                            &options, &error),
             &error);
    num_wrong = guarded_damage(&ab, what);
    num_wrong += (subnormals ? oracle_check : oracle_check_flushed)(oracle, problem, ab.data, what);
    guarded_destroy(&ab);
    return num_wrong;
}

static void test_bits(void **state) {
    const arithmetic *subject = *state;
    outerfill_dtype dtype = subject->dtype;
    double a[NUM_VALUES], b[NUM_VALUES];
    oracle_problem problem = {dtype, a, NUM_VALUES, b, NUM_VALUES, NULL};
    bool subnormals = dtype == OUTERFILL_FLOAT64 || every_device_has_subnormals();
    outerfill_function *function =
        check_function(context, dtype, subject->oracle.num_planes, subject->expressions);

    oracle_special(dtype, a, NUM_VALUES, 101);
    oracle_special(dtype, b, NUM_VALUES, 202);
    if (!subnormals) {
        oracle_normal(dtype, a, NUM_VALUES);
        oracle_normal(dtype, b, NUM_VALUES);
    }
    for (size_t k = 0; k < NUM_ELEMENTS(work_items); k++)
        assert_int_equal(fill_and_compare(function, &subject->oracle, &problem, work_items[k],
                                          subnormals,
                                          k == 0 ? "a work-item per cell" : "a work-item per rows"),
                         0);
    outerfill_function_destroy(function);
}

/* The products of these need more bits than the dtype has, and subtracting what they round to leaves 0 only without fma. */
static double residue_float64(size_t p, double a, double b, const oracle_cell *cell) {
    (void)cell;
    return p == 0 ? a * b - 0.01 : 1 - a * b;
}

static void test_product_is_rounded_before_the_sum(void **state) {
    static const char *const expressions[] = {"a * b - 0.01", "1 - a * b"};
    static const oracle_function oracle = {2, residue_float64, NULL};
    const double a[] = {0.1, 1.0 / 3, 1.0 / 49, 0.7, 1e100 / 3},
                 b[] = {0.1, 3.0, 49.0, 1 / 0.7, 3e-100, 10.0, 0.3};
    oracle_problem problem = {OUTERFILL_FLOAT64, a, NUM_ELEMENTS(a), b, NUM_ELEMENTS(b), NULL};
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 2, expressions);

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(work_items); k++)
        assert_int_equal(
            fill_and_compare(function, &oracle, &problem, work_items[k], true, "residues"), 0);
    outerfill_function_destroy(function);
}

static double fused_float64(size_t p, double a, double b, const oracle_cell *cell) {
    (void)cell;
    return p == 0 ? fma(a, b, a) : fma(a, b, -b);
}

/* fma() is there for those who want it. */
static void test_fma_by_name(void **state) {
    static const char *const expressions[] = {"fma(a, b, a)", "fma(a, b, -b)"};
    static const oracle_function oracle = {2, fused_float64, NULL};
    double a[NUM_VALUES], b[NUM_VALUES];
    oracle_problem problem = {OUTERFILL_FLOAT64, a, NUM_VALUES, b, NUM_VALUES, NULL};
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 2, expressions);

    (void)state;
    oracle_plain(OUTERFILL_FLOAT64, a, NUM_VALUES, 7);
    oracle_range(OUTERFILL_FLOAT64, b, NUM_VALUES, -1, 1);
    for (size_t k = 0; k < NUM_ELEMENTS(work_items); k++)
        assert_int_equal(fill_and_compare(function, &oracle, &problem, work_items[k], true, "fma"),
                         0);
    outerfill_function_destroy(function);
}

/* ---- Within the ULP bounds of OpenCL C, section 7.4 ---------------------------------------------------------------------- */

typedef long double exact_function(long double a, long double b);

static long double exact_exp(long double a, long double b) {
    (void)b;
    return expl(a);
}

static long double exact_log(long double a, long double b) {
    (void)a;
    return logl(b);
}

static long double exact_pow(long double a, long double b) {
    return powl(b, a);
}

static long double exact_sin(long double a, long double b) {
    (void)b;
    return sinl(a);
}

static long double exact_cos(long double a, long double b) {
    (void)b;
    return cosl(a);
}

static long double exact_sqrt(long double a, long double b) {
    (void)a;
    return sqrtl(b);
}

static long double exact_quotient(long double a, long double b) {
    return a / b;
}

/* The reference is computed in long double and rounded, which is half an ULP: the bounds are one more than the table's. */
static const struct {
    const char *expression;
    uint64_t max_ulp;
    exact_function *exact;
} bounded[] = {
    {"exp(a)", 4, exact_exp},     {"log(b)", 4, exact_log}, {"pow(b, a)", 17, exact_pow},
    {"sin(a)", 5, exact_sin},     {"cos(a)", 5, exact_cos}, {"sqrt(b)", 4, exact_sqrt},
    {"a / b", 4, exact_quotient},
};

/* The one parameter says which of them is judged: each has its own bound. */
static double bounded_float64(size_t p, double a, double b, const oracle_cell *cell) {
    (void)p;
    return (double)bounded[(size_t)cell->parameters[0]].exact(a, b);
}

static float bounded_float32(size_t p, float a, float b, const oracle_cell *cell) {
    (void)p;
    return (float)bounded[(size_t)cell->parameters[0]].exact(a, b);
}

static void check_bounded(const oracle_problem *inputs, const void *ab, const char *what) {
    const oracle_function oracle = {1, bounded_float64, bounded_float32};
    oracle_problem problem = *inputs;
    size_t plane_nbytes = oracle_nbytes(problem.dtype, problem.n * problem.m);
    char text[80];

    for (size_t p = 0; p < NUM_ELEMENTS(bounded); p++) {
        double which = (double)p;
        problem.parameters = &which;
        snprintf(text, sizeof text, "%s, %s", bounded[p].expression, what);
        assert_int_equal(oracle_check_ulp(&oracle, &problem,
                                          (const unsigned char *)ab + p * plane_nbytes,
                                          bounded[p].max_ulp, text),
                         0);
    }
}

static void test_ulp_bounds(void **state) {
    outerfill_dtype dtype = *(const outerfill_dtype *)*state;
    const char *expressions[NUM_ELEMENTS(bounded)];
    double a[NUM_VALUES], b[NUM_VALUES];
    oracle_problem problem = {dtype, a, NUM_VALUES, b, NUM_VALUES, NULL};
    guarded ab =
        guarded_create(oracle_nbytes(dtype, NUM_ELEMENTS(bounded) * NUM_VALUES * NUM_VALUES), 0);
    outerfill_fill_options options = {.struct_nbytes = sizeof options};
    outerfill_function *function;
    outerfill_error error;

    for (size_t p = 0; p < NUM_ELEMENTS(bounded); p++) expressions[p] = bounded[p].expression;
    oracle_range(dtype, a, NUM_VALUES, -10, 10);
    oracle_range(dtype, b, NUM_VALUES, 0.01, 30);
    function = check_function(context, dtype, NUM_ELEMENTS(bounded), expressions);
    for (size_t k = 0; k < NUM_ELEMENTS(work_items); k++) {
        options.work_item = check_work_item(context, work_items[k]);
        guarded_reset(&ab);
        check_ok(outerfill_fill(function, a, NUM_VALUES, b, NUM_VALUES, ab.data, &options, &error),
                 &error);
        check_bounded(&problem, ab.data, outerfill_dtype_name(dtype));
    }
    guarded_destroy(&ab);
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

static outerfill_dtype float64 = OUTERFILL_FLOAT64, float32 = OUTERFILL_FLOAT32;

#define WITH(test, subject) {#test " " #subject, test, NULL, NULL, &(subject)}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH(test_bits, arithmetic64),
        WITH(test_bits, arithmetic32),
        WITH(test_bits, literals64),
        WITH(test_bits, literals32),
        cmocka_unit_test(test_product_is_rounded_before_the_sum),
        cmocka_unit_test(test_fma_by_name),
        WITH(test_ulp_bounds, float64),
        WITH(test_ulp_bounds, float32),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards what a function is beside its text: parameters (defaults, per fill, 32 of them, names of every kind), the default
 * functions, and lifetimes: a function keeps what it needs of its context, so both may be destroyed in any order. What is asked
 * of the text itself is in test_function_text.c.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

#define N 13
#define M 29

static outerfill_context *context;

/* Fills N x M by `function` with parameters (NULL: its defaults) and expects what the oracle says for `expected_parameters`. */
static void check_fill(const outerfill_function *function, const oracle_function *oracle,
                       const double *parameters, const double *expected_parameters,
                       const char *what) {
    outerfill_dtype dtype = outerfill_function_dtype(function);
    outerfill_fill_options options = {.struct_nbytes = sizeof options, .parameters = parameters};
    double a[N], b[M];
    oracle_problem problem = {dtype, a, N, b, M, expected_parameters};
    guarded ab = guarded_create(oracle_nbytes(dtype, oracle->num_planes * N * M), 0);
    outerfill_error error;

    oracle_plain(dtype, a, N, 61);
    oracle_plain(dtype, b, M, 62);
    check_ok(outerfill_fill(function, a, N, b, M, ab.data, &options, &error), &error);
    assert_int_equal(guarded_damage(&ab, what), 0);
    assert_int_equal(oracle_check(oracle, &problem, ab.data, what), 0);
    guarded_destroy(&ab);
}

/* ---- Parameters --------------------------------------------------------------------------------------------------------- */

static const char *const scale_and_shift[] = {"scale", "shift"};

static double scaled_float64(size_t p, double a, double b, const oracle_cell *cell) {
    return p == 0 ? a * cell->parameters[0] + b : b - cell->parameters[1];
}

static float scaled_float32(size_t p, float a, float b, const oracle_cell *cell) {
    return p == 0 ? a * (float)cell->parameters[0] + b : b - (float)cell->parameters[1];
}

static const oracle_function scaled = {2, scaled_float64, scaled_float32};

static void check_scaled(outerfill_dtype dtype, const double *defaults) {
    static const char *const expressions[] = {"a * scale + b", "b - shift"};
    static const double zeros[] = {0, 0}, given[] = {0.1, -7}, others[] = {-2.5, 1e6};
    outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                  .dtype = dtype,
                                                  .num_planes = 2,
                                                  .expressions = expressions,
                                                  .num_parameters = 2,
                                                  .parameter_names = scale_and_shift,
                                                  .parameter_values = defaults};
    outerfill_function *function = check_described(context, &description);

    check_fill(function, &scaled, NULL, defaults != NULL ? defaults : zeros, "defaults");
    check_fill(function, &scaled, given, given, "given");
    check_fill(function, &scaled, others, others, "others");
    check_fill(function, &scaled, NULL, defaults != NULL ? defaults : zeros, "defaults again");
    outerfill_function_destroy(function);
}

static void test_parameters(void **state) {
    static const double defaults[] = {3, 0.1};

    (void)state;
    check_scaled(OUTERFILL_FLOAT64, defaults);
    check_scaled(OUTERFILL_FLOAT64, NULL);
    check_scaled(OUTERFILL_FLOAT32, defaults);
}

static double powers_float64(size_t p, double a, double b, const oracle_cell *cell) {
    double sum = a - b;

    (void)p;
    for (size_t k = 0; k < OUTERFILL_MAX_PARAMETERS; k++)
        sum = sum + cell->parameters[k] * (double)(k + 1);
    return sum;
}

/* Each with a factor of its own, so that two of them exchanged are seen. */
static void test_as_many_parameters_as_allowed(void **state) {
    static const oracle_function oracle = {1, powers_float64, NULL};
    char text[40 * OUTERFILL_MAX_PARAMETERS] = "a - b", names[OUTERFILL_MAX_PARAMETERS][8];
    const char *name_list[OUTERFILL_MAX_PARAMETERS], *expression = text;
    double values[OUTERFILL_MAX_PARAMETERS];
    outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                  .num_planes = 1,
                                                  .expressions = &expression,
                                                  .num_parameters = OUTERFILL_MAX_PARAMETERS,
                                                  .parameter_names = name_list,
                                                  .parameter_values = values};
    outerfill_function *function;

    (void)state;
    for (size_t k = 0; k < OUTERFILL_MAX_PARAMETERS; k++) {
        snprintf(names[k], sizeof names[k], "q%zu", k);
        snprintf(text + strlen(text), sizeof text - strlen(text), " + q%zu * %zu", k, k + 1);
        name_list[k] = names[k];
        values[k] = (double)(k * k) - 100;
    }
    function = check_described(context, &description);
    check_fill(function, &oracle, NULL, values, "32 parameters");
    for (size_t k = 0; k < OUTERFILL_MAX_PARAMETERS; k++) values[k] = 1000 - (double)k;
    check_fill(function, &oracle, values, values, "32 parameters, given");
    outerfill_function_destroy(function);
}

/* Only a b i j n m out and real are taken: whatever else an implementation calls its own variables is free to the user. */
static const char *const common_names[] = {
    "ab",   "p",      "P",      "x",      "y",     "k",      "i0",     "j0",
    "row",  "rows",   "column", "value",  "q",     "values", "result", "plane",
    "cell", "planes", "stride", "offset", "count", "width",
};

static double common_float64(size_t p, double a, double b, const oracle_cell *cell) {
    double sum = a * b;

    (void)p;
    for (size_t k = 0; k < NUM_ELEMENTS(common_names); k++) sum = sum + cell->parameters[k];
    return sum;
}

static void test_common_names_are_free(void **state) {
    static const oracle_function oracle = {1, common_float64, NULL};
    char text[20 * NUM_ELEMENTS(common_names)] = "a * b";
    const char *expression = text;
    double values[NUM_ELEMENTS(common_names)];
    outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                  .num_planes = 1,
                                                  .expressions = &expression,
                                                  .num_parameters = NUM_ELEMENTS(common_names),
                                                  .parameter_names = common_names,
                                                  .parameter_values = values};
    outerfill_function *function;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(common_names); k++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), " + %s", common_names[k]);
        values[k] = (double)(k + 1) / 4;
    }
    function = check_described(context, &description);
    check_fill(function, &oracle, NULL, values, "common names");
    outerfill_function_destroy(function);
}

static void check_names_refused(const char *const *names, size_t num_names, const char *mentions) {
    static const char *const expressions[] = {"a + b"};
    outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                  .num_planes = 1,
                                                  .expressions = expressions,
                                                  .num_parameters = num_names,
                                                  .parameter_names = names};
    outerfill_function *function = NULL;
    outerfill_error error;

    check_status(outerfill_function_create(context, &description, &function, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, mentions);
    assert_null(function);
}

static void test_refused_names(void **state) {
    static const char *const bad_names[] = {"a",
                                            "b",
                                            "i",
                                            "j",
                                            "n",
                                            "m",
                                            "out",
                                            "real",
                                            "1x",
                                            "x y",
                                            "x-y",
                                            "x.y",
                                            "\xc3\xa9t\xc3\xa9",
                                            "x;",
                                            "x)",
                                            "#x"};
    static const char *const twice[] = {"same", "other", "same"};
    const char *many[OUTERFILL_MAX_PARAMETERS + 1], *empty = "", *null = NULL;
    char texts[OUTERFILL_MAX_PARAMETERS + 1][8];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(bad_names); k++)
        check_names_refused(&bad_names[k], 1, bad_names[k]);
    for (size_t k = 0; k <= OUTERFILL_MAX_PARAMETERS; k++) {
        snprintf(texts[k], sizeof texts[k], "q%zu", k);
        many[k] = texts[k];
    }
    check_names_refused(many, OUTERFILL_MAX_PARAMETERS + 1, "33");
    check_names_refused(twice, 3, "same");
    check_names_refused(&empty, 1, "");
    check_names_refused(&null, 1, "");
    check_names_refused(NULL, 1, "");
}

/* ---- Lifetimes ---------------------------------------------------------------------------------------------------------- */

static void test_function_outlives_its_context(void **state) {
    static const char *const expressions[] = {"a + b", "a * b"};
    outerfill_context *short_lived = check_context(NULL);
    outerfill_function *first = check_function(short_lived, OUTERFILL_FLOAT64, 2, expressions);
    outerfill_function *second = check_function(short_lived, OUTERFILL_FLOAT32, 0, NULL);

    (void)state;
    outerfill_context_destroy(short_lived);
    check_fill(first, &oracle_default, NULL, NULL, "after its context");
    outerfill_function_destroy(first);
    check_fill(second, &oracle_default, NULL, NULL, "after its sibling");
    outerfill_function_destroy(second);
    outerfill_function_destroy(NULL);
    outerfill_context_destroy(NULL);
}

/* description == NULL and a description without texts are the same default functions, also where it has a preamble. */
static void test_default_functions(void **state) {
    static const char loop[] =
        "real ten(void) { real x = 0; for (int k = 0; k < 10; k++) x += 1; return x; }";
    const outerfill_function_description with_preamble = {.struct_nbytes = sizeof with_preamble,
                                                          .preamble = loop};
    outerfill_function *function = NULL,
                       *described = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    outerfill_function *compiled = check_described(context, &with_preamble);
    outerfill_error error;

    (void)state;
    check_ok(outerfill_function_create(context, NULL, &function, &error), &error);
    assert_int_equal(outerfill_function_num_planes(function), 2);
    assert_int_equal(outerfill_function_dtype(function), OUTERFILL_FLOAT64);
    assert_int_equal(outerfill_function_num_planes(described), 2);
    check_fill(function, &oracle_default, NULL, NULL, "description NULL");
    check_fill(described, &oracle_default, NULL, NULL, "description without texts");
    check_fill(compiled, &oracle_default, NULL, NULL, "description with a preamble alone");
    outerfill_function_destroy(compiled);
    outerfill_function_destroy(function);
    outerfill_function_destroy(described);
}

/* Of what is not there. */
static void test_no_function(void **state) {
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT32, 0, NULL);

    (void)state;
    assert_int_equal(outerfill_function_num_planes(NULL), 0);
    assert_null(outerfill_function_slow_code(NULL, 0));
    assert_null(outerfill_function_slow_code(function, outerfill_context_num_devices(context)));
    assert_null(outerfill_function_slow_code(function, 0));
    assert_int_equal(outerfill_function_dtype(NULL), OUTERFILL_DTYPE_DEFAULT);
    assert_int_equal(outerfill_context_num_devices(NULL), 0);
    outerfill_function_destroy(function);
}

/* The header promises no bound for relaxed mathematics. Three digits show that it is the same function. */
static void check_three_digits(double found, double expected) {
    assert_true(fabs(found - expected) < 1e-3 * fabs(expected));
}

static void test_relaxed(void **state) {
    static const char *const expressions[] = {"exp(a) * b + sin(b)", "a / b + 1"};
    const double a[] = {0.5, 2, 3}, b[] = {1, 1.5};
    double ab[2][3][2];
    outerfill_error error;

    (void)state;
    const outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                        .num_planes = 2,
                                                        .expressions = expressions,
                                                        .relaxed = 1};
    outerfill_function *function = check_described(context, &description);
    check_ok(outerfill_fill(function, a, 3, b, 2, ab, NULL, &error), &error);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 2; j++) {
            check_three_digits(ab[0][i][j], exp(a[i]) * b[j] + sin(b[j]));
            check_three_digits(ab[1][i][j], a[i] / b[j] + 1);
        }
    outerfill_function_destroy(function);
}

static void test_options_out_of_range(void **state) {
    const outerfill_function_description wrong[] = {
        {.struct_nbytes = sizeof wrong[0], .relaxed = 2},
        {.struct_nbytes = sizeof wrong[0], .relaxed = -1}};
    outerfill_function *function;
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(wrong); k++) {
        check_status(outerfill_function_create(context, &wrong[k], &function, &error),
                     OUTERFILL_INVALID_ARGUMENT, &error);
        check_contains(error.message, "relaxed");
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

/* Who wants no error object still gets the status. */
static void test_a_failed_build_without_an_error_object(void **state) {
    static const char *const expressions[] = {"a +"};
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description, .num_planes = 1, .expressions = expressions};
    outerfill_function *function = NULL;

    (void)state;
    assert_int_equal(outerfill_function_create(context, &description, &function, NULL),
                     OUTERFILL_BUILD_FAILED);
    assert_null(function);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_failed_build_without_an_error_object),
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_as_many_parameters_as_allowed),
        cmocka_unit_test(test_common_names_are_free),
        cmocka_unit_test(test_refused_names),
        cmocka_unit_test(test_function_outlives_its_context),
        cmocka_unit_test(test_default_functions),
        cmocka_unit_test(test_no_function),
        cmocka_unit_test(test_relaxed),
        cmocka_unit_test(test_options_out_of_range),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

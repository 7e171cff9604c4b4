/* SPDX-License-Identifier: MIT
 *
 * Guards the vector form of a function: each built-in that may run as vectors gives what the scalar form gives, to 4 ULP, with
 * ordinary and extraordinary values side by side in one vector (on PoCL 3.1 one element of 1e8 spoils a whole vector of sin in
 * float32, and a zero or subnormal one a vector of pow in float64), and the same bits whatever its neighbours are; shapes of
 * every remainder; preamble, body and parameters. On devices where no function is compiled as vectors the two forms are the
 * same program, and the tests say so. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"

/* Two functions that are each right to 2 ULP. */
#define MAX_APART 4

static outerfill_context *context;

static const char *const one_argument[] = {
    "acos",  "acosh", "asin", "asinh", "atan",  "atanh", "cbrt",  "cos",
    "cosh",  "erf",   "erfc", "exp",   "exp10", "exp2",  "expm1", "log",
    "log10", "log1p", "log2", "sin",   "sinh",  "tan",   "tanh",  "tgamma",
};
static const char *const two_arguments[] = {"atan2", "hypot", "pow"};

/* Every special value among ordinary ones, so that most vectors hold both. */
static void mix(outerfill_dtype dtype, void *values, size_t num_values, size_t stride) {
    const size_t itemsize = outerfill_dtype_itemsize(dtype);
    char special[ORACLE_NUM_SPECIAL * sizeof(double)];
    oracle_special(dtype, special, ORACLE_NUM_SPECIAL, 1);
    oracle_range(dtype, values, num_values, -30, 90);
    for (size_t k = 0, s = 0; k < num_values; k += stride, s++)
        memcpy((char *)values + k * itemsize, special + s % ORACLE_NUM_SPECIAL * itemsize,
               itemsize);
}

static double value_at(outerfill_dtype dtype, const void *values, size_t k) {
    return dtype == OUTERFILL_FLOAT32 ? (double)((const float *)values)[k]
                                      : ((const double *)values)[k];
}

/* Differences in units of the dtype's spacing at the scalar result; subnormal results have the spacing of the smallest normal. */
static double ulp_apart(outerfill_dtype dtype, double scalar, double vector) {
    if ((isnan(scalar) && isnan(vector)) || scalar == vector) return 0;
    if (!isfinite(scalar) || !isfinite(vector)) return INFINITY;
    int exponent;
    const int digits = dtype == OUTERFILL_FLOAT32 ? 24 : 53,
              least = dtype == OUTERFILL_FLOAT32 ? -125 : -1021;
    frexp(scalar, &exponent);
    return fabs(scalar - vector) / ldexp(1, (exponent < least ? least : exponent) - digits);
}

/* With a loop in a helper function, since other texts get batches, or functions of outerfill's own,
 * in place of vectors. */
static outerfill_function *create(outerfill_form form, outerfill_dtype dtype, const char *text) {
    static const char once[] = "static real once(real x) {\nreal sum = 0;\n"
                               "for (int k = 0; k < 1; k++) { sum += x; }\nreturn sum;\n}\n";
    char body[160];
    snprintf(body, sizeof body, "out[0] = once(%s);", text);
    const outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                        .dtype = dtype,
                                                        .preamble = once,
                                                        .body = body,
                                                        .form = form};
    outerfill_function *function = check_described(context, &description);
    const int is_cpu = outerfill_context_device(context, 0)->type == OUTERFILL_DEVICE_CPU;
    const size_t width = dtype == OUTERFILL_FLOAT32 ? 16 : 8;
    assert_int_equal(outerfill_function_vector_width(function, 0),
                     is_cpu && form == OUTERFILL_FORM_AUTO ? width : 1);
    return function;
}

static void *fill(outerfill_function *function, const void *a, size_t n, const void *b, size_t m) {
    outerfill_error error;
    void *ab = check_malloc(n * m * outerfill_dtype_itemsize(outerfill_function_dtype(function)));
    check_ok(outerfill_fill(function, a, n, b, m, ab, NULL, &error), &error);
    return ab;
}

static void compare(outerfill_dtype dtype, const char *text, const void *a, size_t n, const void *b,
                    size_t m) {
    outerfill_function *functions[] = {create(OUTERFILL_FORM_AUTO, dtype, text),
                                       create(OUTERFILL_FORM_SCALAR, dtype, text)};
    void *vectors = fill(functions[0], a, n, b, m), *scalars = fill(functions[1], a, n, b, m);
    for (size_t k = 0; k < n * m; k++) {
        const double scalar = value_at(dtype, scalars, k), vector = value_at(dtype, vectors, k);
        if (ulp_apart(dtype, scalar, vector) <= MAX_APART) continue;
        print_error("%s %s of a = %a, b = %a (cell %zu of %zu x %zu): scalar %a, vector %a\n",
                    outerfill_dtype_name(dtype), text, value_at(dtype, a, k / m),
                    value_at(dtype, b, k % m), k, n, m, scalar, vector);
        fail();
    }
    free(vectors);
    free(scalars);
    outerfill_function_destroy(functions[0]);
    outerfill_function_destroy(functions[1]);
}

/* The same values once more, s elements further on in their vectors, and in bands that end elsewhere. */
static void compare_shifted(outerfill_dtype dtype, const char *text, const char *a, size_t n,
                            const char *b, size_t m) {
    const size_t itemsize = outerfill_dtype_itemsize(dtype);
    outerfill_function *function = create(OUTERFILL_FORM_AUTO, dtype, text);
    char *whole = fill(function, a, n, b, m);
    for (size_t s = 1; s <= 16; s++) {
        char *shifted = fill(function, a, n, b + s * itemsize, m - s);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < m - s; j++) {
                const double x = value_at(dtype, whole, i * m + j + s),
                             y = value_at(dtype, shifted, i * (m - s) + j);
                if (x == y || (isnan(x) && isnan(y))) continue;
                print_error("%s %s of a = %a, b = %a: %a, and %a %zu elements further on\n",
                            outerfill_dtype_name(dtype), text, value_at(dtype, a, i),
                            value_at(dtype, b, j + s), x, y, s);
                fail();
            }
        free(shifted);
    }
    free(whole);
    outerfill_function_destroy(function);
}

static void compare_functions(outerfill_dtype dtype, const char *const *names, size_t num_names,
                              const char *arguments, size_t n, size_t m) {
    const size_t itemsize = outerfill_dtype_itemsize(dtype);
    void *a = check_malloc(n * itemsize), *b = check_malloc(m * itemsize);
    mix(dtype, a, n, 3);
    mix(dtype, b, m, 5);
    for (size_t k = 0; k < num_names; k++) {
        char text[64];
        snprintf(text, sizeof text, "%s(%s)", names[k], arguments);
        compare(dtype, text, a, n, b, m);
        compare_shifted(dtype, text, a, n, b, m);
    }
    free(a);
    free(b);
}

static void test_functions_float64(void **state) {
    (void)state;
    compare_functions(OUTERFILL_FLOAT64, one_argument, NUM_ELEMENTS(one_argument), "b", 2, 2003);
    compare_functions(OUTERFILL_FLOAT64, two_arguments, NUM_ELEMENTS(two_arguments), "b, a", 203,
                      311);
}

static void test_functions_float32(void **state) {
    (void)state;
    compare_functions(OUTERFILL_FLOAT32, one_argument, NUM_ELEMENTS(one_argument), "b", 2, 2003);
    compare_functions(OUTERFILL_FLOAT32, two_arguments, NUM_ELEMENTS(two_arguments), "b, a", 203,
                      311);
}

/* erfc of float64 vectors is the library's own: within 2 ULP of libm's in long double, where both are normal numbers. */
static void test_erfc(void **state) {
    static double a[] = {1}, b[100001];
    outerfill_function *function = create(OUTERFILL_FORM_AUTO, OUTERFILL_FLOAT64, "erfc(b)");

    (void)state;
    oracle_range(OUTERFILL_FLOAT64, b, NUM_ELEMENTS(b), -7, 26.5);
    double *ab = fill(function, a, 1, b, NUM_ELEMENTS(b));
    for (size_t j = 0; j < NUM_ELEMENTS(b); j++) {
        const double expected = (double)erfcl((long double)b[j]);
        if (ulp_apart(OUTERFILL_FLOAT64, expected, ab[j]) <= 2) continue;
        print_error("erfc(%a) = %a, should be %a\n", b[j], ab[j], expected);
        fail();
    }
    free(ab);
    outerfill_function_destroy(function);
}

/* Every remainder of a row, rows shorter than a vector, and work-items that end inside a row. */
static void test_shapes(void **state) {
    static const size_t shapes[][2] = {{1, 1},   {1000, 1}, {777, 3},  {301, 7},  {100, 8},
                                       {99, 15}, {98, 16},  {97, 17},  {50, 31},  {50, 32},
                                       {49, 33}, {3, 8191}, {3, 8193}, {2, 20011}};
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++)
        for (outerfill_dtype dtype = OUTERFILL_FLOAT64; dtype <= OUTERFILL_FLOAT32; dtype++) {
            const size_t n = shapes[k][0], m = shapes[k][1],
                         itemsize = outerfill_dtype_itemsize(dtype);
            void *a = check_malloc(n * itemsize), *b = check_malloc(m * itemsize);
            oracle_range(dtype, a, n, 0.5, 3);
            oracle_range(dtype, b, m, -2, 1);
            compare(dtype, "a + exp(b)", a, n, b, m);
            free(a);
            free(b);
        }
}

static void test_body_preamble_and_parameters(void **state) {
    static const char *const names[] = {"scale", "shift"};
    const double values[] = {3, -0.25};
    double a[37], b[41], ab[2][2][37][41];
    (void)state;
    oracle_range(OUTERFILL_FLOAT64, a, 37, 0, 2);
    oracle_range(OUTERFILL_FLOAT64, b, 41, -1, 1);
    for (int form = 0; form < 2; form++) {
        const outerfill_function_description description = {
            .struct_nbytes = sizeof description,
            .num_planes = 2,
            .body = "const real x = gauss(a - b);\nout[1] = scale * x + shift;\n",
            .preamble = "real gauss(const real x) { const real y = x * x; return exp(-0.5 * y); }",
            .num_parameters = 2,
            .parameter_names = names,
            .parameter_values = values,
            .form = (outerfill_form)form};
        outerfill_function *function = check_described(context, &description);
        outerfill_error error;
        check_ok(outerfill_fill(function, a, 37, b, 41, ab[form], NULL, &error), &error);
        outerfill_function_destroy(function);
    }
    for (size_t i = 0; i < 37; i++)
        for (size_t j = 0; j < 41; j++) {
            const double x = a[i] - b[j], expected = 3 * exp(-0.5 * (x * x)) - 0.25;
            assert_true(ab[0][0][i][j] == 0 && fabs(ab[0][1][i][j] - expected) < 4e-15);
            assert_true(fabs(ab[0][1][i][j] - ab[1][1][i][j]) < 2e-15);
        }
}

/* A loop that counts goes round as often for vectors as for scalars. */
static void test_loops(void **state) {
    static double a[37], b[53], ab[2][37][53];

    (void)state;
    oracle_range(OUTERFILL_FLOAT64, a, 37, 0, 2);
    oracle_range(OUTERFILL_FLOAT64, b, 53, -1, 1);
    for (int form = 0; form < 2; form++) {
        const outerfill_function_description description = {
            .struct_nbytes = sizeof description,
            .num_planes = 1,
            .preamble = "static real series(real x, real y) {\nreal sum = 0;\n"
                        "for (int k = 1; k <= 20; k++) { sum += exp(-x * k) * sin(y * k) / k; }\n"
                        "return sum;\n}\n",
            .body = "out[0] = series(a, b);",
            .form = (outerfill_form)form};
        outerfill_function *function = check_described(context, &description);
        outerfill_error error;
        if (outerfill_context_device(context, 0)->type == OUTERFILL_DEVICE_CPU)
            assert_int_equal(outerfill_function_vector_width(function, 0),
                             form == OUTERFILL_FORM_AUTO ? 8 : 1);
        check_ok(outerfill_fill(function, a, 37, b, 53, ab[form], NULL, &error), &error);
        outerfill_function_destroy(function);
    }
    for (size_t i = 0; i < 37; i++)
        for (size_t j = 0; j < 53; j++) {
            double sum = 0;
            for (int k = 1; k <= 20; k++) sum += exp(-a[i] * k) * sin(b[j] * k) / k;
            assert_true(fabs(ab[0][i][j] - sum) < 1e-14 && fabs(ab[1][i][j] - sum) < 1e-14);
        }
}

/* Texts that are, or look, the same for vectors: whatever form is chosen, the numbers are the scalar ones. */
static void test_texts_that_try(void **state) {
    static const struct {
        const char *preamble, *body, *parameter;
    } texts[] = {
        {"real sq(real i) { return i * i; }", "out[0] = exp(b) + sq(a) + i;", NULL},
        {NULL, "for (int i = 0; i < 3; i++) { out[0] += exp(a) * i; } out[0] += i;", NULL},
        {"real sq(real x) { real j = x * x; return j; }", "out[0] = exp(b) + sq(a) * j;", NULL},
        {NULL, "out[0] = exp(0.1f) * exp(a) + b;", NULL},
        {NULL, "out[0] = pow(0.1f, 0.3f) * exp(a) + b;", NULL},
        {"real f(real x, real y) { return pow(x, y); }", "out[0] = f(b, a) + exp(a);", "pow"},
        {"/* *\\\n/\n#define rint(x) ((x) * sizeof(x))\n/* */", "out[0] = exp(b) + rint(a - 2);",
         NULL},
        {NULL, "for (int k = 0; k < 1; k++) { real x = exp(a); out[0] = x + outerfill_vector_x; }",
         "outerfill_vector_x"},
        {NULL, "real x = exp(a); real y = x; x = y * b; out[0] = x - y + (real)i / n + m * j;",
         NULL},
        {"real f(real x) { real s = 0; for (int k = 1; k < 5; k++) { s += x / k; } return s; }",
         "out[0] = f(exp(b)) - f(a);", NULL},
    };
    static double a[7], b[83], ab[2][7][83];

    (void)state;
    oracle_range(OUTERFILL_FLOAT64, a, 7, 0.5, 3);
    mix(OUTERFILL_FLOAT64, b, 83, 7);
    for (size_t k = 0; k < NUM_ELEMENTS(texts); k++) {
        for (int form = 0; form < 2; form++) {
            const double value = 0.5;
            const outerfill_function_description description = {
                .struct_nbytes = sizeof description,
                .num_planes = 1,
                .body = texts[k].body,
                .preamble = texts[k].preamble,
                .num_parameters = texts[k].parameter != NULL,
                .parameter_names = &texts[k].parameter,
                .parameter_values = &value,
                .form = (outerfill_form)form};
            outerfill_function *function = check_described(context, &description);
            outerfill_error error;
            check_ok(outerfill_fill(function, a, 7, b, 83, ab[form], NULL, &error), &error);
            outerfill_function_destroy(function);
        }
        for (size_t cell = 0; cell < 7 * 83; cell++) {
            const double vector = ab[0][cell / 83][cell % 83], scalar = ab[1][cell / 83][cell % 83];
            if (ulp_apart(OUTERFILL_FLOAT64, scalar, vector) <= 64) continue;
            print_error("%s: cell %zu: scalar %a, AUTO %a\n", texts[k].body, cell, scalar, vector);
            fail();
        }
    }
}

/* What compiles for scalars only falls back without a word. */
static void test_text_that_does_not_compile_for_vectors(void **state) {
    static const char *const expressions[] = {"pow(a, 2.0) + exp(b) * fmax(a, 0.5)"};
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description, .num_planes = 1, .expressions = expressions};
    const double a[] = {3, 0.25}, b[] = {0};
    double ab[2];
    outerfill_error error;
    (void)state;
    outerfill_function *function = check_described(context, &description);
    printf("%s: vector width %zu\n", expressions[0], outerfill_function_vector_width(function, 0));
    check_ok(outerfill_fill(function, a, 2, b, 1, ab, NULL, &error), &error);
    assert_true(ab[0] == 12 && ab[1] == 0.5625);
    outerfill_function_destroy(function);
}

/* A text may call its variables as the library's own text calls its macros. */
static void test_names_of_our_own(void **state) {
    static const char *const names[] = {
        "VECTOR_WIDTH",     "JOIN", "STEP", "LOAD_VECTOR", "OUTERFILL_VECTORS",
        "outerfill_vector", "PURE", "xs",   "count"};
    const double a[] = {0, 1}, b[] = {2};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(names); k++) {
        char body[128];
        double ab[2];
        outerfill_error error;
        snprintf(body, sizeof body, "const real %s = exp(a);\nout[0] = %s * b;\n", names[k],
                 names[k]);
        const outerfill_function_description description = {
            .struct_nbytes = sizeof description, .num_planes = 1, .body = body};
        outerfill_function *function = check_described(context, &description);
        check_ok(outerfill_fill(function, a, 2, b, 1, ab, NULL, &error), &error);
        assert_true(ab[0] == 2 && fabs(ab[1] - 2 * exp(1)) < 1e-14);
        outerfill_function_destroy(function);
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
        cmocka_unit_test(test_functions_float64),
        cmocka_unit_test(test_functions_float32),
        cmocka_unit_test(test_erfc),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_body_preamble_and_parameters),
        cmocka_unit_test(test_text_that_does_not_compile_for_vectors),
        cmocka_unit_test(test_loops),
        cmocka_unit_test(test_names_of_our_own),
        cmocka_unit_test(test_texts_that_try),
    };
    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards outerfill's own mathematical functions: a device gives the bits that kernels/math_float64.cl and math_float32.cl give
 * as C, at special and at random arguments, in rows and columns of every remainder, in conditions, loops, bodies and helper functions. So their bits
 * depend neither on a neighbour, nor on how a compiler vectorised a loop, nor on a flag for rare angles. What the functions are
 * worth is measured by `ci/proof mathematics`. On a device that has the driver's functions the results are only near. */
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"
#include "mathematics.h"

#define NUM_VALUES 1021 /* no multiple of any vector's width */
#define NUM_FEW    67
#define MAX_PLANES 6

static outerfill_context *context;
static double values[NUM_VALUES], results[MAX_PLANES * NUM_FEW * NUM_VALUES];
static float singles[NUM_VALUES], single_results[MAX_PLANES * NUM_FEW * NUM_VALUES];

typedef double function_1(double);
typedef double function_2(double, double);

#define ROW_1(name) {#name, outerfill_##name, NULL, outerfill_##name##f, NULL}
#define ROW_2(name) {#name, NULL, outerfill_##name, NULL, outerfill_##name##f}
static const struct subject {
    const char *name;
    function_1 *one;
    function_2 *two;
    float (*single_one)(float);
    float (*single_two)(float, float);
} subjects[] = {
    ROW_1(acos),   ROW_1(acosh),     ROW_1(asin),   ROW_1(asinh),  ROW_1(atan),   ROW_1(atanh),
    ROW_1(cbrt),   ROW_1(cos),       ROW_1(cosh),   ROW_1(cospi),  ROW_1(erf),    ROW_1(erfc),
    ROW_1(exp),    ROW_1(exp10),     ROW_1(exp2),   ROW_1(expm1),  ROW_1(log),    ROW_1(log10),
    ROW_1(log1p),  ROW_1(log2),      ROW_1(sin),    ROW_1(sinh),   ROW_1(sinpi),  ROW_1(tan),
    ROW_1(tanh),   ROW_1(tanpi),     ROW_2(atan2),  ROW_2(hypot),  ROW_2(pow),    ROW_2(powr),
    ROW_1(acospi), ROW_1(asinpi),    ROW_1(atanpi), ROW_1(lgamma), ROW_1(tgamma), ROW_2(atan2pi),
    ROW_2(fmod),   ROW_2(remainder),
};

/* Ordinary numbers, with special and with any others among them. */
static void draw_values(void) {
    static const double special[] = {0.0,
                                     -0.0,
                                     1.0,
                                     -1.0,
                                     INFINITY,
                                     -INFINITY,
                                     0x1p-1074,
                                     0x1p53,
                                     0x1p40,
                                     0x1.8p40,
                                     1e300,
                                     -1e300,
                                     1e-310,
                                     0x1.6ac5b262ca1ffp+849,
                                     710.0,
                                     -745.0,
                                     0.5,
                                     2.0,
                                     4503599627370497.0};
    const size_t num_special = sizeof special / sizeof *special;
    ulong state = 88172645463325252ul;
    for (size_t k = 0; k < NUM_VALUES; k++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        const double ordinary = (double)(state >> 11) * 0x1p-53 * 12 - 4;
        values[k] = k % 7 == 3    ? special[k / 7 % num_special]
                    : k % 11 == 5 ? as_double(state)
                                  : ordinary;
        if (isnan(values[k])) values[k] = ordinary;
        singles[k] = k % 11 == 5 ? as_float((uint)state) : (float)values[k];
        if (isnan(singles[k])) singles[k] = (float)ordinary;
    }
}

static outerfill_function *create(const char *preamble, const char *body) {
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description, .preamble = preamble, .body = body};
    return check_described(context, &description);
}

/* Where the driver's functions are called, large arguments are left out. */
static bool is_right(double result, double expected, double x, bool is_ours) {
    if (isnan(expected) || isnan(result)) return isnan(expected) == isnan(result) || !is_ours;
    if (is_ours) return as_ulong(result) == as_ulong(expected);
    return fabs(x) > 10 || result == expected ||
           fabs(result - expected) <= 1e-12 * fabs(expected) + 1e-12;
}

static void check_cell(const struct subject *subject, const char *body, size_t i, size_t j,
                       double result, bool is_ours) {
    const double expected =
        subject->one ? subject->one(values[j]) : subject->two(values[i], values[j]);
    const double x = subject->one || fabs(values[j]) > fabs(values[i]) ? values[j] : values[i];
    if (!is_right(result, expected, x, is_ours))
        print_error("%s: a %a, b %a: %a instead of %a\n", body, values[i], values[j], result,
                    expected);
    assert_true(is_right(result, expected, x, is_ours));
}

/* Plane p of the body computes the p-th function of b, or of a and b. */
static void check_body(const struct subject *some, size_t num_planes, const char *preamble,
                       const char *body) {
    outerfill_error error;
    outerfill_function *function = create(preamble, body);
    const bool is_ours = outerfill_function_mathematics(function, 0) == OUTERFILL_MATHEMATICS_OWN;
    for (size_t m = 1; m <= NUM_VALUES; m += m < 20 ? 1 : NUM_VALUES - 20) {
        check_ok(outerfill_fill(function, values, NUM_FEW, values, m, results, NULL, &error),
                 &error);
        for (size_t p = 0; p < num_planes; p++)
            for (size_t cell = 0; cell < NUM_FEW * m; cell++)
                check_cell(&some[p], body, cell / m, cell % m, results[p * NUM_FEW * m + cell],
                           is_ours);
    }
    outerfill_function_destroy(function);
}

/* Sets a body whose plane p computes the p-th function of b, or of a and b. */
static void write_calls(const struct subject *some, size_t num_planes, char *body, size_t size) {
    *body = '\0';
    for (size_t p = 0; p < num_planes; p++)
        snprintf(body + strlen(body), size - strlen(body), "out[%zu] = %s(%sb);\n", p, some[p].name,
                 some[p].one ? "" : "a, ");
}

/* Some functions at a time, since a program takes long to compile. */
static void test_bits_of_each(void **state) {
    const size_t num_subjects = sizeof subjects / sizeof *subjects;
    (void)state;
    for (size_t k = 0; k < num_subjects; k += MAX_PLANES) {
        const size_t num_planes = num_subjects - k < MAX_PLANES ? num_subjects - k : MAX_PLANES;
        char body[64 * MAX_PLANES];
        write_calls(&subjects[k], num_planes, body, sizeof body);
        check_body(&subjects[k], num_planes, NULL, body);
    }
}

static void check_single(const struct subject *subject, size_t i, size_t j, float result,
                         bool is_ours) {
    const float x = subject->single_one ? singles[j] : singles[i], y = singles[j];
    const float expected = subject->single_one ? subject->single_one(x) : subject->single_two(x, y);
    const bool is_right =
        isnan(expected) || isnan(result) ? isnan(expected) == isnan(result) || !is_ours
        : is_ours                        ? as_uint(result) == as_uint(expected)
                                         : fabsf(x) > 10 || fabsf(y) > 10 || result == expected ||
                        fabsf(result - expected) <= 1e-5f * fabsf(expected) + 1e-5f;
    if (!is_right)
        print_error("%sf: %a, %a: %a instead of %a\n", subject->name, (double)x, (double)y,
                    (double)result, (double)expected);
    assert_true(is_right);
}

static void check_singles(const struct subject *some, size_t num_planes) {
    char body[64 * MAX_PLANES];
    outerfill_error error;
    write_calls(some, num_planes, body, sizeof body);
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description, .dtype = OUTERFILL_FLOAT32, .body = body};
    outerfill_function *function = check_described(context, &description);
    const bool is_ours = outerfill_function_mathematics(function, 0) == OUTERFILL_MATHEMATICS_OWN;
    check_ok(outerfill_fill(function, singles, NUM_FEW, singles, NUM_VALUES, single_results, NULL,
                            &error),
             &error);
    for (size_t p = 0; p < num_planes; p++)
        for (size_t cell = 0; cell < NUM_FEW * NUM_VALUES; cell++)
            check_single(&some[p], cell / NUM_VALUES, cell % NUM_VALUES,
                         single_results[p * NUM_FEW * NUM_VALUES + cell], is_ours);
    outerfill_function_destroy(function);
}

static void test_bits_in_float32(void **state) {
    const size_t num_subjects = sizeof subjects / sizeof *subjects;
    (void)state;
    for (size_t k = 0; k < num_subjects; k += MAX_PLANES)
        check_singles(&subjects[k], num_subjects - k < MAX_PLANES ? num_subjects - k : MAX_PLANES);
}

static void test_a_column(void **state) {
    outerfill_error error;
    (void)state;
    outerfill_function *function = create(NULL, "out[0] = sin(a);");
    const bool is_ours = outerfill_function_mathematics(function, 0) == OUTERFILL_MATHEMATICS_OWN;
    check_ok(outerfill_fill(function, values, NUM_VALUES, values, 1, results, NULL, &error),
             &error);
    for (size_t i = 0; i < NUM_VALUES; i++)
        assert_true(is_right(results[i], outerfill_sin(values[i]), values[i], is_ours));
    outerfill_function_destroy(function);
}

static double same(double x) {
    return x;
}

static double square(double x) {
    return x * x;
}

static double inverse(double x) {
    return 1 / x;
}

static double root(double x) {
    return x == -INFINITY ? INFINITY : sqrt(x) + 0.0;
}

/* The exponent is written in the text. A power of another spelling is an ordinary one. */
static void test_constant_powers(void **state) {
    static const struct subject powers[] = {
        {"1", same, NULL, NULL, NULL},
        {"2.0", square, NULL, NULL, NULL},
        {"3", outerfill_pow_3, NULL, NULL, NULL},
        {"4", outerfill_pow_4, NULL, NULL, NULL},
        {"5.0f", outerfill_pow_5, NULL, NULL, NULL},
        {"-1", inverse, NULL, NULL, NULL},
    };
    static const struct subject others[] = {{"0.5", root, NULL, NULL, NULL},
                                            {"square", square, NULL, NULL, NULL}};
    char body[64 * MAX_PLANES] = "";
    (void)state;
    for (size_t p = 0; p < sizeof powers / sizeof *powers; p++)
        snprintf(body + strlen(body), sizeof body - strlen(body), "out[%zu] = pow(b, %s);\n", p,
                 powers[p].name);
    check_body(powers, sizeof powers / sizeof *powers, NULL, body);
    check_body(others, 2, "#define TWO 2\nreal sq(real x) { return pow(x, TWO); }",
               "out[0] = pow(b, 0.5); out[1] = sq(b);");
}

/* A product of floats has the bits of C's. */
static void test_constant_powers_in_float32(void **state) {
    outerfill_error error;
    (void)state;
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .dtype = OUTERFILL_FLOAT32,
        .body = "out[0] = pow(b, 2); out[1] = pow(b, 3); out[2] = pow(b, -1.0); "
                "out[3] = sizeof(pow(b, 2)) == sizeof(real);"};
    outerfill_function *function = check_described(context, &description);
    const bool is_ours = outerfill_function_mathematics(function, 0) == OUTERFILL_MATHEMATICS_OWN;
    check_ok(
        outerfill_fill(function, singles, 1, singles, NUM_VALUES, single_results, NULL, &error),
        &error);
    for (size_t j = 0; is_ours && j < NUM_VALUES; j++) {
        const float x = singles[j], cube = (float)outerfill_pow_3((double)x);
        assert_int_equal(as_uint(single_results[j]), as_uint(x * x));
        assert_int_equal(as_uint(single_results[NUM_VALUES + j]), as_uint(cube));
        assert_int_equal(as_uint(single_results[2 * NUM_VALUES + j]), as_uint(1 / x));
        assert_true(single_results[3 * NUM_VALUES + j] == 1);
    }
    outerfill_function_destroy(function);
}

/* The same function in the places where a compiler vectorises it, and where it does not. */
static void test_places(void **state) {
    static const struct subject sine = ROW_1(sin), power = ROW_2(pow), rest = ROW_2(fmod);
    (void)state;
    check_body(&sine, 1, NULL,
               "if (b > 1) out[0] = sin(b); else out[0] = b < 1 ? sin(b) : sin((double)b);");
    check_body(&sine, 1, "real f(real x) { return sin(x); }", "out[0] = f(b);");
    check_body(&sine, 1, "#define F(x) sin(x)", "out[0] = F(b);");
    check_body(&sine, 1,
               "real g(real x, real y);\nreal one(void) { return 1; }\n"
               "static inline real f(const real x) { return g(one(), x); }\n"
               "real g(real x, real y) { real f = x * sin(y); return f; }\n",
               "out[0] = f(b);");
    check_body(&sine, 1, "real f(real x) { return sin(x); }",
               "for (int k = 0; k < 3; k++) { out[0] = f(b); if (k == a) break; }");
    check_body(&sine, 1, NULL, "for (int k = 0; k < 3; k++) if (k == 2) out[0] = sin(b);");
    check_body(&sine, 1, NULL, "double2 both = (double2)(b, b); out[0] = sin(both.x);");
    check_body(&power, 1, NULL, "out[0] = b > 0 ? pow(a, b) : pow((real)a, b);");
    check_body(&rest, 1, "real f(real x, real y) { return fmod(x, y); }", "out[0] = f(a, b);");
    check_body(&rest, 1, NULL, "for (int k = 0; k < 2; k++) out[0] = fmod(a, b);");
}

/* Each way of a work-item gives the same bits. */
static void test_work_items(void **state) {
    static const outerfill_work_item ways[] = {OUTERFILL_WORK_ITEM_CELL, OUTERFILL_WORK_ITEM_ROWS,
                                               OUTERFILL_WORK_ITEM_STREAM};
    outerfill_error error;
    (void)state;
    outerfill_function *function = create(NULL, "out[0] = cos(b);");
    const bool is_ours = outerfill_function_mathematics(function, 0) == OUTERFILL_MATHEMATICS_OWN;
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                                .work_item = ways[k]};
        if (outerfill_context_device(context, 0)->type != OUTERFILL_DEVICE_CPU && k > 0) break;
        check_ok(outerfill_fill(function, values, NUM_FEW, values, NUM_VALUES, results, &options,
                                &error),
                 &error);
        for (size_t cell = 0; cell < NUM_FEW * NUM_VALUES; cell++)
            assert_true(is_right(results[cell], outerfill_cos(values[cell % NUM_VALUES]),
                                 values[cell % NUM_VALUES], is_ours));
    }
    outerfill_function_destroy(function);
}

static void test_whose(void **state) {
    (void)state;
    outerfill_function *function = create(NULL, "out[0] = a + b;");
    assert_int_equal(outerfill_function_mathematics(function, 0), OUTERFILL_MATHEMATICS_DRIVER);
    assert_int_equal(outerfill_function_mathematics(function, 99), OUTERFILL_MATHEMATICS_DRIVER);
    assert_int_equal(outerfill_function_mathematics(NULL, 0), OUTERFILL_MATHEMATICS_DRIVER);
    outerfill_function_destroy(function);
    function = create(NULL, "out[0] = exp(b);");
    const outerfill_mathematics whose = outerfill_function_mathematics(function, 0);
    outerfill_function_destroy(function);
    const outerfill_function_description relaxed = {
        .struct_nbytes = sizeof relaxed, .body = "out[0] = exp(b);", .relaxed = 1};
    function = check_described(context, &relaxed);
    assert_int_equal(outerfill_function_mathematics(function, 0), whose);
    outerfill_function_destroy(function);
}

static void test_program(void **state) {
    (void)state;
    outerfill_function *function = create(NULL, "out[0] = exp(b) /* mine */;");
    char *program = outerfill_function_program(function, 0);
    assert_non_null(program);
    assert_non_null(strstr(program, "out[0] = exp(b) /* mine */;"));
    assert_non_null(strstr(program, "__kernel void outerfill_fill_rows("));
    outerfill_free(program);
    assert_null(outerfill_function_program(function, 99));
    assert_null(outerfill_function_program(NULL, 0));
    outerfill_function_destroy(function);
}

static int set_up(void **state) {
    (void)state;
    draw_values();
    context = check_context(NULL);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits_of_each),
        cmocka_unit_test(test_a_column),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_work_items),
        cmocka_unit_test(test_constant_powers),
        cmocka_unit_test(test_whose),
        cmocka_unit_test(test_program),
        cmocka_unit_test(test_bits_in_float32),
        cmocka_unit_test(test_constant_powers_in_float32),
    };
    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, set_up, tear_down) == 0 ? 0 : 1;
}

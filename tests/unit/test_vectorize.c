/* SPDX-License-Identifier: MIT
 *
 * Guards what may be compiled with `real` as a vector type: text that means the same element by element is let through, and
 * everything that compiles both ways but means something else, or that is not known, is not. A row that wrongly became "same"
 * is a wrong number in a caller's array. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "program/vectorize.h"

static struct vectorize read_texts(const char *preamble, const char *body, const char *expression) {
    static const char *const names[] = {"rate", "years"};
    const char *const expressions[] = {expression};
    const outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                        .dtype = OUTERFILL_FLOAT64,
                                                        .num_planes = 1,
                                                        .expressions =
                                                            expression ? expressions : NULL,
                                                        .body = body,
                                                        .preamble = preamble,
                                                        .num_parameters = 2,
                                                        .parameter_names = names};
    struct vectorize form;
    vectorize_read(&description, &form);
    return form;
}

static void check_each(const char *const *texts, size_t num_texts, bool as_body, bool expected) {
    for (size_t k = 0; k < num_texts; k++) {
        const struct vectorize form =
            read_texts(NULL, as_body ? texts[k] : NULL, as_body ? NULL : texts[k]);
        if (form.is_same == expected) continue;
        print_error("taken for %s: %s\n", expected ? "not the same" : "the same", texts[k]);
        fail();
    }
}
#define CHECK_EACH(texts, as_body, expected)                                                       \
    check_each(texts, sizeof(texts) / sizeof *(texts), as_body, expected)

static void test_expressions_that_are_the_same(void **state) {
    static const char *const texts[] = {
        "a + b",
        "exp(-a * b)",
        "pow(a + 1, b) / (2.5e-3 * rate)",
        "fma(a, b, (a - 1.))",
        "a - -b",
        "(real)0.5 * a",
        "exp(/* , { < */ a) // ? [",
        "hypot(exp(a), sqrt(b)) * .5",
        "fmax(a, b) - fmin(a, years)",
        "((a))",
        "a*0x1f+2-b*0X2F",
        "a * 0x1P3",
    };
    (void)state;
    CHECK_EACH(texts, false, true);
}

static void test_expressions_that_are_not(void **state) {
    static const char *const texts[] = {
        "a) + (b",
        "a; b",
        "a < b",
        "exp(0.1f) * a",
        "exp(0x1p-3f) * a",
        "exp(0x1P-3f) * a",
        "a + 1.h",
        "(a > b) * a",
        "a == b",
        "a != b",
        "a ? b : a",
        "!a",
        "~a",
        "a & b",
        "a | b",
        "a ^ b",
        "a % b",
        "a << 1",
        "a++",
        "--a",
        "a.x",
        "a.s0 + b",
        "b[0]",
        "&a",
        "sizeof(a)",
        "dot(a, b)",
        "length(a)",
        "isnan(a) + 1",
        "(int)a",
        "(double)a",
        "(float)a * b",
        "convert_int(a)",
        "as_long(a)",
        "select(a, b, a)",
        "step(a, b)",
        "any(a)",
        "i * a",
        "a + j",
        "a / n",
        "m",
        "unknown(a)",
        "unknown",
        "exp",
        "(a, b)",
        "(real)(a, b)",
        "(real){1}",
        "exp((a, b))",
        "\"text\"",
        "'c'",
        "vec_step(a)",
        "get_global_id(0)",
        "shuffle(a, a)",
        "a = b",
        "half_exp(a)",
        "native_exp(a)",
        "M_PI * a",
        "out[0]",
        "real(a, b)",
    };
    (void)state;
    CHECK_EACH(texts, false, false);
}

static void test_bodies_that_are_the_same(void **state) {
    static const char *const texts[] = {
        "real x = a; for (int k = 0; k < 3; k++) (x) = x + b; out[0] = x;",
        "out[0] = a + b;",
        "real x = exp(a); out[0] = x * b;",
        "for (int k = 0; k < 3; k++) out[0] += a;",
        "for(int k=1;k<=32;++k){real t = exp(a * k); out[0] += t / k;} out[1] = b;",
        "for (int k = 0; k < 3; k++) { for (int l = 0; l < 4; l++) { out[0] += a; } out[1] += b; }",
        "for (int k = 0; k < 2; k++) { } for (int k = 0; k < 2; k++) out[0] += (real)k;",
        "const real x = 1; real y; y = x - a; out[0] = y; out[0] *= 2;",
        "real d = log(a / rate); out[0] = d; out[1] = d * years;",
        "real exp_a = exp(a);\n\tout [0] = exp_a;",
        "real _x = a; out[0] = _x;",
    };
    (void)state;
    CHECK_EACH(texts, true, true);
}

static void test_bodies_that_are_not(void **state) {
    static const char *const texts[] = {
        "out[0] = (a; b);",
        "out[i] = a;",
        "for (",
        "for (int k = a; k < 3; k++) out[0] = a;",
        "for int k = 0; k < 3; k++) out[0] = a;",
        "for (real k = 0; k < 3; k++) out[0] = a;",
        "for (int 5 = 0; k < 3; k++) out[0] = a;",
        "for (int a = 0; a < 3; a++) out[0] = a;",
        "for (int k < 0; k < 3; k++) out[0] = a;",
        "for (int k = 0, l = 0; k < 3; k++) out[0] = a;",
        "for (int k = 0, k < 3; k++) out[0] = a;",
        "for (int k = 0; 3 > k; k++) out[0] = a;",
        "for (int k = 0; kk < 3; k++) out[0] = a;",
        "for (int k = 0; l < 3; k++) out[0] = a;",
        "for (int k = 0; k > 3; k++) out[0] = a;",
        "for (int k = 0; k < b; k++) out[0] = a;",
        "for (int k = 0; k < 3, k < 2; k++) out[0] = a;",
        "for (int k = 0; k < 3; l++) out[0] = a;",
        "for (int k = 0; k < 3; k--) out[0] = a;",
        "for (int k = 0; k < 3; k+-) out[0] = a;",
        "for (int k = 0; k < 3; k-+) out[0] = a;",
        "for (int k = 0; k < 3, k++) out[0] = a;",
        "for (int k = 0; k < 3; k++) (a, b);",
        "for (int k = 0; k < 3; ++l) out[0] = a;",
        "for (int k = 0; k < 3; +-k) out[0] = a;",
        "for (int k = 0; k < 3; k++, l++) out[0] = a;",
        "if (a < b) out[0] = a;",
        "for (int k = 0; k < a; k++) out[0] += a;",
        "for (int i = 0; i < 3; i++) out[0] += a;",
        "real j = exp(a); out[0] = j;",
        "real n = 2; out[0] = n;",
        "real outerfill_x = exp(a); out[0] = outerfill_x;",
        "for (int k = 0; k < 3; k++) out[k] += a;",
        "for (int k = 0; k < 3; k++) if (a) out[0] += a;",
        "for (int k = 0; k < 3; k++) { if (a) break; }",
        "for (int k = 0; k < 3; k++) { out[0] += a; continue; }",
        "for (int k = 0; k > -3; k--) out[0] += a;",
        "for (int k = 0, l = 0; k < 3; k++) out[0] += a;",
        "for (int k = 0; k < 3; l++) out[0] += a;",
        "for (int k = 0; l < 3; k++) out[0] += a;",
        "for (int k = n; k < 3; k++) out[0] += a;",
        "for (int k = 0; k < 3; ++l) out[0] += a;",
        "for (long k = 0; k < 3; k++) out[0] += a;",
        "for (real x = 0; x < 3; x++) out[0] += a;",
        "for (;;) out[0] += a;",
        "for (int k = 0; k < 3; k++",
        "int k = 0; out[0] = a;",
        "for (int k = 0; k < 3; k++) k++;",
        "} out[0] = a; {",
        "while (0) ;",
        "while (1) out[0] = a;",
        "int k = 1; out[0] = k;",
        "double x = a; out[0] = x;",
        "real x[2]; out[0] = a;",
        "real *p = out; out[0] = a;",
        "out[k] = a;",
        "out[0 + 1] = a;",
        "*out = a;",
        "real *x;",
        "real x = {1}; out[0] = x;",
        "real x = (real){1}; out[0] = x;",
        "{ out[0] = a; }",
        "real x = a, y = b; out[0] = x;",
        "return;",
        "out[0] = a; return;",
        "goto x;",
        "out[0] = x;",
        "out;",
        "x: out[0] = a;",
        "out[0] = a == b;",
        "struct s t;",
        "(a, b);",
        "real f(real x); out[0] = a < b;",
    };
    (void)state;
    CHECK_EACH(texts, true, false);
}

static void test_preambles(void **state) {
    static const struct {
        const char *preamble;
        bool is_same;
    } rows[] = {
        {"real twice(real x) { return 2 * x; }", true},
        {"static inline real cdf(const real x) { const real y = -x; return 0.5 * erfc(y); }", true},
        {"real power(real x, real y) { return pow(x, y); }", true},
        {"real f(real x) { real s = 0; for (int k = 0; k < 9; k++) { s += x * k; } return s; }",
         true},
        {"real f(real x) { for (int k = 0; k < 9; k++) { return x; } return -x; }", true},
        {"for (int k = 0; k < 9; k++) { }", false},
        {"real f(real i) { return i * i; }", false},
        {"real f(real x) { return rate * x; }",
         false}, /* a parameter of the function: not known there */
        {"/* *\\\n/\n#define rint(x) ((x) * 2)\n/* */", false},
        {"/* *?"
         "?/\n/ real f(real x) { return x; } */",
         false},
        {"#define TWO 2", false},
        {"constant real two = 2;", false},
        {"real two = {2};", false},
        {"real two {2};", false},
        {"real two = (real){2};", false},
        {"real less(real x, real y) { return x < y; }", false},
        {"real first(real x) { return x[0]; }", false},
        {"real braces(real x) { real y = {x}; return y; }", false},
        {"real braces(real x) { return (real){x}; }", false},
        {"real nested(real x) { { return x; } }", false},
        {"real twice(double x) { return 2 * x; }", false},
        {"real twice(real *x) { return 2 * x[0]; }", false},
        {"typedef real number;", false},
    };
    (void)state;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        if (read_texts(rows[k].preamble, NULL, "a + exp(b)").is_same != rows[k].is_same) {
            print_error("wrong for the preamble: %s\n", rows[k].preamble);
            fail();
        }
    assert_true(read_texts("real twice(real x) { return 2 * x; }", NULL, "twice(a)").is_same);
    assert_false(read_texts(NULL, NULL, "twice(a)").is_same);
}

static void test_names_and_calls(void **state) {
    const struct vectorize form = read_texts("real f(real x) { return exp(x); }",
                                             "real y = f(a) + pow(a, b); out[0] = y;", NULL);
    (void)state;
    assert_true(form.is_same);
    assert_int_equal(form.num_names, 3);
    assert_string_equal(form.names[0], "f");
    assert_string_equal(form.names[1], "x");
    assert_string_equal(form.names[2], "y");
    assert_string_equal(vectorize_guarded(&form, 0)->name, "exp");
    assert_string_equal(vectorize_guarded(&form, 1)->name, "pow");
    assert_int_equal(vectorize_guarded(&form, 1)->num_arguments, 2);
    assert_null(vectorize_guarded(&form, 2));
    const struct vectorize cheap = read_texts(NULL, NULL, "sqrt(a) + fabs(b)");
    assert_true(cheap.is_same);
    assert_null(vectorize_guarded(&cheap, 0));
}

/* More names than there is room for, and longer ones, are simply not the same. */
static void test_limits(void **state) {
    static char body[20000];
    size_t length = 0;
    (void)state;
    for (int k = 0; k < VECTORIZE_MAX_NAMES; k++)
        length += (size_t)snprintf(body + length, sizeof body - length, "real x%d = a;\n", k);
    assert_true(read_texts(NULL, body, NULL).is_same);
    snprintf(body + length, sizeof body - length, "real one_more = a;\n");
    assert_false(read_texts(NULL, body, NULL).is_same);
    snprintf(body, sizeof body, "real %0100d = a;", 1);
    memset(body + 5, 'x', 100);
    assert_false(read_texts(NULL, body, NULL).is_same);
    memset(body, '(', 100);
    memcpy(body + 100, "a", 2);
    assert_false(read_texts(NULL, NULL, body).is_same);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expressions_that_are_the_same),
        cmocka_unit_test(test_expressions_that_are_not),
        cmocka_unit_test(test_bodies_that_are_the_same),
        cmocka_unit_test(test_bodies_that_are_not),
        cmocka_unit_test(test_preambles),
        cmocka_unit_test(test_names_and_calls),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards what is refused although it compiles: a literal subscript of `out` beyond the last plane, and recursion in a preamble;
 * with the place; and that nothing else is refused. Needs no OpenCL.
 */
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "program/recursion.h"
#include "program/subscripts.h"

static void check_accepted(outerfill_status status, const outerfill_error *error,
                           const char *text) {
    if (!status) return;
    print_error("refused: %s\n%s\n", text, error->message);
    fail();
}

static outerfill_status check_body(const char *body, size_t num_planes, outerfill_error *error) {
    const struct text_piece piece = text_piece_body(body);
    return subscripts_check(&piece, num_planes, error);
}

static void test_subscripts_of_planes(void **state) {
    static const char *const bodies[] = {
        "out[0] = a; out[1] = b;",
        "out[0x1] = a; out[0u] = b; out[01] = 1;",
        "out[k] = a; out[i % 2] = b; out[7 - 6] = 1;",
        "/* out[2] */ out[0] = a; // out[9]",
        "s.out[7] = a; p->out[7] = b; about[7] = 1; outer[9] = 2;",
        "real v[8]; v[7] = a; out [ 1 ] = v[7];",
        "helper(a, out); printf(\"out[5]\");",
        "out[1.5] = a;", /* the compiler refuses it */
        "out[-0] = a;",
        "out",
    };
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(bodies); k++)
        check_accepted(check_body(bodies[k], 2, &error), &error, bodies[k]);
}

static void test_subscripts_beyond(void **state) {
    static const struct {
        const char *body;
        size_t num_planes;
        int line, column;
        const char *words;
    } rows[] = {
        {"out[1] = b;", 1, 1, 5,
         "out[1] does not exist: the function has 1 plane, out[0] to out[0]"},
        {"out[0] = a;\nout[7] = b;", 2, 2, 5, "out[7] does not exist: the function has 2 planes"},
        {"out[0] = a; out [ /* x */ 0x2UL ] = b;", 2, 1, 27, "out[2] does not exist"},
        {"out[0] = a >out[3];", 2, 1, 17, "out[3] does not exist"},
        {"if (a > b) out[-1] = b;", 2, 1, 16, "out[-1] does not exist"},
        {"out[0] = out[99999999999999999999];", 64, 1, 14, "does not exist"},
    };
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        check_status(check_body(rows[k].body, rows[k].num_planes, &error),
                     OUTERFILL_INVALID_ARGUMENT, &error);
        check_contains(error.message, rows[k].words);
        assert_int_equal(error.plane, -1);
        assert_int_equal(error.line, rows[k].line);
        assert_int_equal(error.column, rows[k].column);
    }
}

static void test_numbers_of_planes(void **state) {
    static const struct {
        const char *body;
        size_t num_planes;
    } rows[] = {
        {"out[0] = a;", 1},
        {"out[1] = a; out[0] = b;", 2},
        {"out[2] = a; // out[9]\n", 3},
        {"if (a > 0) out[63] = a;", 64},
        {"out[0x3] = a; s.out[9] = 1;", 4},
        {"out[64] = a;", 0},
        {"out[0] = a; out[k] = b;", 0},
        {"out[0] = a; f(a, out);", 0},
        {"out[-1] = a;", 0},
        {"real x = a;", 0},
        {"", 0},
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        if (subscripts_count_planes(rows[k].body, NULL) == rows[k].num_planes) continue;
        print_error("%s: %zu planes\n", rows[k].body, subscripts_count_planes(rows[k].body, NULL));
        fail();
    }
    assert_int_equal(subscripts_count_planes("out[0] = a;", "#define OUTER 1\n"), 1);
    assert_int_equal(subscripts_count_planes("out[0] = a;", "#define PUT(k, x) out[k] = x\n"), 0);
}

static void test_functions_that_end(void **state) {
    static const char *const preambles[] = {
        "",
        "#define K 3\n__constant double t[2] = {1, 2};\n",
        "double g(double x) { return x; }\ndouble f(double x) { return g(x) + g(g(x)); }",
        "double g(double x);\ndouble f(double x) { return g(x); }\ndouble g(double x) { return x; "
        "}",
        "#define SQR(x) ((x) * \\\n (x))\ndouble f(double x) { return SQR(x); }",
        "static inline __attribute__((always_inline)) double f(double x) { return x; }",
        "struct f { double f; };\ndouble g(struct f s) { return s.f * (s.f); }",
        "double f(double x) { return 1; } /* f(x) */ // f(x)\n",
        "double f(double x) { double f = x; return f; }",
        "__constant int n[] = {sizeof(double), 2};\nint f(int x) { return sizeof(x); }",
        "float __attribute__((overloadable)) f(float x) { return x; }\n"
        "double __attribute__((overloadable)) f(double x) { return f((float)x); }",
        "double f(double x) {", /* the compiler refuses it */
    };
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(preambles); k++)
        check_accepted(recursion_check(preambles[k], &error), &error, preambles[k]);
}

static void test_recursion(void **state) {
    static const struct {
        const char *preamble;
        int line;
        const char *words;
    } rows[] = {
        {"double f(double x) { return x > 1 ? f(x / 2) : x; }", 1, "f calls itself, and OpenCL"},
        {"int f(int n)\n{\n  if (n)\n    return f (n - 1);\n  return 1;\n}", 4, "f calls itself"},
        {"double g(double x);\ndouble f(double x) { return g(x); }\n"
         "double g(double x) { return f(x); }",
         3, "f calls itself through g"},
        {"double c(double x);\ndouble a1(double x) { return c(x); }\n"
         "double b1(double x) { return a1(x); }\ndouble c(double x) { return b1(x); }",
         3, "a1 calls itself through b1"},
        {"#define K 3\nstatic double f(double x) __attribute__((noinline)) { return f(x); }", 2,
         "f calls itself"},
    };
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        check_status(recursion_check(rows[k].preamble, &error), OUTERFILL_INVALID_ARGUMENT, &error);
        check_contains(error.message, rows[k].words);
        assert_int_equal(error.line, rows[k].line);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subscripts_of_planes),
        cmocka_unit_test(test_subscripts_beyond),
        cmocka_unit_test(test_numbers_of_planes),
        cmocka_unit_test(test_functions_that_end),
        cmocka_unit_test(test_recursion),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

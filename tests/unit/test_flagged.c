/* SPDX-License-Identifier: MIT
 *
 * Guards which texts are compiled a second time with the functions of kernels/flagged.cl: those that call sin, cos, tan, fmod
 * or remainder, and no others. A text with a loop must not be among them, since a result that means nothing could keep it from
 * ending. Guards which preambles get a second copy of their helper functions, and that copy. */

#include "checks.h"
#include "program/flagged.h"

static bool is_wanted(const char *preamble, const char *body) {
    const outerfill_function_description description = {
        .preamble = preamble, .body = body, .num_planes = 1};
    return flagged_is_wanted(&description);
}

static void test_calls(void **state) {
    static const char *const expressions[] = {"a + b", "tan(a) * b"};
    const outerfill_function_description description = {.expressions = expressions,
                                                        .num_planes = 2};
    (void)state;
    assert_true(flagged_is_wanted(&description));
    assert_true(is_wanted(NULL, "out[0] = sin(a);"));
    assert_true(is_wanted("#define F(x) cos(x)", "out[0] = F(b);"));
    assert_true(is_wanted(NULL, "out[0] = fmod(a, b);"));
    assert_true(is_wanted(NULL, "/* for all i */ out[0] = remainder(a, b);"));
    assert_false(is_wanted(NULL, "out[0] = exp(a) + sinpi(b) + asin(b) + cosh(b);"));
    assert_false(is_wanted(NULL, "out[0] = a; /* not sin(a) */"));
}

static void test_loops(void **state) {
    (void)state;
    assert_false(is_wanted(NULL, "real x = a; while (x > 1) x *= fabs(sin(x)); out[0] = x;"));
    assert_false(is_wanted(NULL, "for (int k = 0; k < 3; k++) out[0] = cos(a);"));
    assert_false(is_wanted("real f(real x) { do x *= 0.5; while (x > 1); return x; }",
                           "out[0] = f(sin(a));"));
}

/* The text's own functions and macros, and vectors. */
static void test_other_meanings(void **state) {
    (void)state;
    assert_false(is_wanted("real sin(real x) { return x; }", "out[0] = sin(a);"));
    assert_false(is_wanted("#define tan(x) ((x) + 1)", "out[0] = tan(a);"));
    assert_false(is_wanted(NULL, "double4 x = (double4)(a); out[0] = cos(x).s0;"));
}

static bool can_flag(const char *preamble) {
    const outerfill_function_description description = {
        .preamble = preamble, .body = "out[0] = f(a);", .num_planes = 1};
    struct definitions definitions;
    assert_true(definitions_collect(preamble, &definitions));
    const bool can = flagged_helpers_can(&description, &definitions);
    definitions_free(&definitions);
    return can;
}

#define SINE "real f(real x) { return sin(x); }\n"

/* What a second copy could change. */
static void test_helpers(void **state) {
    static const char *const others[] = {
        "real f(real x) { return exp(x); }",
        "#ifdef M_PI\n" SINE "#endif",
        "#define B {\n" SINE,
        SINE "#undef a1",
        "real sin(real x) { return x; }\n" SINE,
        SINE SINE,
        "real g(real x) { while (x > 1) x /= 2; return x; }\n" SINE,
        "#define F(x, y) x##y\n" SINE,
        "__attribute__((overloadable)) " SINE,
        "static __attribute__((const)) " SINE,
        "double4 g(double4 x) { return x; }\n" SINE,
    };
    (void)state;
    assert_true(can_flag(SINE));
    assert_true(can_flag("#define G 2\n__constant real t[2] = {1, G};\n" SINE));
    assert_true(can_flag("real f(real x);\n" SINE));
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        if (can_flag(others[k])) print_error("%s\n", others[k]);
        assert_false(can_flag(others[k]));
    }
}

static void test_copy(void **state) {
    static const char preamble[] = "#define TWO 2\nreal f(real x) {\n return sin(x) * TWO; }\n"
                                   "typedef real r; static r g(void) { return 1; }";
    static const char expected[] =
        "\n#undef f\n#define f(...) outerfill_rare_f(outerfill_rare, __VA_ARGS__)\n"
        "\n#undef g\n#define g() outerfill_rare_g(outerfill_rare)\n"
        "__attribute__((always_inline))\n#line 2 \"preamble\"\n"
        "real outerfill_rare_f(long *outerfill_rare,\n#line 2 \"preamble\"\n"
        "       real x) {\n return sin(x) * TWO; }__attribute__((always_inline))\n"
        "#line 4 \"preamble\"\n                static r outerfill_rare_g(long *outerfill_rare\n"
        "#line 4 \"preamble\"\n                               ) { return 1; }\n";
    struct definitions definitions;
    char text[2048] = "";
    (void)state;
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    assert_true(definitions_collect(preamble, &definitions));
    flagged_write_helpers(out, preamble, &definitions);
    definitions_free(&definitions);
    fclose(out);
    assert_string_equal(text, expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),          cmocka_unit_test(test_loops),
        cmocka_unit_test(test_other_meanings), cmocka_unit_test(test_helpers),
        cmocka_unit_test(test_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards which texts are compiled a second time with the functions of kernels/flagged.cl: those that call sin, cos or tan, and
 * no others. A text with a loop must not be among them, since a result that means nothing could keep it from ending. */

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
    assert_false(is_wanted(NULL, "out[0] = exp(a) + sinpi(b) + asin(b) + cosh(b);"));
    assert_false(is_wanted(NULL, "out[0] = a; /* not sin(a) */"));
}

static void test_loops(void **state) {
    (void)state;
    assert_false(is_wanted(NULL, "real x = a; while (x > 1) x *= fabs(sin(x)); out[0] = x;"));
    assert_false(is_wanted(NULL, "for (int k = 0; k < 3; k++) out[0] = cos(a);"));
    assert_false(is_wanted("real f(real x) { do x *= 0.5; while (x > 1); return x; }",
                           "out[0] = f(sin(a));"));
    assert_false(is_wanted(NULL, "out[0] = fmod(sin(a), b);"));
}

/* The text's own functions and macros, and vectors. */
static void test_other_meanings(void **state) {
    (void)state;
    assert_false(is_wanted("real sin(real x) { return x; }", "out[0] = sin(a);"));
    assert_false(is_wanted("#define tan(x) ((x) + 1)", "out[0] = tan(a);"));
    assert_false(is_wanted(NULL, "double4 x = (double4)(a); out[0] = cos(x).s0;"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_loops),
        cmocka_unit_test(test_other_meanings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

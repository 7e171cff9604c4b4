/* SPDX-License-Identifier: MIT
 *
 * Guards the list of texts of which every device computes the same bits.
 */
#include "checks.h"
#include "program/exactness.h"

static bool is_sure(const char *expression) {
    const outerfill_function_description description = {.num_planes = 1,
                                                        .expressions = &expression};
    return exactness_is_sure(&description);
}

static void test_expressions(void **state) {
    static const char *const sure[] =
        {"a + b",       "-a*b - 2.5e3", "(a > b) ? a : b",  "a*(b - 1)",
         "(real)i * b", "k * a",        "a /* a / b */ + b"},
                             *const unsure[] = {"exp(a)",        "a / b",       "1/2*a",
                                                "fma (a, b, 1)", "a + sqrt(b)", "(real)(i)/n"};
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(sure); k++) assert_true(is_sure(sure[k]));
    for (size_t k = 0; k < NUM_ELEMENTS(unsure); k++) assert_false(is_sure(unsure[k]));
}

static void test_descriptions(void **state) {
    static const char *const planes[] = {"a + b", "sin(a)"};
    (void)state;
    assert_false(exactness_is_sure(
        &(outerfill_function_description){.num_planes = 2, .expressions = planes}));
    assert_true(exactness_is_sure(&(outerfill_function_description){
        .num_planes = 1,
        .body = "real x = a; if (a > b) x = b; while (x > 9) x -= 1; out[0] = x;"}));
    assert_false(exactness_is_sure(&(outerfill_function_description){
        .num_planes = 1, .body = "\n#define f(x) ((x) * b)\nout[0] = f(a);"}));
    assert_false(exactness_is_sure(&(outerfill_function_description){
        .num_planes = 1, .expressions = planes, .preamble = "#define a sin(b)"}));
    assert_false(exactness_is_sure(
        &(outerfill_function_description){.num_planes = 1, .expressions = planes, .relaxed = 1}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expressions),
        cmocka_unit_test(test_descriptions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards outerfill_function_warnings: plane, line, column and sentence of each warning, none for a text that means what it seems
 * to mean, an end at 16, and the answers to NULL. tests/cli/test_texts.py has the texts that are warned about.
 */
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"

static outerfill_context *context;

static int open_context(void **state) {
    outerfill_error error;

    (void)state;
    check_status(outerfill_context_create(NULL, &context, &error), OUTERFILL_OK, &error);
    return 0;
}

static int close_context(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    return 0;
}

static outerfill_function *create(const outerfill_function_description *given) {
    outerfill_function_description description = *given;
    outerfill_function *function;
    outerfill_error error;

    description.struct_nbytes = sizeof description;
    check_status(outerfill_function_create(context, &description, &function, &error), OUTERFILL_OK,
                 &error);
    return function;
}

static void test_places(void **state) {
    static const char *const expressions[] = {"a + b", "a\n  + 1/2*b", "i^2"};
    outerfill_function *function =
        create(&(outerfill_function_description){.num_planes = 3,
                                                 .expressions = expressions,
                                                 .preamble = "real f(real x) { return 2/3*x; }"});
    size_t num_warnings = 99;
    const outerfill_warning *const *warnings = outerfill_function_warnings(function, &num_warnings);

    (void)state;
    assert_int_equal(num_warnings, 3);
    assert_int_equal(warnings[0]->plane, -1);
    assert_int_equal(warnings[0]->line, 1);
    assert_int_equal(warnings[0]->column, 25);
    check_contains(warnings[0]->message, "preamble, line 1, column 25 of \"real f(real x)");
    assert_int_equal(warnings[1]->plane, 1);
    assert_int_equal(warnings[1]->line, 2);
    assert_int_equal(warnings[1]->column, 5);
    check_contains(warnings[1]->message, "plane 1, line 2, column 5 of \"  + 1/2*b\": 1/2 is a");
    assert_int_equal(warnings[2]->plane, 2);
    outerfill_function_destroy(function);
}

static void test_none(void **state) {
    static const char *const plain[] = {"1.0/2*a"};
    outerfill_function *function =
        create(&(outerfill_function_description){.num_planes = 1, .expressions = plain});
    size_t num_warnings = 99;

    (void)state;
    assert_null(outerfill_function_warnings(function, &num_warnings));
    assert_int_equal(num_warnings, 0);
    num_warnings = 99;
    assert_null(outerfill_function_warnings(NULL, &num_warnings));
    assert_int_equal(num_warnings, 0);
    assert_null(outerfill_function_warnings(function, NULL));
    outerfill_function_destroy(function);
}

static void test_an_end(void **state) {
    static const char *expressions[20];
    size_t num_warnings;

    (void)state;
    for (size_t p = 0; p < NUM_ELEMENTS(expressions); p++) expressions[p] = "i/n";
    outerfill_function *function = create(&(outerfill_function_description){
        .num_planes = NUM_ELEMENTS(expressions), .expressions = expressions});
    const outerfill_warning *const *warnings = outerfill_function_warnings(function, &num_warnings);
    assert_int_equal(num_warnings, 16);
    assert_int_equal(warnings[15]->plane, 15);
    outerfill_function_destroy(function);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_an_end),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

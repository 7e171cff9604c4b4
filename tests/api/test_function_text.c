/* SPDX-License-Identifier: MIT
 *
 * Guards what is asked of a function's text: descriptions and expressions that are refused before a compiler sees them, because
 * they would run beyond themselves, and compile errors that point into the caller's own text: plane, line and column, with the
 * compiler's log.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"

static outerfill_context *context;

/* ---- Texts that are refused ------------------------------------------------------------------------------------------------ */

static void check_refused(outerfill_function_description *description, outerfill_status expected,
                          const char *what) {
    outerfill_function *function = (outerfill_function *)(void *)&context;
    outerfill_error error;
    outerfill_status status;

    description->struct_nbytes = sizeof *description;
    status = outerfill_function_create(context, description, &function, &error);
    if (status != expected) print_error("%s:\n", what);
    check_status(status, expected, &error);
    assert_null(function);
}

static void test_malformed_expressions(void **state) {
    static const char *const malformed[] = {
        "(a + b",   "a + b)",      "(a + b]",    "a[0",         "a) + (b", "a + b; out[0] = 7",
        "a + b;",   "a, b",        "a + b, 7",   "#define a 7", "a + b #", "a \\\n + b",
        "a + b \\", "a + /* open", "a + \"open", "a + 'x",      "a } { b", "{ a + b }}",
    };
    static const char *const wellformed[] = {"max(a, b)", "(a + b) /* the sum */",
                                             "fma(a, (b), -(a))", "pow(a, 2.0)"};
    outerfill_function_description description = {.num_planes = 1};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(malformed); k++) {
        description.expressions = &malformed[k];
        check_refused(&description, OUTERFILL_INVALID_ARGUMENT, malformed[k]);
    }
    for (size_t k = 0; k < NUM_ELEMENTS(wellformed); k++)
        outerfill_function_destroy(check_function(context, OUTERFILL_FLOAT64, 1, &wellformed[k]));
}

static void test_malformed_descriptions(void **state) {
    static const char *const expressions[] = {"a", NULL, "b"};
    const char *many[OUTERFILL_MAX_PLANES + 1];
    const struct {
        outerfill_function_description description;
        const char *what;
    } malformed[] = {
        {{.num_planes = 0, .expressions = expressions}, "no planes, but expressions"},
        {{.num_planes = 0, .body = "out[(int)i % 2] = a;"}, "no planes, but a body"},
        {{.num_planes = 3}, "planes without text"},
        {{.num_planes = OUTERFILL_MAX_PLANES + 1, .expressions = many}, "65 expressions"},
        {{.num_planes = OUTERFILL_MAX_PLANES + 1, .body = "out[0] = a;"}, "a body of 65 planes"},
        {{.num_planes = SIZE_MAX, .body = "out[0] = a;"}, "a body of SIZE_MAX planes"},
        {{.num_planes = 1, .expressions = expressions, .body = "out[0] = a;"},
         "expressions and a body"},
        {{.num_planes = 3, .expressions = expressions}, "a NULL expression"},
        {{.num_planes = 1, .expressions = expressions, .dtype = (outerfill_dtype)7},
         "an unknown dtype"},
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(many); k++) many[k] = "a + b";
    for (size_t k = 0; k < NUM_ELEMENTS(malformed); k++) {
        outerfill_function_description description = malformed[k].description;
        check_refused(&description, OUTERFILL_INVALID_ARGUMENT, malformed[k].what);
    }
}

/* ---- Compile errors ---------------------------------------------------------------------------------------------------------
 */

/* Whether `message` names the place: `where`, and after it the numbers of the line and the column, however they are set. Plane 1
 * is expression 1 to its author, and either word will do. */
static int names_place(const char *message, const char *where, unsigned long line,
                       unsigned long column) {
    const char *found = message;

    while ((found = strstr(found, where)) != NULL) {
        unsigned long numbers[2] = {0, 0};
        char *rest = (char *)(uintptr_t)(found += strlen(where));
        for (size_t k = 0; k < 2; k++) {
            while (*rest != '\0' && !isdigit((unsigned char)*rest)) rest++;
            numbers[k] = strtoul(rest, &rest, 10);
        }
        if (numbers[0] == line && numbers[1] == column) return 1;
    }
    return 0;
}

static void check_compile_error(const outerfill_function_description *description,
                                const char *where, const char *or_where, unsigned long line,
                                unsigned long column) {
    outerfill_function *function = NULL;
    outerfill_error error;

    check_status(outerfill_function_create(context, description, &function, &error),
                 OUTERFILL_BUILD_FAILED, &error);
    assert_null(function);
    assert_true(error.log[0] != '\0');
    check_contains(error.message, "nosuch");
    if (!names_place(error.message, where, line, column) &&
        !names_place(error.message, or_where, line, column)) {
        print_error("\"%s\" does not name %s, line %lu, column %lu\n", error.message, where, line,
                    column);
        fail();
    }
}

static void test_compile_errors_name_the_place(void **state) {
    static const char *const expressions[] = {"a + b", "a + nosuch", "b"};
    static const char *const called[] = {"exp(a)\n  + nosuch(b)"};
    outerfill_function_description description = {.struct_nbytes = sizeof description};

    (void)state;
    description.num_planes = 3;
    description.expressions = expressions;
    check_compile_error(&description, "plane 1", "expression 1", 1, 5);
    description.dtype = OUTERFILL_FLOAT32;
    check_compile_error(&description, "plane 1", "expression 1", 1, 5);
    description.num_planes = 1;
    description.expressions = called;
    check_compile_error(&description, "plane 0", "expression 0", 2, 5);
    description.expressions = NULL;
    description.body = "out[0] = a;\nout[0] += b;\nout[0] += a * nosuch;\nout[0] += 1;";
    check_compile_error(&description, "body", "body", 3, 15);
    description.body = "out[0] = a;";
    description.preamble = "#define TWO 2\nconstant real three = nosuch;\n";
    check_compile_error(&description, "preamble", "preamble", 2, 23);
}

/* Text that closes the implementation's own brackets, or names nothing: some error, never a function. */
static void test_text_that_is_no_code(void **state) {
    static const char *const expressions[] = {"", "  ", "/* nothing */", "a b", "return a", "a +"};
    static const char *const bodies[] = {"out[0] = a; }", "out[0] = a;\n#if 0\n",
                                         "out[0] = a; /* open", "out[99999999999] = "};
    outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                  .num_planes = 1};
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(expressions) + NUM_ELEMENTS(bodies); k++) {
        int is_body = k >= NUM_ELEMENTS(expressions);
        outerfill_function *function = NULL;
        description.expressions = is_body ? NULL : &expressions[k];
        description.body = is_body ? bodies[k - NUM_ELEMENTS(expressions)] : NULL;
        outerfill_status status =
            outerfill_function_create(context, &description, &function, &error);
        if (status != OUTERFILL_INVALID_ARGUMENT)
            check_status(status, OUTERFILL_BUILD_FAILED, &error);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_malformed_expressions),
        cmocka_unit_test(test_malformed_descriptions),
        cmocka_unit_test(test_compile_errors_name_the_place),
        cmocka_unit_test(test_text_that_is_no_code),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

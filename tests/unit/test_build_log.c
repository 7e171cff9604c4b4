/* SPDX-License-Identifier: MIT
 *
 * Guards the reading of compilers' logs, PoCL's and clang's: the sentence gives the first error, not a warning, that lies in
 * the caller's text, with its line and what the compiler said; where none does, it points to the log; the log itself is kept,
 * cut where it is longer. The lines are as PoCL 3.1 and NVIDIA's driver write them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/build_log.h"
#include "program/source.h"
#include "checks.h"
#include "utf8.h"

#define DEVICE "Device 7"

static const char *const expressions[] = {
    "a + foo", "exp(a)\n  + bar(b)\n  + 1", "a", "a", "a", "a", "a", "a", "a", "a", "qux * a", "a"};
static const outerfill_function_description planes = {
    .dtype = OUTERFILL_FLOAT64,
    .num_planes = NUM_ELEMENTS(expressions),
    .expressions = expressions,
    .preamble = "#define TWO 2\nreal twice(real x) { return TWO * y; }\n"};
static const outerfill_function_description body = {.dtype = OUTERFILL_FLOAT64,
                                                    .num_planes = 2,
                                                    .body =
                                                        "out[0] = a;\nout[1] = a +;\nout[2] = b;",
                                                    .preamble = "real id(real x) { return z; }"};

/* A copy of the log whose memory ends with it. */
static outerfill_status read_log(const char *log, const outerfill_function_description *description,
                                 outerfill_error *error) {
    char *copy = check_malloc(strlen(log) + 1);

    strcpy(copy, log);
    memset(error, 0xff, sizeof *error);
    char *program = source_create(description, &(struct source_form){0});
    const outerfill_status status = build_log_error(copy, program, description, DEVICE, error);
    free(program);
    free(copy);
    return status;
}

struct log_row {
    const outerfill_function_description *description;
    const char *log, *message;
};

/* The error's numbers are those of its sentence; a sentence without a position has none. */
static void check_position(const outerfill_error *error) {
    int plane = -1, line = 0, column = 0;
    const char *at = strchr(error->message, ',');

    if (sscanf(error->message, "plane %d,", &plane) != 1) plane = -1;
    if (!at || sscanf(at, ", line %d, column %d of", &line, &column) != 2) line = column = 0;
    assert_int_equal(error->plane, plane);
    assert_int_equal(error->line, line);
    assert_int_equal(error->column, column);
}

static void check_rows(const struct log_row *rows, size_t num_rows) {
    outerfill_error error;

    for (size_t k = 0; k < num_rows; k++) {
        check_status(read_log(rows[k].log, rows[k].description, &error), OUTERFILL_BUILD_FAILED,
                     &error);
        if (strcmp(error.message, rows[k].message) != 0) {
            print_error("of this log:\n%s\nthe sentence is: %s\ninstead of:      %s\n", rows[k].log,
                        error.message, rows[k].message);
            fail();
        }
        assert_string_equal(error.log, rows[k].log);
        check_position(&error);
    }
}

#define FOO                                                                                        \
    "plane 0, line 1, column 5 of \"a + foo\": foo is not defined: a parameter gives it a value "  \
    "(-p foo=VALUE)"
#define QUX                                                                                        \
    "plane 10, line 1, column 1 of \"qux * a\": qux is not defined: a parameter gives it a value " \
    "(-p qux=VALUE)"
#define BAR                                                                                        \
    "plane 1, line 2, column 5 of \"  + bar(b)\": there is no function bar: a preamble "           \
    "(--preamble) may define it"
#define NOWHERE                                                                                    \
    "the function does not compile for \"" DEVICE                                                  \
    "\": see the compiler's log (outerfill_error.log, option --verbose)"
#define NO_MISTAKE                                                                                 \
    "the function does not compile for \"" DEVICE                                                  \
    "\", and the compiler names no mistake in it: see its log (outerfill_error.log, option "       \
    "--verbose); "                                                                                 \
    "its kernel cache "                                                                            \
    "(PoCL's: POCL_CACHE_DIR) may not be writable or have no space, or too few files may be open " \
    "(ulimit -n)"

static void test_logs_as_pocl_writes_them(void **state) {
    static const struct log_row rows[] = {
        {&planes,
         "error: plane 0:1:5: use of undeclared identifier 'foo'\nDevice x failed to build the "
         "program\n",
         FOO},
        {&planes,
         "error: plane 1:2:5: implicit declaration of function 'bar' is invalid in OpenCL\n", BAR},
        {&planes,
         "error: plane 0:1:5 <Spelling=/usr/share/pocl/include/_builtin_renames.h:164:24>: use of "
         "undeclared identifier 'foo'\n",
         FOO},
        {&planes, "error: plane 0:1:5 <Spelling=/usr/share/pocl/include/_builtin_renames.h\n",
         NOWHERE},
        {&planes, "error: preamble:2:35: use of undeclared identifier 'y'",
         "preamble, line 2, column 35 of \"real twice(real x) { return TWO * y; }\": y is not "
         "defined: a function of a preamble sees only its "
         "own arguments, not a, b, i, j, n, m or parameters"},
        {&body, "error: body:2:13: expected expression\n",
         "body, line 2, column 13 of \"out[1] = a +;\": expected expression"},
        {&body, "error: preamble:1:26: use of undeclared identifier 'z'\n",
         "preamble, line 1, column 26 of \"real id(real x) { return z; }\": z is not "
         "defined: a function of a preamble sees only its "
         "own arguments, not a, b, i, j, n, m or parameters"},
        {&body, "error: body:3:1: expected function body after function declarator\n",
         "body, line 3, column 1 of \"out[2] = b;\": expected function body after function "
         "declarator"},
        {&body, "error: preamble:1:9: expected function body after function declarator\n",
         "preamble, line 1, column 9 of \"real id(real x) { return z; }\": expected function body "
         "after function declarator"},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

static void test_logs_as_clang_writes_them(void **state) {
    static const struct log_row rows[] = {
        {&planes,
         "plane 0:1:5: error: use of undeclared identifier 'foo'\na + foo\n    ^\n1 error "
         "generated.\n",
         FOO},
        {&planes,
         "plane 1:2:5: error: implicit declaration of function 'bar' is invalid in OpenCL\n  + "
         "bar(b)\n    ^\n"
         "plane 1:2:5: note: did you mean 'max'?\n",
         BAR},
        {&body,
         "body:2:13: error: expected expression\nout[1] = a +;\n            ^\n1 error "
         "generated.\n",
         "body, line 2, column 13 of \"out[1] = a +;\": expected expression"},
        {&planes, "<kernel>:1:1: error: x\nplane 0:1:5: error: use of undeclared identifier 'foo'",
         FOO},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

/* A warning with a physical line, and then the assembler's word without a place. */
static void test_logs_as_nvidia_writes_them(void **state) {
    static const struct log_row rows[] = {
        {&planes, "ptxas fatal   : Unresolved extern function 'bar'\n", BAR},
        {&planes,
         "<kernel>:1:5: warning: implicit declaration of function 'bar' is invalid in C99\n"
         "    bar(b)\n    ^\nptxas fatal   : Unresolved extern function 'bar'\n",
         BAR},
        {&planes, "ptxas fatal   : Unresolved extern function 'elsewhere'\n",
         "the function does not compile for \"Device 7\": its compiler calls a function elsewhere "
         "that "
         "it does not have"},
        {&planes, "ptxas fatal   : Unresolved extern function '", NO_MISTAKE},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

static void test_the_first_error_counts(void **state) {
    static const struct log_row rows[] = {
        {&planes,
         "warning: plane 10:1:1: unused\nerror: plane 0:1:5: use of undeclared identifier 'foo'\n",
         FOO},
        {&planes,
         "plane 10:1:1: warning: unused\nplane 0:1:5: error: use of undeclared identifier 'foo'\n",
         FOO},
        {&planes,
         "error: plane 0:1:5: use of undeclared identifier 'foo'\nerror: plane 10:1:1: use of "
         "undeclared identifier 'qux'\n",
         FOO},
        {&planes,
         "error: plane 10:1:1: use of undeclared identifier 'qux'\nerror: plane 0:1:5: use of "
         "undeclared identifier 'foo'\n",
         QUX},
        {&planes,
         "error: function:1:9: x\nerror: fill.cl:40:5: y\nerror: plane 0:1:5: use of undeclared "
         "identifier 'foo'\n",
         FOO},
        {&planes,
         "plane 1:1:1: note: a macro\nerror: plane 0:1:5: use of undeclared identifier 'foo'\n",
         FOO},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

/* The word "error" may stand in what a warning or a note says. */
static void test_warnings_that_speak_of_errors(void **state) {
    static const struct log_row rows[] = {
        {&planes,
         "warning: plane 10:1:1: unused variable 'error'\nerror: plane 0:1:5: use of undeclared "
         "identifier 'foo'\n",
         FOO},
        {&planes,
         "plane 10:1:1: warning: 'error' is deprecated\nplane 0:1:5: error: use of undeclared "
         "identifier 'foo'\n",
         FOO},
        {&planes,
         "plane 1:1:1: note: candidate 'error_of'\nplane 0:1:5: error: use of undeclared "
         "identifier 'foo'\n",
         FOO},
        {&planes, "warning: plane 0:1:1: unused variable 'error'\nerror: fill.cl:3:1: x\n",
         NOWHERE},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

static void test_plane_1_is_not_plane_10(void **state) {
    static const struct log_row rows[] = {
        {&planes, "error: plane 10:1:1: use of undeclared identifier 'qux'\n", QUX},
        {&planes, "plane 10:1:1: error: use of undeclared identifier 'qux'\n", QUX},
        {&planes,
         "plane 1:2:5: error: implicit declaration of function 'bar' is invalid in OpenCL\n", BAR},
        {&planes, "plane 11:1:1: error: x\n", "plane 11, line 1, column 1 of \"a\": x"},
        {&planes, "plane 100:1:1: error: x\n", NOWHERE},
        {&planes, "plane 12:1:1: error: x\n", NOWHERE},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

static void test_errors_outside_the_callers_text(void **state) {
    static const struct log_row rows[] = {
        {&planes, "error: function:1:20: unknown type name 'real'\n", NOWHERE},
        {&planes, "error: fill.cl:33:5: out of registers\n", NOWHERE},
        {&planes, "", NO_MISTAKE},
        {&planes,
         "error: <invalid loc>: unable to open output file 'x.cl': 'Too many open files'\nDevice "
         "failed\n",
         NO_MISTAKE},
        {&planes, "\n\n\n", NO_MISTAKE},
        {&planes, "error", NO_MISTAKE},
        {&planes, "error: plane 0", NOWHERE},
        {&planes, "error: plane 0:", NOWHERE},
        {&planes, "error: plane 0:1", NOWHERE},
        {&planes, "error: plane 0:1:", NOWHERE},
        {&planes, "error: plane 0:x:y: z", NOWHERE},
        {&planes, "error: plane 0::: x", NOWHERE},
        {&planes, "error: plane 0::1: x", NOWHERE},
        {&planes, "error: plane 0:-1:1: x", NOWHERE},
        {&planes, "error: plane 0: 1: 2: x", NOWHERE},
        {&planes, "error: :7: x", NOWHERE},
        {&planes, "ptxas fatal : out of memory\n", NO_MISTAKE},
        {&planes, "error: body:1:1: there is no body here\n", NOWHERE},
        {&body, "error: plane 0:1:5: there are no expressions here\n", NOWHERE},
        {&planes, "an error in plane 0:\n3:4: is not a position\n", NO_MISTAKE},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

/* ---- Lines ---- */

/* An error at the end of a text lies behind its last line, where `);` stands. */
static void test_lines_beyond_the_text(void **state) {
    static const char *const logs[] = {
        "error: plane 0:2:1: expected expression\n",
        "error: plane 0:99999999:1: expected expression\n",
        "error: plane 0:18446744073709551615:18446744073709551615: expected expression\n",
        "error: plane 0:99999999999999999999999999:1: expected expression\n",
        "error: plane 0:0:0: expected expression\n",
    };
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(logs); k++) {
        check_status(read_log(logs[k], &planes, &error), OUTERFILL_BUILD_FAILED, &error);
        check_contains(error.message, "plane 0, ");
        check_contains(error.message, "expected expression");
    }
}

static void test_each_line_of_a_text(void **state) {
    static const outerfill_function_description lines = {
        .dtype = OUTERFILL_FLOAT64, .num_planes = 1, .body = "first\nsecond\n\nfourth\n"};
    static const struct log_row rows[] = {
        {&lines, "error: body:1:2: x", "body, line 1, column 2 of \"first\": x"},
        {&lines, "error: body:2:3: x", "body, line 2, column 3 of \"second\": x"},
        {&lines, "error: body:3:1: x", "body, line 3, column 1 of \"\": x"},
        {&lines, "error: body:4:6: x", "body, line 4, column 6 of \"fourth\": x"},
        {&lines, "error: body:5:1: x", "body, line 5, column 1 of \"\": x"},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

/* A carriage return in a sentence would make a terminal write the rest over its beginning. */
static void test_no_carriage_return_in_the_sentence(void **state) {
    static const outerfill_function_description windows = {
        .dtype = OUTERFILL_FLOAT64, .num_planes = 1, .body = "out[0] = foo;\r\nout[0] = a;\r\n"};
    outerfill_error error;

    (void)state;
    read_log("error: body:1:10: use of undeclared identifier 'foo'\r\n", &windows, &error);
    check_contains(error.message,
                   "body, line 1, column 10 of \"out[0] = foo;\": foo is not defined: a parameter");
    assert_null(strchr(error.message, '\r'));
}

static void test_a_long_line_does_not_push_the_reason_out(void **state) {
    static char text[3000];
    static const char *const long_expression[] = {text};
    const outerfill_function_description description = {
        .dtype = OUTERFILL_FLOAT64, .num_planes = 1, .expressions = long_expression};
    outerfill_error error;

    (void)state;
    memset(text, 'a', sizeof text - 1);
    read_log("error: plane 0:1:1: use of undeclared identifier", &description, &error);
    check_contains(error.message, "plane 0, line 1, column 1");
    check_contains(error.message, "a is not defined: a parameter gives it a value");
}

static void test_a_long_line_is_quoted_in_utf8(void **state) {
    char text[1024];
    const outerfill_function_description description = {
        .dtype = OUTERFILL_FLOAT64, .num_planes = 1, .body = text};
    outerfill_error error;

    (void)state;
    for (size_t pad = 0; pad < 4; pad++) {
        memset(text, 'x', pad);
        text[pad] = '\0';
        for (size_t num = 0; num < 200; num++) strcat(text, "\xf0\x9f\x98\x80");
        read_log("error: body:1:1: unexpected character", &description, &error);
        check_contains(error.message, ": this character is not ASCII");
        if (is_utf8(error.message)) continue;
        print_error("not UTF-8: %s\n", error.message);
        fail();
    }
}

/* Counts the lines of the planes' program up to a line of it. */
static size_t line_of(const char *text) {
    char *program = source_create(&planes, &(struct source_form){0});
    const char *place = strstr(program, text);
    size_t line = 1;

    assert_non_null(place);
    for (const char *c = program; c < place; c++) line += *c == '\n';
    free(program);
    return line;
}

/* NVIDIA's compiler and Oclgrind count the lines of the whole program. */
static void test_lines_of_the_whole_program(void **state) {
    static const struct {
        const char *text, *form, *sentence;
    } rows[] = {
        {"a + foo\n", "<kernel>:%zu:5: error: use of undeclared identifier 'foo'\n", FOO},
        {"a + foo\n", "input.cl:%zu:5: error: use of undeclared identifier 'foo'\n a + foo\n", FOO},
        {"  + bar(b)\n", "error: <kernel>:%zu:5: implicit declaration of function 'bar'\n", BAR},
        {"qux * a\n", "<kernel>:%zu:1: error: use of undeclared identifier 'qux'\n", QUX},
        {"out[2] = (\n", "<kernel>:%zu:8: error: x\n", "plane 2, line 1, column 1 of \"a\": x"},
        {"#pragma", "<kernel>:%zu:1: error: x\n", NOWHERE},
        {"__kernel", "<kernel>:%zu:1: error: x\n", NOWHERE},
        {"__kernel", "fill.cl:%zu:1: error: x\n", NOWHERE},
        {"a + foo\n", "<kernel>:%zu:5: note: x\nerror: y\n", NOWHERE},
    };
    outerfill_error error;
    char log[200];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        snprintf(log, sizeof log, rows[k].form, line_of(rows[k].text));
        read_log(log, &planes, &error);
        assert_string_equal(error.message, rows[k].sentence);
    }
}

static void test_included_files(void **state) {
    outerfill_error error;

    (void)state;
    read_log("In file included from preamble:2:\n/usr/include/math.h:27:10: fatal error: x\n",
             &planes, &error);
    check_contains(error.message, "preamble, line 2, column 1 of ");
    check_contains(error.message, ": there are no files to include");
}

/* ---- The log ---- */

static void test_a_log_longer_than_the_error_has_room_for(void **state) {
    static const char last[] = "error: plane 0:1:5: use of undeclared identifier 'foo'\n";
    outerfill_error error;

    (void)state;
    for (size_t num_lines = 80; num_lines <= 2000; num_lines += num_lines < 90 ? 1 : 1910) {
        static const char warning[] = "warning: plane 10:1:1: unused, and unused again";
        char *log = check_malloc(num_lines * sizeof warning + sizeof last), *at = log;
        for (size_t k = 0; k < num_lines; k++) {
            memcpy(at, warning, sizeof warning);
            at[sizeof warning - 1] = '\n';
            at += sizeof warning;
        }
        memcpy(at, last, sizeof last);
        check_status(read_log(log, &planes, &error), OUTERFILL_BUILD_FAILED, &error);
        assert_string_equal(error.message, FOO);
        const size_t length = strlen(log) < sizeof error.log ? strlen(log) : sizeof error.log - 1;
        assert_int_equal(strlen(error.log), length);
        assert_memory_equal(error.log, log, length);
        free(log);
    }
}

static void test_without_an_error_object(void **state) {
    (void)state;
    assert_int_equal(build_log_error("error: plane 0:1:5: x", "", &planes, DEVICE, NULL),
                     OUTERFILL_BUILD_FAILED);
    assert_int_equal(build_log_error("", "", &body, DEVICE, NULL), OUTERFILL_BUILD_FAILED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logs_as_pocl_writes_them),
        cmocka_unit_test(test_logs_as_clang_writes_them),
        cmocka_unit_test(test_logs_as_nvidia_writes_them),
        cmocka_unit_test(test_the_first_error_counts),
        cmocka_unit_test(test_warnings_that_speak_of_errors),
        cmocka_unit_test(test_plane_1_is_not_plane_10),
        cmocka_unit_test(test_errors_outside_the_callers_text),
        cmocka_unit_test(test_lines_beyond_the_text),
        cmocka_unit_test(test_each_line_of_a_text),
        cmocka_unit_test(test_lines_of_the_whole_program),
        cmocka_unit_test(test_included_files),
        cmocka_unit_test(test_no_carriage_return_in_the_sentence),
        cmocka_unit_test(test_a_long_line_does_not_push_the_reason_out),
        cmocka_unit_test(test_a_long_line_is_quoted_in_utf8),
        cmocka_unit_test(test_a_log_longer_than_the_error_has_room_for),
        cmocka_unit_test(test_without_an_error_object),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards the names of parameters: C identifiers, each given once, and none that means something else in a function. The
 * sentence tells which name it was. And the names that a preamble defines: none that every function sees.
 */
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "program/user_text.h"

static void check_refused(const char *const *names, size_t num_names, const char *words) {
    outerfill_error error = {0};
    const outerfill_status status = user_text_check_parameter_names(names, num_names, &error);

    if (status != OUTERFILL_INVALID_ARGUMENT)
        print_error("accepted: \"%s\"\n", names[num_names - 1] ? names[num_names - 1] : "(NULL)");
    check_status(status, OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, words);
}

static void test_identifiers(void **state) {
    static const char *const names[] = {"k",   "K",  "_",  "_1",    "x1",    "tau",     "Tau",
                                        "A",   "B",  "I",  "N",     "M",     "aa",      "a1",
                                        "bb",  "ab", "ii", "nn",    "out1",  "reality", "Real",
                                        "OUT", "mu", "nm", "outer", "long_", "int1",    "_a"};

    (void)state;
    assert_int_equal(user_text_check_parameter_names(names, NUM_ELEMENTS(names), NULL),
                     OUTERFILL_OK);
    assert_int_equal(user_text_check_parameter_names(NULL, 0, NULL), OUTERFILL_OK);
}

static void test_what_is_no_identifier(void **state) {
    static const char *const names[] = {
        "",      " ",     "1",    "1x",        "9_",       " k",    "k ",
        "k\n",   "k\t",   "x y",  "x-y",       "x.y",      "x*",    "*x",
        "x[2]",  "x,y",   "x)",   "x;",        "k=1",      "\"k\"", "k'",
        "k\\",   "\\k",   "#k",   "k#",        "$k",       "k$",    "@",
        "k@",    "k/**/", "x\r",  "k\xc3\xa9", "\xce\xbb", "k)",    "k, const real l",
        "k\x7f", "k\x01", "\xff",
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(names); k++)
        check_refused(&names[k], 1, "is not an identifier");
}

static void test_names_that_a_function_sees(void **state) {
    static const char *const names[] = {"a", "b", "i", "j", "n", "m", "out", "real"};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(names); k++) check_refused(&names[k], 1, names[k]);
}

static void test_keywords(void **state) {
    static const char *const names[] = {
        "auto",     "break",  "case",     "char",   "const",    "continue", "default",
        "do",       "double", "else",     "enum",   "extern",   "float",    "for",
        "goto",     "if",     "inline",   "int",    "long",     "register", "restrict",
        "return",   "short",  "signed",   "sizeof", "static",   "struct",   "switch",
        "typedef",  "union",  "unsigned", "void",   "volatile", "while",    "kernel",
        "constant", "global", "private",  "local",  "half",     "bool",     "uint",
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(names); k++) check_refused(&names[k], 1, names[k]);
}

static void test_a_name_given_twice(void **state) {
    static const char *const neighbours[] = {"x", "tau", "tau"}, *const apart[] = {"tau", "x", "y",
                                                                                   "tau"};
    char copy[] = "tau";
    const char *const copies[] = {"tau", copy};

    (void)state;
    check_refused(neighbours, 3, "\"tau\" is given twice");
    check_refused(apart, 4, "\"tau\" is given twice");
    check_refused(copies, 2, "\"tau\" is given twice");
    assert_int_equal(user_text_check_parameter_names(apart, 3, NULL), OUTERFILL_OK);
}

static void test_null_names(void **state) {
    static const char *const first[] = {NULL, "x"}, *const third[] = {"x", "y", NULL};

    (void)state;
    check_refused(first, 2, "parameter 0 is NULL");
    check_refused(third, 3, "parameter 2 is NULL");
    assert_int_equal(user_text_check_parameter_names(third, 2, NULL), OUTERFILL_OK);
}

/* The sentence has 1024 bytes; the name need not fit. */
static void test_a_long_name(void **state) {
    char *name = check_malloc(100001);
    const char *const names[] = {name, name};
    outerfill_error error;

    (void)state;
    memset(name, 'k', 100000);
    name[100000] = '\0';
    assert_int_equal(user_text_check_parameter_names(names, 1, NULL), OUTERFILL_OK);
    check_status(user_text_check_parameter_names(names, 2, &error), OUTERFILL_INVALID_ARGUMENT,
                 &error);
    name[99999] = '-';
    check_status(user_text_check_parameter_names(names, 1, &error), OUTERFILL_INVALID_ARGUMENT,
                 &error);
    free(name);
}

static void test_constants(void **state) {
    static const char *const taken[] = {"M_PI",     "M_PI_F",   "M_2_SQRTPI",
                                        "INT_MAX",  "CHAR_BIT", "DBL_EPSILON",
                                        "INFINITY", "NAN",      "NULL"};
    static const char *const free_ones[] = {"M_0",   "M_sun",      "M_",       "PI",
                                            "INT_0", "HALF_width", "FLT_",     "CL_max",
                                            "M_F",   "true_north", "INT_MAX_F"};
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(taken); k++) {
        check_status(user_text_check_parameter_names(&taken[k], 1, &error),
                     OUTERFILL_INVALID_ARGUMENT, &error);
        check_contains(error.message, "means something else in a function");
    }
    for (size_t k = 0; k < NUM_ELEMENTS(free_ones); k++)
        if (user_text_check_parameter_names(&free_ones[k], 1, NULL))
            fail_msg("refused: %s", free_ones[k]);
}

static void test_names_that_preambles_define(void **state) {
    static const char *const taken[] = {"#define a 1", "x\n  #\tdefine n(x) x", "# undef real\n",
                                        "#define out\\\n", "#define m"};
    static const char *const free_ones[] = {
        "#define a_ 1",      "#define a2 1",      "#define out_of(x) x", "#undef n_max",
        "#define reality 1", "/* #define a 1 */", "#if a\n#endif",       "#defined a",
        "#define",           "// #undef b"};
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(taken); k++) {
        check_status(user_text_check_preamble(taken[k], &error), OUTERFILL_INVALID_ARGUMENT,
                     &error);
        check_contains(error.message, "every function sees this name");
    }
    for (size_t k = 0; k < NUM_ELEMENTS(free_ones); k++)
        if (user_text_check_preamble(free_ones[k], NULL)) fail_msg("refused: %s", free_ones[k]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identifiers),
        cmocka_unit_test(test_what_is_no_identifier),
        cmocka_unit_test(test_names_that_a_function_sees),
        cmocka_unit_test(test_keywords),
        cmocka_unit_test(test_a_name_given_twice),
        cmocka_unit_test(test_null_names),
        cmocka_unit_test(test_a_long_name),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_names_that_preambles_define),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

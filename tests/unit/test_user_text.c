/* SPDX-License-Identifier: MIT
 *
 * Guards the look at the caller's text: brackets balance, comments and literals close, '#', backslashes, digraphs and trigraphs
 * are out, an expression has no ';', no brace and no comma of its own; nothing that C would take is refused for its brackets;
 * the sentence says where and what. What would break out by way of a comment or a literal is test_text_breakout.c's business.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "program/user_text.h"
#include "utf8.h"

#define EXPRESSION 1
#define BODY       2
#define BOTH       (EXPRESSION | BODY)

typedef outerfill_status checker(const char *text, outerfill_error *error);

static outerfill_status check_expression(const char *text, outerfill_error *error) {
    return user_text_check_expression(text, 7, error);
}

/* Checks a copy whose memory ends with it, so that a sanitizer sees a reader who goes on. */
static outerfill_status check_copy(checker *check, const char *text, outerfill_error *error) {
    char *copy = check_malloc(strlen(text) + 1);

    strcpy(copy, text);
    memset(error, 0, sizeof *error);
    const outerfill_status status = check(copy, error);
    free(copy);
    return status;
}

static void expect(checker *check, const char *text, outerfill_status expected) {
    outerfill_error error;
    const outerfill_status status = check_copy(check, text, &error);

    if (status == expected) return;
    print_error("%s \"%s\": %s: %s\n", check == user_text_check_body ? "body" : "expression", text,
                outerfill_status_name(status), error.message);
    fail();
}

/* ---- Accepted ---- */

static const struct {
    const char *text;
    int as;
} accepted[] = {
    {"a", BOTH},
    {" \t\n a + b \n\n", BOTH},
    {"fma(a, b, (real)i / n)", BOTH},
    {"max(a, b)[0]", BOTH},
    {"((((a))))", BOTH},
    {"(real2)(a, b).x", BOTH},
    {"a < b ? a : b", BOTH},
    {"a % b >= a << 2 && !(a <= b)", BOTH},
    {"a ? b ? 1 : 2 : 3", BOTH},
    {"a /* ) */ + b", BOTH},
    {"a // ) ] }", BODY},
    {"a // first\n + b // second", BODY},
    {"a /* // */ + b", BOTH},
    {"a // /*\n + b", BODY},
    {"/* a */ b /**/", BOTH},
    {"a /***/ + /* * / */ b /* \" ' */", BOTH},
    {"a + ')' + '(' + '\"'", BOTH},
    {"\"(\"[0] + \"'\"[0]", BOTH},
    {"a / b", BOTH},
    {"a / *&b", BOTH},
    {"a + /* \xe2\x82\xac */ b", BOTH},
    {"a\r\n+ b\r\n", BOTH},
    {"a\v+\fb", BOTH},
    {"a /* ; , { # */", BOTH},
    {"f((a, b), [1, 2])", BOTH},
    {"out[0] = a; out[1] = b;", BODY},
    {"for (int k = 0, l = 1; k < 3; k++) { out[k] = (a); }", BODY},
    {"{ { } }", BODY},
    {"real x = a, y = b; out[0] = x, out[1] = y;", BODY},
    {"if (a < b) { out[0] = a; } else { out[0] = b; } // done", BODY},
    {"const real t[2] = {a, b};\nout[0] = t[0];", BODY},
    {";", BODY},
};

static void test_accepted(void **state) {
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(accepted); k++) {
        expect(check_expression, accepted[k].text,
               accepted[k].as & EXPRESSION ? OUTERFILL_OK : OUTERFILL_INVALID_ARGUMENT);
        expect(user_text_check_body, accepted[k].text, OUTERFILL_OK);
    }
}

/* ---- Refused: where, and with which words ---- */

struct refusal {
    const char *text;
    int as; /* the other kind accepts it, or says something else */
    int line, column;
    const char *words;
};

static void check_refused(checker *check, const struct refusal *refusal) {
    outerfill_error error;
    char position[64];

    expect(check, refusal->text, OUTERFILL_INVALID_ARGUMENT);
    check_copy(check, refusal->text, &error);
    snprintf(position, sizeof position, ", line %d, column %d of \"", refusal->line,
             refusal->column);
    check_contains(error.message, position);
    check_contains(error.message, refusal->words);
}

static void check_refusals(const struct refusal *refusals, size_t num_refusals) {
    for (size_t k = 0; k < num_refusals; k++) {
        if (refusals[k].as & EXPRESSION) check_refused(check_expression, &refusals[k]);
        if (refusals[k].as & BODY) check_refused(user_text_check_body, &refusals[k]);
    }
}

static void test_brackets(void **state) {
    static const struct refusal rows[] = {
        {"(a + b", BOTH, 1, 1, "not closed"},
        {"a + b)", BOTH, 1, 6, "closes nothing"},
        {"a) + (b", BOTH, 1, 2, "closes nothing"},
        {"(a + b]", BOTH, 1, 7, "another kind"},
        {"a[0)", BOTH, 1, 4, "another kind"},
        {"((a)", BOTH, 1, 1, "not closed"},
        {"(a + (b) + (c", BOTH, 1, 12, "not closed"},
        {"a +\n  (b\n  + 1", BOTH, 2, 3, "not closed"},
        {"a[", BOTH, 1, 2, "not closed"},
        {"a]", BOTH, 1, 2, "closes nothing"},
        {"([)]", BOTH, 1, 3, "another kind"},
        {"a /* ( */ + b)", BOTH, 1, 14, "closes nothing"},
        {"a // (\n)", BODY, 2, 1, "closes nothing"},
        {"('(' + a", BOTH, 1, 1, "not closed"},
        {"\")\" + (a", BOTH, 1, 7, "not closed"},
        {"if (a) {", BODY, 1, 8, "not closed"},
        {"}", BODY, 1, 1, "closes nothing"},
        {"out[0] = a; } {", BODY, 1, 13, "closes nothing"},
        {"(a; }", BODY, 1, 5, "another kind"},
        {"{ a; )", BODY, 1, 6, "another kind"},
        {"{ [ } ]", BODY, 1, 5, "another kind"},
    };

    (void)state;
    check_refusals(rows, NUM_ELEMENTS(rows));
}

static void test_comments_and_literals_that_stay_open(void **state) {
    static const struct refusal rows[] = {
        {"a // 2 + b", EXPRESSION, 1, 3, "floor(a / b)"},
        {"b +\na//\n2", EXPRESSION, 2, 2, "floor(a / b)"},
        {"// a", EXPRESSION, 1, 1, "begins a comment"},
        {"a /* b", BOTH, 1, 3, "not closed"},
        {"a /*/", BOTH, 1, 3, "not closed"},
        {"/* a */ b /* c * /", BOTH, 1, 11, "not closed"},
        {"a +\n/* b\n c", BOTH, 2, 1, "not closed"},
        {"a + \"x", BOTH, 1, 5, "not closed"},
        {"a + 'x", BOTH, 1, 5, "not closed"},
        {"a + \"", BOTH, 1, 5, "not closed"},
        {"a + '", BOTH, 1, 5, "not closed"},
        {"\"x'", BOTH, 1, 1, "not closed"},
        {"\"x\n\"", BOTH, 1, 1, "not closed"},
        {"\"x\r\"", BOTH, 1, 1, "not closed"},
    };

    (void)state;
    check_refusals(rows, NUM_ELEMENTS(rows));
}

static void test_what_the_preprocessor_would_see(void **state) {
    static const struct refusal rows[] = {
        {"#define a 7", BOTH, 1, 1, "'#'"},      {"a + b #", BOTH, 1, 7, "'#'"},
        {"a\n  # if 0\n", BOTH, 2, 3, "'#'"},    {"a ## b", BOTH, 1, 3, "'#'"},
        {"a \\\n + b", BOTH, 1, 3, "backslash"}, {"a + b \\", BOTH, 1, 7, "backslash"},
        {"\\u0061", BOTH, 1, 1, "backslash"},    {"/\\\n* a", BOTH, 1, 2, "backslash"},
        {"a <: 0 :>", BOTH, 1, 3, "igraph"},     {"a :>", BOTH, 1, 3, "igraph"},
        {"<% a %>", BOTH, 1, 1, "igraph"},       {"a %>", BOTH, 1, 3, "igraph"},
        {"%: define", BOTH, 1, 1, "igraph"},     {"a ?\?( 0 ?\?)", BOTH, 1, 3, "igraph"},
        {"a ?\?/\n", BOTH, 1, 3, "igraph"},      {"a ?\?= b", BOTH, 1, 3, "igraph"},
    };

    (void)state;
    check_refusals(rows, NUM_ELEMENTS(rows));
}

/* A backslash is refused even where it is part of a comment or a literal: a compiler acts on it there. */
static void test_backslashes_inside(void **state) {
    static const struct refusal rows[] = {
        {"\"x\\\"", BOTH, 1, 3, "backslash"},        {"'\\''", BOTH, 1, 2, "backslash"},
        {"a +\n\"x\\\n\"", BOTH, 2, 3, "backslash"}, {"a // b\\", BOTH, 1, 7, "backslash"},
        {"a /* *\\\n/ */", BOTH, 1, 7, "backslash"}, {"a // ?\?/", BOTH, 1, 6, "trigraph"},
    };

    (void)state;
    check_refusals(rows, NUM_ELEMENTS(rows));
}

static void test_what_an_expression_has_not(void **state) {
    static const struct refusal rows[] = {
        {"a;", EXPRESSION, 1, 2, "';'"},
        {"a + b; out[0] = 7", EXPRESSION, 1, 6, "';'"},
        {"(a; b)", EXPRESSION, 1, 3, "';'"},
        {"a, b", EXPRESSION, 1, 2, "comma"},
        {"max(a, b), 7", EXPRESSION, 1, 10, "comma"},
        {"(a, b)\n, b", EXPRESSION, 2, 1, "comma"},
        {",", EXPRESSION, 1, 1, "comma"},
        {"{ a }", EXPRESSION, 1, 1, "brace"},
        {"a } { b", EXPRESSION, 1, 3, "brace"},
        {"({ a; })", EXPRESSION, 1, 2, "brace"},
    };

    (void)state;
    check_refusals(rows, NUM_ELEMENTS(rows));
}

/* ---- The sentence ---- */

static void test_nothing_to_compute(void **state) {
    static const char *const empty[] = {
        "", " ", "\n", " \t\r\n\v\f", "// a + b", "/* a + b */", " /**/ // \n /* */ ", "//", "//\n",
    };
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(empty); k++) {
        expect(check_expression, empty[k], OUTERFILL_INVALID_ARGUMENT);
        expect(user_text_check_body, empty[k], OUTERFILL_INVALID_ARGUMENT);
        check_copy(user_text_check_body, empty[k], &error);
        check_contains(error.message, " is empty");
    }
}

static void test_the_line_in_the_sentence(void **state) {
    static const struct {
        const char *text, *sentence;
    } rows[] = {
        {"a + b)", ", line 1, column 6 of \"a + b)\": "},
        {"a\n+ b)\n+ 1", ", line 2, column 4 of \"+ b)\": "},
        {"\n\n\n)", ", line 4, column 1 of \")\": "},
        {"\ta ]\n", ", line 1, column 4 of \"\ta ]\": "},
        {"/*\n\n*/ )", ", line 3, column 4 of \"*/ )\": "},
        {"/* \xc3\xa9 */ )", ", line 1, column 10 of \"/* \xc3\xa9 */ )\": "},
        {"(\na", ", line 1, column 1 of \"(\": "},
        {"a\r\n+ b)", ", line 2, column 4 of \"+ b)\": "},
    };
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++)
        for (int is_body = 0; is_body < 2; is_body++) {
            check_status(
                check_copy(is_body ? user_text_check_body : check_expression, rows[k].text, &error),
                OUTERFILL_INVALID_ARGUMENT, &error);
            check_contains(error.message, rows[k].sentence);
            assert_int_equal(strncmp(error.message, is_body ? "body," : "plane 7,", 5), 0);
            assert_int_equal(error.plane, is_body ? -1 : 7);
            char position[64];
            snprintf(position, sizeof position, ", line %d, column %d of", error.line,
                     error.column);
            check_contains(rows[k].sentence, position);
        }
}

/* A carriage return in a sentence would make a terminal write the rest over its beginning. */
static void test_no_carriage_return_in_the_sentence(void **state) {
    outerfill_error error;

    (void)state;
    check_status(check_copy(user_text_check_body, "a )\r\n+ b\r\n", &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "column 3 of \"a )");
    assert_null(strchr(error.message, '\r'));
}

/* A sentence that ends inside the quoted line would not say what is wrong. */
static void test_a_long_line_does_not_push_the_reason_out(void **state) {
    outerfill_error error;
    char text[3000];

    (void)state;
    memset(text, 'a', sizeof text);
    text[sizeof text - 2] = ')';
    text[sizeof text - 1] = '\0';
    check_status(check_copy(check_expression, text, &error), OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "line 1, column 2999");
    check_contains(error.message, "aaaa)\"");
    check_contains(error.message, "this bracket closes nothing");
}

/* However the quoted part of a long line is cut, no character is. */
static void test_a_long_line_is_quoted_in_utf8(void **state) {
    static const char *const characters[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < 3 * 8; k++) {
        char text[1024] = "/*";
        for (size_t pad = 0; pad < k % 8; pad++) strcat(text, "x");
        for (size_t num = 0; num < 100; num++) strcat(text, characters[k / 8]);
        strcat(text, "*/ ) /*");
        for (size_t num = 0; num < 100; num++) strcat(text, characters[k / 8]);
        strcat(text, "*/");
        check_status(check_copy(check_expression, text, &error), OUTERFILL_INVALID_ARGUMENT,
                     &error);
        check_contains(error.message, "this bracket closes nothing");
        if (is_utf8(error.message)) continue;
        print_error("not UTF-8: %s\n", error.message);
        fail();
    }
}

static void test_without_an_error_object(void **state) {
    (void)state;
    assert_int_equal(check_expression("a)", NULL), OUTERFILL_INVALID_ARGUMENT);
    assert_int_equal(user_text_check_body("", NULL), OUTERFILL_INVALID_ARGUMENT);
    assert_int_equal(user_text_check_body("a", NULL), OUTERFILL_OK);
}

/* ---- Depth ---- */

/* `depth` opening brackets, a line each, and as many closing ones. */
static void nest(char *text, size_t depth) {
    for (size_t k = 0; k < depth; k++) text += sprintf(text, "%c\n", "(["[k % 2]);
    text += sprintf(text, "a");
    for (size_t k = depth; k-- > 0;) text += sprintf(text, "%c", ")]"[k % 2]);
}

static void test_depth(void **state) {
    static const size_t depths[] = {1, 2, 255, 256, 257, 258, 1000};
    outerfill_error error;
    char text[3 * 1000 + 8];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(depths); k++) {
        nest(text, depths[k]);
        if (depths[k] <= 256) {
            expect(check_expression, text, OUTERFILL_OK);
            continue;
        }
        check_status(check_copy(user_text_check_body, text, &error), OUTERFILL_INVALID_ARGUMENT,
                     &error);
        check_contains(error.message, "line 257, column 1 of ");
        check_contains(error.message, "nested too deeply");
    }
}

static void test_loops(void **state) {
    static const char *const with[] = {
        "for (;;) ;",          "x = 1; while(x) x--;", "do{}while(0);",
        "a; goto end;",        "#define L f##or\n",    "fo\\\nr (;;) ;",
        "#define L f%:%:or\n", "fo\?\?/\nr", /* a trigraph, for OpenCL */
    };
    static const char *const without[] = {"a + b",       "",          "forward + fordo_ + a4do",
                                          "exp(a)",      "dot(a, b)", "whiles(a)",
                                          "/* for */ a", "fmod(a, b)"};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(with); k++) assert_true(user_text_has_loop(with[k]));
    for (size_t k = 0; k < NUM_ELEMENTS(without); k++) assert_false(user_text_has_loop(without[k]));
}

/* Loops, and functions that loop inside drivers. */
static void test_varying_cost(void **state) {
    static const char *const texts[] = {"a + b", "fmod(a, b)", "remquo(a, b, &k)",
                                        "/* fmod */ exp(a)"};
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(texts); k++) {
        const outerfill_function_description description = {.num_planes = 1,
                                                            .expressions = &texts[k]};
        assert_int_equal(user_text_cost_varies(&description), k == 1 || k == 2);
    }
    const outerfill_function_description loop = {.num_planes = 1, .body = "for (;;) out[0] = 1;"};
    assert_true(user_text_cost_varies(&loop));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loops),
        cmocka_unit_test(test_varying_cost),
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_brackets),
        cmocka_unit_test(test_comments_and_literals_that_stay_open),
        cmocka_unit_test(test_what_the_preprocessor_would_see),
        cmocka_unit_test(test_backslashes_inside),
        cmocka_unit_test(test_what_an_expression_has_not),
        cmocka_unit_test(test_nothing_to_compute),
        cmocka_unit_test(test_the_line_in_the_sentence),
        cmocka_unit_test(test_no_carriage_return_in_the_sentence),
        cmocka_unit_test(test_a_long_line_does_not_push_the_reason_out),
        cmocka_unit_test(test_a_long_line_is_quoted_in_utf8),
        cmocka_unit_test(test_without_an_error_object),
        cmocka_unit_test(test_depth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

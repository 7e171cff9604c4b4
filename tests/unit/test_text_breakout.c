/* SPDX-License-Identifier: MIT
 *
 * Guards against texts whose brackets balance as one reads them, but not as a compiler does: a comment goes on over a backslash
 * at the end of its line, also where the backslash is a trigraph; it ends at a carriage return; "*" and "/" meet over such a
 * line end. Put between `out[0] = (` or `{` and its end, such a text swallows that end, or closes the bracket itself and goes on
 * behind it. Clang with -cl-std=CL1.2, and with it PoCL, compiles most of those here.
 */
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "program/user_text.h"

typedef outerfill_status checker(const char *text, outerfill_error *error);

static outerfill_status check_expression(const char *text, outerfill_error *error) {
    return user_text_check_expression(text, 7, error);
}

/* Prints a text with its invisible characters. */
static void print_text(const char *text) {
    for (; *text; text++) {
        char shown[8];
        snprintf(shown, sizeof shown, *text < ' ' || *text == '\\' ? "\\x%02x" : "%c",
                 (unsigned char)*text);
        print_error("%s", shown);
    }
    print_error("\n");
}

static void check_all_refused(checker *check, const char *const *texts, size_t num_texts) {
    size_t num_accepted = 0;

    for (size_t k = 0; k < num_texts; k++) {
        outerfill_error error = {0};
        if (check(texts[k], &error) == OUTERFILL_INVALID_ARGUMENT && error.message[0]) continue;
        num_accepted++;
        print_error("accepted: ");
        print_text(texts[k]);
    }
    assert_int_equal(num_accepted, 0);
}

#define check_refused_by(check, texts) check_all_refused(check, texts, NUM_ELEMENTS(texts))

/* ---- Line comments ---- */

static void test_a_backslash_ends_a_line_comment(void **state) {
    static const char *const texts[] = {
        "a // \\",         "a // \\\n(\n)", "a // \\ \n(\n)",     "a // \\\t\n(\n)",
        "a // \\\r\n(\n)", "a // \\\\",     "a //\\\n//\\\n(\n)",
    };
    static const char *const bodies[] = {
        "out[0] = a; // \\",
        "out[0] = a; // \\\n {\n } void evil(void) { // \\\n }\n",
        "out[0] = a; // \\  \n {\n } void evil(void) { // \\  \n }\n",
    };

    (void)state;
    check_refused_by(check_expression, texts);
    check_refused_by(user_text_check_body, texts);
    check_refused_by(user_text_check_body, bodies);
}

static void test_a_trigraph_ends_a_line_comment(void **state) {
    static const char *const texts[] = {"a // ?\?/", "a // ?\?/\n(\n)", "a // ?\?/ \n(\n)",
                                        "a // ?\?\?/\n(\n)"};
    static const char *const bodies[] = {
        "out[0] = a; // ?\?/\n {\n } void evil(void) { // ?\?/\n }\n"};

    (void)state;
    check_refused_by(check_expression, texts);
    check_refused_by(user_text_check_body, texts);
    check_refused_by(user_text_check_body, bodies);
}

static void test_a_carriage_return_ends_a_line_comment(void **state) {
    static const char *const texts[] = {"a // \r)", "a // \r); out[1] = (7", "a // x\r#define b 7",
                                        "a //\r, b"};
    static const char *const bodies[] = {"out[0] = a; // \r } void evil(void) {",
                                         "out[0] = a; //\r#if 0"};

    (void)state;
    check_refused_by(check_expression, texts);
    check_refused_by(user_text_check_body, bodies);
}

/* ---- Block comments ---- */

static void test_a_block_comment_that_ends_over_a_line_end(void **state) {
    static const char *const texts[] = {
        "a /* *\\\n/ ); out[1] = (8 /* */",       "a /* *\\ \n/ ); out[1] = (8 /* */",
        "a /* *\\\r\n/ ); out[1] = (8 /* */",     "a /* *?\?/\n/ ); out[1] = (8 /* */",
        "a /* *\\\n\\\n/ ); out[1] = (8 /**/",    "a /* *\\\r/ ); out[1] = (8 /* */",
        "a /* *?\?/\n\\\n/ ); out[1] = (8 /* */",
    };
    static const char *const bodies[] = {"out[0] = a; /* *\\\n/ } void evil(void) { /* */"};

    (void)state;
    check_refused_by(check_expression, texts);
    check_refused_by(user_text_check_body, texts);
    check_refused_by(user_text_check_body, bodies);
}

/* ---- Literals ---- */

/* A trigraph escapes the quote that seems to end the literal; a line ends at a carriage return, and no literal goes on behind
 * it. */
static void test_literals(void **state) {
    static const char *const texts[] = {
        "a + \"?\?/\" ( '\"' )' ) // '", "\"?\?/\"", "'?\?/'", "'\r) + ('", "\"\r) + (\"",
        "a + '\r#define b 7\r'",
    };

    (void)state;
    check_refused_by(check_expression, texts);
    check_refused_by(user_text_check_body, texts);
}

/* ---- What looks as if it could, and cannot ---- */

/* In a comment or a literal these end nothing, so that a text in any language may be commented. */
static void test_harmless_comments(void **state) {
    static const char *const texts[] = {
        "a // why? because!",
        "a /* what??? */ + b",
        "a // x\r\n + b // y\r\n",
        "a /* x\r\n */ + b",
        "a // #define",
        "a /* \xe2\x80\xa8 */ + b",
        "a // \xc2\x85 caf\xc3\xa9",
        "a // <: %> <% :> %:",
        "a + '@' + '#'",
        "a // it's \"so",
    };
    outerfill_error error = {0};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(texts); k++) {
        const bool is_for_expressions = !strstr(texts[k], "//");
        if ((is_for_expressions && check_expression(texts[k], &error)) ||
            user_text_check_body(texts[k], &error)) {
            print_error("%s: ", error.message);
            print_text(texts[k]);
            fail();
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_backslash_ends_a_line_comment),
        cmocka_unit_test(test_a_trigraph_ends_a_line_comment),
        cmocka_unit_test(test_a_carriage_return_ends_a_line_comment),
        cmocka_unit_test(test_a_block_comment_that_ends_over_a_line_end),
        cmocka_unit_test(test_literals),
        cmocka_unit_test(test_harmless_comments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards which changes of a text a resumed fill accepts: comments, blanks and line ends that mean nothing. Texts of different
 * meaning must have different digests, and texts whose characters matter must not suit. */

#include <string.h>

#include "checks.h"
#include "program/text_digest.h"

static bool is_same(const char *x, const char *y) {
    if (!text_digest_suits(x)) print_error("%s does not suit\n", x);
    if (!text_digest_suits(y)) print_error("%s does not suit\n", y);
    assert_true(text_digest_suits(x) && text_digest_suits(y));
    const struct digest first = text_digest_of_tokens(x), second = text_digest_of_tokens(y);
    return memcmp(&first, &second, sizeof first) == 0;
}

static void test_same_meaning(void **state) {
    static const char *const pairs[][2] = {
        {"a b", "a /**/b"},
        {"out[0]=a+b;", " out [ 0 ] = a + b ; // a sum\n"},
        {"x=a;\ny=b;", "x=a;\r\ny=b;"},
        {"x = a; y = b;", "x = a;\n\n\ty = b;\n"},
        {"x = a;", "/* \xc3\xa9\n#define x y */ x = a;"},
        {"a+++b", "a++ + b"},
        {"#define A 1\nB", "\n  #  define A 1 // one\r\n\r\n/* b */ B"},
        {"#define A 1 + 2\nB", "#define A 1 \\\n    + /* \n */ 2\n  B"},
        {"#define F(x) x\n", "/* */ #define F( x ) x"},
        {"#define A 1", "#define A 1\n"},
        {"a /* open", "a"},
        {"f(\"a\")", "f (\"a\" )"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
        if (!is_same(pairs[k][0], pairs[k][1]))
            print_error("%s and %s differ\n", pairs[k][0], pairs[k][1]);
        assert_true(is_same(pairs[k][0], pairs[k][1]));
    }
}

static void test_other_meaning(void **state) {
    static const char *const pairs[][2] = {
        {"a - -b", "a--b"},
        {"a--b", "a-/**/-b"},
        {"a b", "ab"},
        {"a+++b", "a+ ++b"},
        {"x = a < b", "x = a <= b"},
        {"x > > = y", "x >>= y"},
        {"1. s", "1.s"},
        {"f('a')", "f(' a')"},
        {"f(\"//a\")", "f(\"//b\")"},
        {"L 'a'", "L'a'"},
        {"x = a; // y = b;\nz;", "x = a; // \ny = b;\nz;"},
        {"#define A 1\nB", "#define A 1 B"},
        {"#define A 1 \\\n B", "#define A 1 \n B"},
        {"#define A 1 /*\n*/ B", "#define A 1 /* */\n B"},
        {"#define A 1\rB", "#define A 1 B"},
        {"#define F(x) x\n", "#define F (x) x\n"},
        {"#define F/**/(x) x\n", "#define F(x) x\n"},
        {"#define A\n#define B\n", "#define B\n#define A\n"},
        {"#define A\n\nB", "#define A B\n"},
        {"", "x"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
        if (is_same(pairs[k][0], pairs[k][1]))
            print_error("%s and %s are the same\n", pairs[k][0], pairs[k][1]);
        assert_false(is_same(pairs[k][0], pairs[k][1]));
    }
}

static void test_texts_that_do_not_suit(void **state) {
    static const char *const texts[] = {
        "x = __LINE__;",
        "#define S(x) #x\n",
        "#include <a//b.h>\n",
        "# include \"a.h\"\n",
        "%:define A\n",
        "?\?=define A\n",
        "// a comment \\\nx = 1;",
        "#define A 1 // a \\\n + 2\n",
        "#define A x\\\ny\n",
        "x \\\n = 1;",
        "x = '\\n';",
        "real \xc3\xa9 = a;",
        "real x$ = a;",
        "x # y",
    };
    (void)state;
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        if (text_digest_suits(texts[k])) print_error("%s suits\n", texts[k]);
        assert_false(text_digest_suits(texts[k]));
    }
    assert_true(text_digest_suits(NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_meaning),
                                       cmocka_unit_test(test_other_meaning),
                                       cmocka_unit_test(test_texts_that_do_not_suit)};
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

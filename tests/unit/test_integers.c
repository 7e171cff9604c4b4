/* SPDX-License-Identifier: MIT
 *
 * Guards which texts get a warning: each line is a body, and a word of the sentence that it gets, or none. Also what the analysis does
 * not follow: texts that are too deep, odd, or no C at all. Needs no OpenCL.
 */
#include <string.h>

#include "checks.h"
#include "program/comments.h"
#include "program/integers.h"

static const char *const parameter_names[] = {"k", "tau"};

static struct warnings look(outerfill_function_description description) {
    struct warnings warnings = {.num_items = 0};

    description.num_parameters = NUM_ELEMENTS(parameter_names);
    description.parameter_names = parameter_names;
    integers_check(&description, &warnings);
    comments_check(&description, &warnings);
    return warnings;
}

static void check(const char *text, const struct warnings *warnings, const char *words) {
    const bool is_right = words ? warnings->num_items == 1 && strstr(warnings->items[0].text, words)
                                : warnings->num_items == 0;
    if (is_right) return;
    print_error("of %s: %zu warnings, the first %s; instead of: %s\n", text, warnings->num_items,
                warnings->num_items ? warnings->items[0].text : "-", words ? words : "none");
    fail();
}

static void test_bodies(void **state) {
    static const struct {
        const char *body, *words;
    } rows[] = {
        {"out[0] = k * (i / 2);", "i / 2 is a quotient"},
        {"out[0] = tau + 1/3;", "1/3 is a quotient"},
        {"out[0] += i/2;", "i/2 is"},
        {"real x = i/2, y = 3;", "i/2 is"},
        {"real x = 3, y = i/2;", "i/2 is"},
        {"const real x = (i + j)/n;", "(i + j)/n is"},
        {"long q = i/2; out[0] = q;", NULL},
        {"long q = i; out[0] = q/2;", "q/2 is"},
        {"unsigned int q = i/2; real x = q;", NULL},
        {"out[0] = unknown + i/2;", "i/2 is"},
        {"x = unknown + i/2;", NULL},
        {"x = unknown + 1/2;", "1/2 is"},
        {"f(i/2);", NULL},
        {"f(1/2, a);", "1/2 is"},
        {"out[0] = f();", NULL},
        {"out[0] = exp(i/2, j);", "i/2 is"},
        {"out[0] = pown(a, i/2);", NULL},
        {"out[0] = max(a, max(3, i/2));", "i/2 is"},
        {"out[0] = max(3, i/2) % 2;", NULL},
        {"out[i/2] = a;", NULL},
        {"real t[4]; out[0] = t[i/2] / 2;", NULL},
        {"long t[4]; out[0] = t[0] / 2;", "t[0] / 2 is"},
        {"out[0] = s.x / 2 + p->n / 2;", NULL},
        {"out[0] = (i/2 == 3) + (i/2 > 1.5);", "i/2 is"},
        {"if (i/2 == 3) out[0] = 1;", NULL},
        {"while (i/2 > 1.5) { out[0] = 1; }", "i/2 is"},
        {"for (int q = 0; q < n/2; q++) out[0] = q;", NULL},
        {"switch (i/2) { case 1/2: out[0] = 1; default: break; }", "1/2 is"},
        {"out[0] = (int)(1/2);", NULL},
        {"out[0] = (real)(1/2);", "1/2 is"},
        {"out[0] = (unsigned long)(i/2);", NULL},
        {"out[0] = (a)/2;", NULL},
        {"out[0] = 7 / (int)(b - b) + (long)i / 2;", NULL},
        {"out[0] = !(i/2) + ~(i/2);", NULL},
        {"out[0] = -(i/2);", "i/2 is"},
        {"out[0] = +i/2;", "i/2 is"},
        {"out[0] = a ? i/2 : 1.5;", "i/2 is"},
        {"out[0] = i/2 ? 1 : 2;", NULL},
        {"out[0] = (i/2) & 1;", NULL},
        {"out[0] = (i/2) | 1;", NULL},
        {"out[0] = i/2 && j/2 || n/2;", NULL},
        {"out[0] = i^j;", "exclusive or"},
        {"out[0] = 2^3;", "exclusive or"},
        {"out[0] = x^2;", NULL},
        {"out[0] = (i^j) % 2;", NULL},
        {"out[0] = a < b < 1;", "compares"},
        {"out[0] = a < b == 1;", NULL},
        {"out[0] = a != b != 1;", "compares"},
        {"out[0] = (a < b) < 1;", NULL},
        {"out[0] = 65536 * 65536;", "does not fit an int"},
        {"out[0] = -2147483647 - 2;", "does not fit an int"},
        {"out[0] = 9223372036854775807 + 1;", "does not fit a long"},
        {"out[0] = 99999999999999999999 + 1;", NULL},
        {"out[0] = 65536L * 65536;", NULL},
        {"out[0] = 65536u * 65536u;", NULL},
        {"out[0] = 0x10000 * 0x10000;", "does not fit an int"},
        {"out[0] = 65536.0 * 65536;", NULL},
        {"out[0] = 1 << 31;", "does not fit an int"},
        {"out[0] = 1 << 30;", NULL},
        {"out[0] = 1L << 62;", NULL},
        {"out[0] = 1L << 63;", "does not fit a long"},
        {"out[0] = 1 >> 40;", NULL},
        {"out[0] = i << 40;", NULL},
        {"out[0] = 6/3 * a;", NULL},
        {"out[0] = 1/0;", "1/0 is a quotient"},
        {"out[0] = 'a'/2;", NULL},
        {"x <<= 1/2; x >>= 2; x -= 1; x *= 2; x /= 2; x %= 2; x &= 1; x |= 1; x ^= 1;", "1/2 is"},
        {"q++; ++q; q--; out[0] = *p + &q;", NULL},
        {"out[0] = M_PI * (1/2);", "1/2 is"},
        {"return 1/2;", "1/2 is"},
        {"real t[2] = {1/2, a};", "1/2 is"},
        {"a b c; ) ] } @ $ ; + ; ( ; [ ; ? : ; = ;", NULL},
        {"((((", NULL},
        {"out[0] = a // 2\n + b;", "this comment"},
        {"out[0] = a // (b + 2) * k\n ;", NULL},
        {"out[0] = a * k // k\n ;", "this comment"},
        {"out[0] = t[1] // 2\n - b;", "this comment"},
        {"out[0] = a // b c\n + b;", NULL},
        {"out[0] = a // 'x'\n + b;", NULL},
        {"out[0] = a //\n + b;", NULL},
        {"out[0] = a /* 2 */\n + b;", NULL},
        {"out[0] = a; // 2\n", NULL},
        {"if (a > b) // 2\n out[0] = 1;", NULL},
        {"out[0] = (real) // 2\n b;", NULL},
        {"else // 2\n + b;", NULL},
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        const struct warnings warnings =
            look((outerfill_function_description){.body = rows[k].body, .num_planes = 1});
        check(rows[k].body, &warnings, rows[k].words);
    }
}

static void test_preambles(void **state) {
    static const struct {
        const char *preamble, *words;
    } rows[] = {
        {"#define HALF 1/2\n", "1/2 is"},
        {"#define HALF(x) (1/2*(x))\n", "1/2 is"},
        {"#define HALF(x", NULL},
        {"#define N 10\n#define M (N/2)\n", NULL},
        {"#if 1/2\n#endif\n#undef X\n", NULL},
        {"real f(real x, int q) { return x * (q/2); }", "q/2 is"},
        {"real f(real x, int q) { return q/2; }", NULL},
        {"real f(real i, real n) { return i/n; }", NULL},
        {"real f(real x) { return x; }\n#define A 2\n", NULL},
        {"__constant real t[] = {1/2, 3};", "1/2 is"},
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        const char *plain = "a";
        const struct warnings warnings = look((outerfill_function_description){
            .preamble = rows[k].preamble, .expressions = &plain, .num_planes = 1});
        check(rows[k].preamble, &warnings, rows[k].words);
    }
}

/* A text that is deeper than the stacks, or has more names than the list, is not followed further. */
static void test_more_than_there_is_room_for(void **state) {
    char text[8192] = "out[0] = ";

    (void)state;
    for (size_t k = 0; k < 120; k++) strcat(text, "(-");
    strcat(text, "a");
    for (size_t k = 0; k < 120; k++) strcat(text, ")");
    strcat(text, ";");
    for (size_t k = 0; k < 120; k++) strcat(text, " a ? b :");
    for (size_t k = 0; k < 80; k++) {
        char name[24] = "long q00; ";
        name[6] = (char)('0' + k / 10), name[7] = (char)('0' + k % 10);
        strcat(text, name);
    }
    strcat(text, "out[0] = 1/2;");
    const struct warnings warnings =
        look((outerfill_function_description){.body = text, .num_planes = 1});
    check("a long text", &warnings, "1/2 is a quotient");
}

static void test_one_warning_for_a_place(void **state) {
    char text[4096] = "";
    struct warnings warnings;

    (void)state;
    for (size_t k = 0; k < 20; k++) strcat(text, "out[0] = 1/2;\n");
    warnings = look((outerfill_function_description){.body = text, .num_planes = 1});
    assert_int_equal(warnings.num_items, WARNINGS_MAX);
    struct text_message message = warnings.items[0];
    warnings.num_items = 1;
    warnings_add_message(&warnings, &message);
    assert_int_equal(warnings.num_items, 1);
    message.line = 7;
    warnings_add_message(&warnings, &message);
    assert_int_equal(warnings.num_items, 2);
    warnings_add(&warnings, &warnings.items[0].piece, text + 9, "again");
    assert_int_equal(warnings.num_items, 2);
    warnings.num_items = WARNINGS_MAX;
    message.line = 99;
    warnings_add_message(&warnings, &message);
    assert_int_equal(warnings.num_items, WARNINGS_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_preambles),
        cmocka_unit_test(test_more_than_there_is_room_for),
        cmocka_unit_test(test_one_warning_for_a_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

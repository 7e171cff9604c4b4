/* SPDX-License-Identifier: MIT
 *
 * Guards what is said to keep a compiler from vector code: the first such place of a text, and nothing of a text that has none. */
#include <string.h>

#include "checks.h"
#include "program/slow_code.h"

/* A text, and the beginning of what is said, with its line and column; NULL: nothing. */
struct row {
    const char *preamble, *body, *said;
    size_t line, column;
};

static void check(const struct row *row, bool is_ours) {
    const outerfill_function_description description = {
        .dtype = OUTERFILL_FLOAT64, .num_planes = 1, .preamble = row->preamble, .body = row->body};
    struct warnings found = {.num_items = 0};
    struct batch batch;
    assert_int_equal(batch_read(&description, &batch, NULL), OUTERFILL_OK);
    slow_code_find(&description, &batch, is_ours, &found);
    batch_free(&batch);
    if (found.num_items != (row->said != NULL)) print_error("%s\n", row->body);
    assert_int_equal(found.num_items, row->said != NULL);
    if (!row->said) return;
    if (strncmp(found.items[0].text, row->said, strlen(row->said)) != 0)
        print_error("%s: %s\n", row->body, found.items[0].text);
    assert_int_equal(strncmp(found.items[0].text, row->said, strlen(row->said)), 0);
    assert_int_equal(found.items[0].line, row->line);
    assert_int_equal(found.items[0].column, row->column);
}

#define LOOP "for (int k = 0; k < 9; k++) out[0] += a;"

static void test_nothing(void **state) {
    static const struct row rows[] = {
        {NULL, "out[0] = exp(a) + fmod(a, b) + fmax(a, b);", NULL, 0, 0},
        {NULL, LOOP, NULL, 0, 0},
        {"real f(real x) { return sin(x); }", "while (out[0] < b) { out[0] += f(a); }", NULL, 0, 0},
        {NULL, "out[0] = i % 7 + j / 2; /* goto */", NULL, 0, 0},
        {"real nextafter(real x, real y) { return x; }", "out[0] = nextafter(a, b);", NULL, 0, 0},
        {NULL, "struct { real x; } p = {a}; out[0] = p.x;", NULL, 0, 0},
    };
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) check(&rows[k], true);
}

static void test_places(void **state) {
    static const struct row rows[] = {
        {NULL, "out[0] = a;\nout[0] += nextafter(a, b);", "nextafter is a function of the driver",
         2, 11},
        {NULL, "out[0] = i % n;", "% with a variable divisor", 1, 12},
        {NULL, "int k = i; k %= n; out[0] = k;", "% with a variable divisor", 1, 14},
        {"real f(real x) {\n while (x > 1) x *= 0.5; return x; }", "out[0] = f(a);",
         "while in a helper function runs cell by cell", 2, 2},
        {NULL, "switch (i % 2) { case 0: out[0] = a; }", "switch keeps", 1, 1},
        {NULL, "top: out[0] += a; if (out[0] < b) goto top;", "goto keeps", 1, 35},
        {NULL, "struct { real x; } p = {a}; " LOOP, "struct keeps", 1, 1},
        {NULL, "real t[2] = {a, b};\n" LOOP, "this statement makes the cells run one by one", 1, 1},
        {"#define B break\n", "for (;;) { out[0] = a; B; }", "this loop runs cell by cell", 1, 1},
    };
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) check(&rows[k], true);
}

/* On a processor without fused multiply-add, and with other drivers' functions. */
static void test_the_drivers(void **state) {
    static const struct row row = {NULL, "out[0] = sqrt(a) + exp(b);", "exp is a function of the",
                                   1, 20};
    (void)state;
    check(&row, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_the_drivers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards which bodies get a form for batches of cells, and that this form is not made of a text
 * whose jumps or names it does not know: such a text is compiled as it is. That the form gives the
 * right values is for `ci/proof batches` and api_batches. */
#include <string.h>

#include "checks.h"
#include "program/batch.h"

static struct batch read_batch(const char *preamble, const char *body, outerfill_dtype dtype) {
    const outerfill_function_description description = {
        .preamble = preamble, .body = body, .num_planes = 2, .dtype = dtype};
    struct batch batch;
    assert_int_equal(batch_read(&description, &batch, NULL), OUTERFILL_OK);
    return batch;
}

static bool has_batches(const char *preamble, const char *body) {
    struct batch batch = read_batch(preamble, body, OUTERFILL_FLOAT64);
    const bool is_found = batch.num_cells > 0;
    assert_int_equal(batch.code != NULL, is_found);
    assert_true(batch.num_cells % 16 == 0 && batch.num_cells <= 256);
    batch_free(&batch);
    return is_found;
}

#define LOOP(text) "real x = a; for (int k = 0; k < 9; k++) { " text " } out[0] = x;"

static void test_loops(void **state) {
    (void)state;
    assert_true(has_batches(NULL, LOOP("x = exp(-x) * b;")));
    assert_true(has_batches(NULL, LOOP("x *= b; if (x > 2) break; else continue;")));
    assert_true(has_batches(NULL, "real x = a; do x *= 0.5; while (x > 1); out[0] = x;") == false);
    assert_true(has_batches(NULL, "real x = a; do { x *= 0.5; } while (x > 1); out[0] = x;"));
    assert_true(has_batches(NULL, "real x = a; while (x > 1) if (x > b) x *= 0.5; else return;"));
    assert_true(has_batches(NULL, LOOP("for (int l = k; l < 9; l++) x += b * l;")));
    assert_true(has_batches(NULL, "if (a > b) for (;;) { break; } else out[0] = 1;"));
    assert_true(has_batches("#define HALF 0.5\nreal f(real x) { return x; }", LOOP("x = f(x);")));
    assert_true(
        has_batches(NULL, "real y = a /* of a row */; " LOOP("real z = b /**/; x += y * z;")));
    assert_false(has_batches(NULL, "out[0] = exp(a) * b;"));
}

/* A driver's function is no vector code. */
static void test_functions(void **state) {
    (void)state;
    assert_true(has_batches(NULL, LOOP("x = fmax(floor(x), sqrt(b)) + sin(x);")));
    assert_false(has_batches(NULL, LOOP("x = nextafter(x, b);")));
    assert_false(has_batches("real f(real x) { return fdim(x, 1.0); }", LOOP("x = f(x);")));
    assert_true(has_batches("real f(real x) { return sin(x); }", LOOP("x = f(x);")));
    assert_false(
        has_batches("#ifdef M_PI\nreal f(real x) { return sin(x); }\n#endif", LOOP("x = f(x);")));
    struct batch batch = read_batch(NULL, LOOP("x = exp(x);"), OUTERFILL_FLOAT32);
    assert_true(batch.num_cells > 0);
    batch_free(&batch);
}

/* What this form would change, or does not know. */
static void test_refused(void **state) {
    static const char *const bodies[] = {
        LOOP("if (x > 1) goto done;") " done: out[1] = x;",
        LOOP("switch (k) { case 1: x = b; }"),
        LOOP("out[k % 2] = x;"),
        "real t[4]; " LOOP("t[k % 4] = x;"),
        "real *p = &b; " LOOP("x += *p;"),
        "number x = a; for (int k = 0; k < 9; k++) x += b; out[0] = x;",
        "double2 v = (double2)(a); " LOOP("x += v.s0;"),
        "real x = a; real x2 = { 1 }; for (int k = 0; k < 9; k++) x += x2;",
        "real b2 = b, i = 2; " LOOP("x += i;"),
        LOOP("x += __LINE__;"),
        LOOP("x += b;") " __typeof__(b) y = b;",
        "real exp = b; " LOOP("x += exp;") " out[1] = exp(b);",
    };
    (void)state;
    for (size_t k = 0; k < sizeof bodies / sizeof *bodies; k++)
        if (has_batches(NULL, bodies[k])) fail_msg("has batches: %s", bodies[k]);
}

/* What the preamble declares has its own meaning before and behind a variable of this name. */
static void test_names_of_the_preamble(void **state) {
    static const char body[] = "real t = b; " LOOP("x += t;");
    (void)state;
    assert_true(has_batches("static real f(real t) { return t; }", body));
    assert_true(has_batches("#define TWICE(t) (2 * (t))", body));
    assert_false(has_batches("__constant real t = 0.9;", body));
    assert_false(has_batches("typedef int t;", body));
    assert_false(has_batches("enum { s, t };", body));
    assert_false(has_batches("static real t(real x) { return x; }", body));
}

/* Each of many loops takes time to compile. */
static void test_many_loops(void **state) {
    static char body[10000] = "real x = a; int k;";
    (void)state;
    for (int loops = 0; loops < 120; loops++)
        strcat(body, "for (k = 0; k < 5; k++) { if (x > b) break; x *= 1.1; }\n");
    assert_false(has_batches(NULL, body));
}

/* A macro may hide a jump or a loop. */
static void test_macros(void **state) {
    static const char *const preambles[] = {
        "#define STOP_IF(c) if (c) break",
        "#define LEAVE return",
        "#define NEXT continue",
        "#define EACH(k) for (int k = 0; k < 3; k++)",
        "#define GLUE(x, y) x##y",
        "%:define STOP break",
        "#define if(x) if (!(x))",
        "#define LINE __LINE__",
        "#define LONG \\\n 1.0",
        "#define x y",
        "real f(real x) { while (x > 1) x *= 0.5; return x; }",
    };
    (void)state;
    for (size_t k = 0; k < sizeof preambles / sizeof *preambles; k++)
        if (has_batches(preambles[k], LOOP("x += b;"))) fail_msg("has batches: %s", preambles[k]);
}

/* A counter that a pass or a macro may change is an array, and not the loop's own. */
static void test_counters(void **state) {
    static const struct {
        const char *preamble, *body;
        bool is_uniform;
    } rows[] = {
        {NULL, LOOP("x += b;"), true},
        {NULL, LOOP("if (x > 1) k++;"), false},
        {NULL, LOOP("x += --k;"), false},
        {"#define SKIP k += 1", LOOP("if (x > 1) SKIP;"), false},
        {NULL, "for (int k = 0; k < j; k++) out[0] += b;", false},
        {NULL, "for (int k = 0; k < n; k++) out[0] += b;", true},
        {NULL, "for (int k = 0; k < 9 && out[0] < 5; k++) out[0] += b;", false},
    };
    (void)state;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct batch batch = read_batch(rows[k].preamble, rows[k].body, OUTERFILL_FLOAT64);
        assert_true(batch.num_cells > 0);
        const bool has_array = strstr(batch.arrays, "outerfill_array_k") != NULL;
        if (has_array == rows[k].is_uniform) fail_msg("%s", rows[k].body);
        batch_free(&batch);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loops),      cmocka_unit_test(test_functions),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_macros),
        cmocka_unit_test(test_counters),   cmocka_unit_test(test_names_of_the_preamble),
        cmocka_unit_test(test_many_loops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards bodies with loops in batches of cells: the bits are those of the same text cell by cell,
 * in rows of every remainder and rows longer than a batch, with jumps out of loops in loops, cells
 * that leave in any order, i and j, parameters, many planes, and angles so huge that a batch is
 * given up. `ci/proof batches` draws more bodies. On a device that has no batches both fills have
 * the same kernel, and the test says so. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"

#define MOST_COLUMNS 700
#define NUM_ROWS     5

static outerfill_context *context;
static double a[NUM_ROWS], b[MOST_COLUMNS];

static const char *const parameters[] = {"rate"};
static const double rate[] = {0.75};

static outerfill_function *create(outerfill_dtype dtype, const char *body) {
    const outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                        .dtype = dtype,
                                                        .body = body,
                                                        .num_parameters = 1,
                                                        .parameter_names = parameters,
                                                        .parameter_values = rate};
    return check_described(context, &description);
}

static size_t batch_cells(outerfill_dtype dtype, const char *body) {
    outerfill_function *function = create(dtype, body);
    const size_t cells = outerfill_function_batch_cells(function, 0);
    outerfill_function_destroy(function);
    return cells;
}

static bool has_batches(void) {
    return batch_cells(OUTERFILL_FLOAT64, "for (int k = 0; k < 2; k++) out[0] += a * b;") > 1;
}

/* Without functions of outerfill's own (on processors without fused multiply-add), a body that calls
 * one of them has no batches. */
static bool must_have_batches(const char *body) {
    outerfill_function *function = create(OUTERFILL_FLOAT64, "out[0] = exp(a);");
    const bool is_ours = outerfill_function_mathematics(function, 0) == OUTERFILL_MATHEMATICS_OWN;
    outerfill_function_destroy(function);
    return has_batches() && (is_ours || !(strstr(body, "exp(") || strstr(body, "sin(")));
}

static bool is_same(const double *one, const double *other, size_t count) {
    for (size_t k = 0; k < count; k++)
        if (one[k] != other[k] && !(isnan(one[k]) && isnan(other[k]))) return false;
    return true;
}

/* The function is compiled once, for all shapes. */
static void compare(const char *body, const size_t *columns, size_t num_shapes) {
    outerfill_function *function = create(OUTERFILL_FLOAT64, body);
    const outerfill_fill_options by_cells = {
        .struct_nbytes = sizeof by_cells,
        .work_item = check_work_item(context, OUTERFILL_WORK_ITEM_ROWS)};
    const size_t num_planes = outerfill_function_num_planes(function);
    if (must_have_batches(body)) assert_true(outerfill_function_batch_cells(function, 0) > 1);
    for (size_t k = 0; k < num_shapes; k++) {
        const size_t m = columns[k], count = num_planes * NUM_ROWS * m;
        double *one = check_malloc(count * sizeof *one), *other = check_malloc(count * sizeof *one);
        outerfill_error error;
        check_ok(outerfill_fill(function, a, NUM_ROWS, b, m, one, NULL, &error), &error);
        check_ok(outerfill_fill(function, a, NUM_ROWS, b, m, other, &by_cells, &error), &error);
        if (!is_same(one, other, count)) fail_msg("%zu columns: %s", m, body);
        free(one);
        free(other);
    }
    outerfill_function_destroy(function);
}

static void compare_all(const char *body) {
    static const size_t columns[] = {1, 2, 3, 4, 5, 15, 16, 17, 31, 33, 255, 256, 257, 273, 700};
    compare(body, columns, NUM_ELEMENTS(columns));
}

static void test_shapes(void **state) {
    (void)state;
    compare_all("real x = a; int steps = 0;\n"
                "for (int k = 0; k < 60; k++) {\n"
                "    real next = 0.5 * (x + (b + rate) / x);\n"
                "    steps = k + 1;\n"
                "    if (fabs(next - x) < 1e-3 * b) break;\n"
                "    x = next;\n"
                "}\n"
                "out[0] = x; out[1] = steps;\n");
}

static void test_jumps(void **state) {
    (void)state;
    compare_all("out[1] = -1;\n"
                "if (b > 2.9) return;\n"
                "real sum = 0; int k = 0;\n"
                "while (sum < 9 * a) {\n"
                "    if (++k > 40) break;\n"
                "    if ((k + j) % 5 == 0) continue;\n"
                "    for (int l = 0; l < k; l++) {\n"
                "        if (l % 3 == 1) continue;\n"
                "        sum += exp(-b * l) * rate;\n"
                "        if (sum > 7 * b + i) break;\n"
                "        if (sum > 20) return;\n"
                "    }\n"
                "    if (b > a) {\n"
                "        int tries = 0;\n"
                "        do { sum += 0.1; if (sum > 8) break; } while (++tries < k);\n"
                "    } else\n"
                "        sum += 0.25;\n"
                "}\n"
                "out[0] = sum; out[1] = k; out[2] = i * 1000 + j;\n");
}

/* After the first loop cells have other places, and a second loop and the planes must follow. */
static void test_places(void **state) {
    (void)state;
    compare_all("long v = j * 7 + i + 1; int k = 0;\n"
                "out[0] = b;\n"
                "while (v != 1 && k < 80) { v = v % 2 ? 3 * v + 1 : v / 2; k++; }\n"
                "out[1] = k;\n"
                "for (int l = 0; l < k; l++) { if (l * b > 30) break; out[2] += a * b; }\n"
                "out[3] = b * j;\n");
}

/* What no cell computes is not computed: a batch is longer than its cells. */
static void test_padding(void **state) {
    (void)state;
    compare_all("int q = 0;\n"
                "while (q < 5 * b) q++;\n"
                "out[0] = 10 / q;\n"
                "out[1] = 1000 / (m - j);\n");
}

/* Names of one scope that another scope has too. */
static void test_scopes(void **state) {
    (void)state;
    compare_all("real x = a;\n"
                "if (x > b) { real t = a * 2; for (int k = 0; k < 9; k++) x *= b; x *= t; }\n"
                "else { real t = a * 3; for (int k = 0; k < 3; k++) x += b; x *= t; }\n"
                "for (int q = 0; q < 3; q++) {\n"
                "    real t = x * b;\n"
                "    for (int k = q; k < 9; k++) { if (x > b) break; x *= 1.7; }\n"
                "    x -= 0.1 * t;\n"
                "}\n"
                "for (int k = 0; k < 4; k++) { real t = x * 0.3; x += t; }\n"
                "out[0] = x;\n");
}

/* Angles beyond 2^40. The loop would not end with results that mean nothing. */
static void test_huge_angles(void **state) {
    (void)state;
    compare_all("real x = b * 3; int k = 0;\n"
                "while (x < 1e15 && k < 90) { x += fabs(x * sin(x)) + 1; k++; }\n"
                "out[0] = x; out[1] = k; out[2] = cos(x) + tan(b);\n");
}

static void test_batch_cells(void **state) {
    static const char exact[] = "for (int k = 0; k < 4; k++) out[0] += sqrt(a) * b;",
                      others[] = "for (int k = 0; k < 4; k++) out[0] += nextafter(a, b);";
    const size_t cells = batch_cells(OUTERFILL_FLOAT64, exact);
    (void)state;
    assert_true(cells == 1 || (cells % 16 == 0 && cells <= 256));
    assert_int_equal(batch_cells(OUTERFILL_FLOAT32, exact) > 1, cells > 1);
    assert_int_equal(batch_cells(OUTERFILL_FLOAT64, others), 1);
    assert_int_equal(outerfill_function_batch_cells(NULL, 0), 0);
    outerfill_function *function = create(OUTERFILL_FLOAT64, exact);
    assert_int_equal(
        outerfill_function_batch_cells(function, outerfill_context_num_devices(context)), 0);
    outerfill_function_destroy(function);
}

static int open_all(void **state) {
    (void)state;
    context = check_context(NULL);
    device_line_print();
    oracle_range(OUTERFILL_FLOAT64, a, NUM_ROWS, 0.5, 3);
    oracle_range(OUTERFILL_FLOAT64, b, MOST_COLUMNS, 0.01, 3);
    if (!has_batches()) printf("no batches on this device: both fills have the same kernel\n");
    return 0;
}

static int close_all(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),      cmocka_unit_test(test_jumps),
        cmocka_unit_test(test_padding),     cmocka_unit_test(test_scopes),
        cmocka_unit_test(test_places),      cmocka_unit_test(test_huge_angles),
        cmocka_unit_test(test_batch_cells),
    };
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}

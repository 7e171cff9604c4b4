/* SPDX-License-Identifier: MIT
 *
 * Guards large fills and small limits: a memory limit below a single row, so that rows are cut too; an output of 2.3 GiB, beyond
 * what 31 bits count in bytes and beyond one buffer of many devices; 3 rows of 3 * 10^7 columns and 10^7 rows of 3. Needs 3 GiB
 * of memory. The large array is checked in every 97th row and at both ends of every row, the others in every cell.
 */
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

static outerfill_context *context;

static const char *const difference_expression[] = {"a - b"};

static float difference_float32(size_t p, float a, float b, const oracle_cell *cell) {
    (void)p, (void)cell;
    return a - b;
}

static const oracle_function difference = {1, NULL, difference_float32};

/* ---- Small limits ------------------------------------------------------------------------------------------------------- */

static const struct {
    size_t memory_nbytes, n, m;
} limited[] = {
    {1, 50, 70}, /* raised to 64 KiB */
    {64 << 10, 1000, 1000},
    {64 << 10, 3, 100003}, /* a row of 800 KB */
    {64 << 10, 20011, 3},
    {64 << 10, 1, 8193},
    {(64 << 10) + 1, 11, 8191},
    {1 << 20, 5, 1000003}, /* a row of 8 MB */
    {1 << 20, 1009, 1013},
    {5 << 20, 300007, 5},
};

static const struct {
    outerfill_transfer transfer;
    outerfill_work_item work_item;
    const char *name;
} ways[] = {
    {OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_CELL, "mapped, cell"},
    {OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_ROWS, "mapped, rows"},
    {OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_CELL, "staged, cell"},
    {OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_ROWS, "staged, rows"},
};

static void fill_limited(const outerfill_function *function, size_t k, size_t way) {
    outerfill_fill_options options = {.struct_nbytes = sizeof options};
    size_t n = limited[k].n, m = limited[k].m;
    double *a = check_malloc(n * sizeof *a), *b = check_malloc(m * sizeof *b);
    oracle_problem problem = {OUTERFILL_FLOAT64, a, n, b, m, NULL};
    guarded ab = guarded_create(2 * n * m * sizeof(double), sizeof(double));
    outerfill_error error;
    char what[120];

    oracle_plain(OUTERFILL_FLOAT64, a, n, 41);
    oracle_plain(OUTERFILL_FLOAT64, b, m, 42);
    options.memory_nbytes = limited[k].memory_nbytes;
    options.transfer = ways[way].transfer;
    options.work_item = check_work_item(context, ways[way].work_item);
    snprintf(what, sizeof what, "(%zu, %zu) within %zu bytes, %s", n, m, options.memory_nbytes,
             ways[way].name);
    check_ok(outerfill_fill(function, a, n, b, m, ab.data, &options, &error), &error);
    assert_int_equal(guarded_damage(&ab, what), 0);
    assert_int_equal(oracle_check(&oracle_default, &problem, ab.data, what), 0);
    guarded_destroy(&ab);
    free(a);
    free(b);
}

static void test_small_memory_limits(void **state) {
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(limited); k++)
        for (size_t way = 0; way < NUM_ELEMENTS(ways); way++) fill_limited(function, k, way);
    outerfill_function_destroy(function);
}

/* ---- Large outputs ------------------------------------------------------------------------------------------------------ */

typedef struct large_fill {
    size_t n, m, row_step; /* every row_step-th row is checked */
    outerfill_transfer transfer;
    const char *what;
} large_fill;

/* 24593 * 25117 float32 are 2.30 GiB in one plane; both numbers are odd and not multiples of anything a device likes. */
static large_fill large_mapped = {24593, 25117, 97, OUTERFILL_TRANSFER_MAPPED, "2.3 GiB, mapped"};
static large_fill large_staged = {24593, 25117, 97, OUTERFILL_TRANSFER_STAGED, "2.3 GiB, staged"};
static large_fill wide = {3, 30000000, 1, OUTERFILL_TRANSFER_AUTO, "(3, 30000000)"};
static large_fill wide_staged = {3, 30000000, 1, OUTERFILL_TRANSFER_STAGED,
                                 "(3, 30000000), staged"};
static large_fill tall = {10000000, 3, 1, OUTERFILL_TRANSFER_AUTO, "(10000000, 3)"};
static large_fill tall_staged = {10000000, 3, 1, OUTERFILL_TRANSFER_STAGED,
                                 "(10000000, 3), staged"};

/* The array comes from outerfill_alloc, and the fill is what touches it first: fresh pages are zero, and so is no expected value
 * (b is shifted by 1/16, which a is no multiple of). */
static void test_large_fill(void **state) {
    const large_fill *large = *state;
    size_t n = large->n, m = large->m;
    float *a = check_malloc(n * sizeof *a), *b = check_malloc(m * sizeof *b),
          *ab = outerfill_alloc(n * m * sizeof *ab);
    oracle_problem problem = {OUTERFILL_FLOAT32, a, n, b, m, NULL};
    outerfill_fill_options options = {.struct_nbytes = sizeof options, .transfer = large->transfer};
    outerfill_function *function =
        check_function(context, OUTERFILL_FLOAT32, 1, difference_expression);
    outerfill_error error;

    assert_non_null(ab);
    oracle_plain(OUTERFILL_FLOAT32, a, n, 51);
    oracle_plain(OUTERFILL_FLOAT32, b, m, 52);
    for (size_t j = 0; j < m; j++) b[j] += 0.0625f;
    check_ok(outerfill_fill(function, a, n, b, m, ab, &options, &error), &error);
    assert_int_equal(oracle_check_edges(&difference, &problem, ab, large->what), 0);
    assert_int_equal(oracle_check_rows(&difference, &problem, ab, large->row_step, large->what), 0);
    outerfill_function_destroy(function);
    outerfill_free(ab);
    free(a);
    free(b);
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

#define LARGE(subject) {"test_large_fill " #subject, test_large_fill, NULL, NULL, &(subject)}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_memory_limits),
        LARGE(large_mapped),
        LARGE(large_staged),
        LARGE(wide),
        LARGE(wide_staged),
        LARGE(tall),
        LARGE(tall_staged),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

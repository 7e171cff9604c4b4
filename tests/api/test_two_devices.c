/* SPDX-License-Identifier: MIT
 *
 * Guards one fill on several devices at once: every cell right and written whichever device had its band, by both transfers,
 * with small bands too; progress in the caller's thread; cancel. PoCL gives two devices for POCL_DEVICES="pthread pthread",
 * which is set here before anything else; on other platforms the test takes what "all" gives and says how many that is.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

static outerfill_context *context;

static const struct {
    size_t n, m, memory_nbytes;
} shapes[] = {{1, 1, 0},
              {2, 3, 0},
              {0, 5, 0},
              {1009, 1013, 0},
              {1009, 1013, 256 << 10},
              {3, 300001, 64 << 10},
              {300001, 3, 1 << 20}};

static const struct {
    outerfill_transfer transfer;
    outerfill_work_item work_item;
    const char *name;
} ways[] = {
    {OUTERFILL_TRANSFER_AUTO, OUTERFILL_WORK_ITEM_AUTO, "auto"},
    {OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_CELL, "mapped, cell"},
    {OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_ROWS, "mapped, rows"},
    {OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_CELL, "staged, cell"},
    {OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_ROWS, "staged, rows"},
};

static double placed_float64(size_t p, double a, double b, const oracle_cell *cell) {
    return p == 0 ? a - b : a * b + (double)((int64_t)cell->i - (int64_t)cell->j);
}

static float placed_float32(size_t p, float a, float b, const oracle_cell *cell) {
    return p == 0 ? a - b : a * b + (float)((int64_t)cell->i - (int64_t)cell->j);
}

static const oracle_function placed = {2, placed_float64, placed_float32};
static const char *const placed_expressions[] = {"a - b", "a * b + (real)(i - j)"};

static void test_number_of_devices(void **state) {
    size_t num_devices = outerfill_context_num_devices(context), num_pocl = 0;

    (void)state;
    for (size_t k = 0; k < num_devices; k++)
        num_pocl += strcmp(outerfill_context_device(context, k)->platform,
                           "Portable Computing Language") == 0;
    printf("\"all\" gives %zu devices, %zu of them PoCL's\n", num_devices, num_pocl);
    assert_true(num_devices > 0);
    if (num_pocl > 0) assert_int_equal(num_pocl, 2);
    if (num_pocl == num_devices) assert_int_equal(num_devices, 2);
}

/* ---- Right everywhere ---------------------------------------------------------------------------------------------------------
 */

static void fill_shape(const outerfill_function *function, size_t shape, size_t way) {
    outerfill_dtype dtype = outerfill_function_dtype(function);
    size_t n = shapes[shape].n, m = shapes[shape].m;
    outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                      .memory_nbytes = shapes[shape].memory_nbytes};
    void *a = check_malloc(oracle_nbytes(dtype, n)), *b = check_malloc(oracle_nbytes(dtype, m));
    oracle_problem problem = {dtype, a, n, b, m, NULL};
    guarded ab =
        guarded_create(oracle_nbytes(dtype, placed.num_planes * n * m), oracle_nbytes(dtype, 1));
    outerfill_error error;
    char what[80];

    oracle_plain(dtype, a, n, 111);
    oracle_plain(dtype, b, m, 112);
    options.transfer = ways[way].transfer;
    options.work_item = check_work_item(context, ways[way].work_item);
    snprintf(what, sizeof what, "(%zu, %zu), %s, %s", n, m, outerfill_dtype_name(dtype),
             ways[way].name);
    check_ok(outerfill_fill(function, a, n, b, m, ab.data, &options, &error), &error);
    assert_int_equal(guarded_damage(&ab, what), 0);
    assert_int_equal(oracle_check(&placed, &problem, ab.data, what), 0);
    guarded_destroy(&ab);
    free(a);
    free(b);
}

static void test_every_cell(void **state) {
    static const outerfill_dtype dtypes[] = {OUTERFILL_FLOAT64, OUTERFILL_FLOAT32};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(dtypes); k++) {
        outerfill_function *function = check_function(context, dtypes[k], 2, placed_expressions);
        for (size_t way = 0; way < NUM_ELEMENTS(ways); way++)
            for (size_t shape = 0; shape < NUM_ELEMENTS(shapes); shape++)
                fill_shape(function, shape, way);
        outerfill_function_destroy(function);
    }
}

/* ---- Progress and cancel ----------------------------------------------------------------------------------------------------
 */

typedef struct witness {
    pthread_t thread;
    size_t num_calls, last_rows, num_wrong, cancel_at_call;
} witness;

static int watch(size_t rows_done, size_t num_rows, void *user_data) {
    witness *seen = user_data;

    seen->num_calls++;
    seen->num_wrong += rows_done < seen->last_rows || rows_done > num_rows ||
                       !pthread_equal(seen->thread, pthread_self());
    seen->num_wrong += seen->cancel_at_call != 0 && seen->num_calls > seen->cancel_at_call;
    seen->last_rows = rows_done;
    return seen->num_calls == seen->cancel_at_call;
}

static void test_progress_and_cancel(void **state) {
    enum { n = 2003, m = 1009 };
    static double a[n], b[m];
    outerfill_function *function =
        check_function(context, OUTERFILL_FLOAT64, 2, placed_expressions);
    guarded ab = guarded_create(2 * sizeof(double) * n * m, 0);
    oracle_problem problem = {OUTERFILL_FLOAT64, a, n, b, m, NULL};
    outerfill_error error;

    (void)state;
    oracle_plain(OUTERFILL_FLOAT64, a, n, 113);
    oracle_plain(OUTERFILL_FLOAT64, b, m, 114);
    for (size_t cancel_at_call = 0; cancel_at_call < 4; cancel_at_call++) {
        witness seen = {pthread_self(), 0, 0, 0, cancel_at_call};
        outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                          .memory_nbytes = 256 << 10,
                                          .progress = watch,
                                          .progress_data = &seen};
        options.transfer =
            cancel_at_call % 2 ? OUTERFILL_TRANSFER_STAGED : OUTERFILL_TRANSFER_MAPPED;
        guarded_reset(&ab);
        check_status(outerfill_fill(function, a, n, b, m, ab.data, &options, &error),
                     cancel_at_call == 0 ? OUTERFILL_OK : OUTERFILL_CANCELLED, &error);
        assert_int_equal(seen.num_wrong, 0);
        assert_int_equal(guarded_damage(&ab, "two devices"), 0);
        if (cancel_at_call == 0) {
            assert_int_equal(seen.last_rows, n);
            assert_int_equal(oracle_check(&placed, &problem, ab.data, "two devices, watched"), 0);
        } else {
            assert_int_equal(seen.num_calls, cancel_at_call);
        }
    }
    guarded_destroy(&ab);
    outerfill_function_destroy(function);
}

static int open_context(void **state) {
    (void)state;
    context = check_context("all");
    return 0;
}

static int close_context(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number_of_devices),
        cmocka_unit_test(test_every_cell),
        cmocka_unit_test(test_progress_and_cancel),
    };

    setenv("POCL_DEVICES", "pthread pthread", 1);
    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

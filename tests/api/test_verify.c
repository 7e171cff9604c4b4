/* SPDX-License-Identifier: MIT
 *
 * Guards that cells computed a second time are found to be the same wherever they are: in every dtype and form, with functions
 * that look at i, j, n and m, in arrays and files, in several bands, rows alone, and where the results are NaN or infinite.
 * Where a fill's results are not reproducible it says so. (That wrong cells are found is guarded in test_verify_finds.c.)
 * */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"
#include "scratch.h"

static outerfill_context *context;

/* ---- Functions
 * ------------------------------------------------------------------------------------------------------------------ */

static const char *const own[] = {"a * b + 1", "a / b", "a - b"};
static const char *const mathematics[] = {"exp(a / 1024) + sin(b)", "pow(fabs(a) + 1, b / 1024)"};
static const char *const placed[] = {"a + (real)i / n - b * (real)j / m", "(real)(i * m + j)",
                                     "(real)((i ^ j) % 7) * a"};
static const char *const extreme[] = {"log(a)", "a / (b - b)", "a * 1e300 * b"};
static const char *const scaled[] = {"a * s + exp(b * t)"};

static const struct {
    const char *what;
    const char *const *expressions; /* NULL: the default functions */
    size_t num_planes, num_parameters;
} functions[] = {
    {"default", NULL, 2, 0},        {"own", own, 3, 0},         {"mathematics", mathematics, 2, 0},
    {"of the place", placed, 3, 0}, {"extreme", extreme, 3, 0}, {"of parameters", scaled, 1, 2}};

static outerfill_function *function_of(size_t k, outerfill_dtype dtype, int relaxed) {
    static const char *const names[] = {"s", "t"};
    static const double values[] = {3, 0.001};
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .dtype = dtype,
        .num_planes = functions[k].expressions ? functions[k].num_planes : 0,
        .expressions = functions[k].expressions,
        .num_parameters = functions[k].num_parameters,
        .parameter_names = names,
        .parameter_values = values,
        .relaxed = relaxed};
    return check_described(context, &description);
}

/* ---- The same
 * -------------------------------------------------------------------------------------------------------------------- */

static const struct {
    size_t n, m, memory_nbytes, row_begin, row_end, verify_cells;
    outerfill_transfer transfer;
    outerfill_work_item work_item;
} fills[] = {
    {1, 1, 0, 0, 0, 1, OUTERFILL_TRANSFER_AUTO, OUTERFILL_WORK_ITEM_AUTO},
    {1, 3001, 64 << 10, 0, 0, 50, OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_ROWS},
    {3001, 1, 64 << 10, 0, 0, 50, OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_CELL},
    {101, 203, 64 << 10, 0, 0, 200, OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_ROWS},
    {101, 203, 0, 17, 90, 20, OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_CELL},
    {101, 203, 64 << 10, 100, 101, 1, OUTERFILL_TRANSFER_AUTO, OUTERFILL_WORK_ITEM_AUTO},
    {5, 7, 0, 0, 0, 100000, OUTERFILL_TRANSFER_AUTO, OUTERFILL_WORK_ITEM_AUTO},
    {2, 3, 0, 0, 0, SIZE_MAX, OUTERFILL_TRANSFER_AUTO, OUTERFILL_WORK_ITEM_AUTO},
};

static int count_calls(size_t rows_done, size_t num_rows, void *user_data) {
    size_t *num_wrong = user_data;
    *num_wrong += rows_done > num_rows;
    return 0;
}

static void check_file_is_same(const outerfill_function *function, const void *a, const void *b,
                               size_t k, const outerfill_fill_options *options) {
    const char *path = scratch_path("same.npy");
    outerfill_error error;

    check_ok(
        outerfill_fill_npy(function, a, fills[k].n, b, fills[k].m, path, NULL, options, &error),
        &error);
    assert_int_equal(unlink(path), 0);
}

static void check_same(const outerfill_function *function, size_t k, const char *what) {
    const outerfill_dtype dtype = outerfill_function_dtype(function);
    const size_t n = fills[k].n, m = fills[k].m,
                 nbytes = outerfill_function_num_planes(function) * oracle_nbytes(dtype, n * m);
    void *a = check_malloc(oracle_nbytes(dtype, n)), *b = check_malloc(oracle_nbytes(dtype, m));
    guarded plain = guarded_create(nbytes, 0), verified = guarded_create(nbytes, 0);
    size_t num_wrong = 0;
    outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                      .memory_nbytes = fills[k].memory_nbytes,
                                      .transfer = fills[k].transfer,
                                      .work_item = check_work_item(context, fills[k].work_item),
                                      .row_begin = fills[k].row_begin,
                                      .row_end = fills[k].row_end,
                                      .progress = count_calls,
                                      .progress_data = &num_wrong};
    outerfill_error error;

    oracle_special(dtype, a, n, 271); /* NaN and infinities in it */
    oracle_plain(dtype, b, m, 272);
    check_ok(outerfill_fill(function, a, n, b, m, plain.data, &options, &error), &error);
    options.verify_cells = fills[k].verify_cells;
    const outerfill_status status =
        outerfill_fill(function, a, n, b, m, verified.data, &options, &error);
    if (status) print_error("%s, %s, fill %zu:\n", what, outerfill_dtype_name(dtype), k);
    check_ok(status, &error);
    assert_int_equal(guarded_damage(&verified, what) + num_wrong, 0);
    assert_int_equal(
        oracle_compare(dtype, plain.data, verified.data, nbytes / oracle_nbytes(dtype, 1), what),
        0);
    options.row_begin = options.row_end = 0;
    if (k % 3 == 0) check_file_is_same(function, a, b, k, &options);
    guarded_destroy(&plain);
    guarded_destroy(&verified);
    free(a);
    free(b);
}

static void test_same(void **state) {
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(functions); k++)
        for (int dtype = OUTERFILL_FLOAT64; dtype <= OUTERFILL_FLOAT32; dtype++) {
            outerfill_function *function = function_of(k, (outerfill_dtype)dtype, 0);
            for (size_t f = 0; f < NUM_ELEMENTS(fills); f++)
                check_same(function, f, functions[k].what);
            outerfill_function_destroy(function);
        }
}

/* Rows of a file, and rows that an earlier call has filled: beside them, over an end of them, and all of them. */
static void test_pieces_of_a_file(void **state) {
    enum { n = 61, m = 307 };
    static const size_t rows[][2] = {{10, 20}, {45, 61}, {20, 30}, {29, 46}, {0, 0}};
    static double a[n], b[m];
    outerfill_function *function = function_of(2, OUTERFILL_FLOAT64, 0);
    const outerfill_file_options file = {.struct_nbytes = sizeof file,
                                         .unfinished = OUTERFILL_UNFINISHED_RESUME};
    const char *path = scratch_path("pieces.npy");

    (void)state;
    oracle_plain(OUTERFILL_FLOAT64, a, n, 273);
    oracle_plain(OUTERFILL_FLOAT64, b, m, 274);
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                                .verify_cells = 30,
                                                .row_begin = rows[k][0],
                                                .row_end = rows[k][1]};
        outerfill_error error;
        check_ok(outerfill_fill_npy(function, a, n, b, m, path, &file, &options, &error), &error);
    }
    assert_int_equal(unlink(path), 0);
    outerfill_function_destroy(function);
}

/* Of all 6 cells of two rows with 3 columns, the corners are 4. */
static void test_number_is_told(void **state) {
    size_t number = 99;
    const outerfill_fill_options options = {
        .struct_nbytes = sizeof options, .verify_cells = 1, .num_verified = &number};
    const double a[2] = {1, 2}, b[3] = {3, 4, 5};
    double ab[3 * 6];
    outerfill_function *function = function_of(1, OUTERFILL_FLOAT64, 0);
    outerfill_error error;

    (void)state;
    check_ok(outerfill_fill(function, a, 2, b, 3, ab, &options, &error), &error);
    assert_in_range(number, 4, 6);
    number = 99;
    check_ok(outerfill_fill(function, a, 1, b, 1, ab, &options, &error), &error);
    assert_int_equal(number, 1);
    outerfill_function_destroy(function);
}

static void test_nothing_to_verify(void **state) {
    const outerfill_fill_options options = {.struct_nbytes = sizeof options, .verify_cells = 10};
    const double b = 1;
    outerfill_function *function = function_of(1, OUTERFILL_FLOAT64, 0);
    outerfill_error error;

    (void)state;
    check_ok(outerfill_fill(function, NULL, 0, &b, 1, NULL, &options, &error), &error);
    check_ok(outerfill_fill_npy(function, NULL, 0, &b, 1, scratch_path("none.npy"), NULL, &options,
                                &error),
             &error);
    unlink(scratch_path("none.npy"));
    outerfill_function_destroy(function);
}

static void test_relaxed_is_refused(void **state) {
    const outerfill_fill_options options = {.struct_nbytes = sizeof options, .verify_cells = 1};
    const double a = 1, b = 2;
    double ab[3] = {5, 6, 7};
    outerfill_function *function = function_of(1, OUTERFILL_FLOAT64, 1);
    outerfill_error error;

    (void)state;
    check_status(outerfill_fill(function, &a, 1, &b, 1, ab, &options, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "relaxed");
    assert_true(ab[0] == 5 && ab[1] == 6 && ab[2] == 7);
    check_status(outerfill_fill_npy(function, &a, 1, &b, 1, scratch_path("relaxed.npy"), NULL,
                                    &options, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    outerfill_function_destroy(function);
}

static int open_all(void **state) {
    (void)state;
    scratch_create();
    context = check_context(NULL);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    scratch_remove();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_pieces_of_a_file),
        cmocka_unit_test(test_number_is_told),
        cmocka_unit_test(test_nothing_to_verify),
        cmocka_unit_test(test_relaxed_is_refused),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}

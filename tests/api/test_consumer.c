/* SPDX-License-Identifier: MIT
 *
 * Guards fills into a consumer: every cell comes exactly once and is right, in every dtype, shape, transfer and work-item, with
 * few bands and with many; in order where that was asked for; always in the caller's thread, which may call the library
 * meanwhile; a result other than 0 ends it. What the consumer is handed is put together here, cell by cell, by the strides it
 * is told.
 * */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

#define MAX_PLANES 5

static outerfill_context *context;

static double placed_float64(size_t p, double a, double b, const oracle_cell *cell) {
    return a * b + (double)(int64_t)(7 * cell->i + 3 * cell->j + p);
}

static float placed_float32(size_t p, float a, float b, const oracle_cell *cell) {
    return a * b + (float)(int64_t)(7 * cell->i + 3 * cell->j + p);
}

static const char *const placed_expressions[MAX_PLANES] = {
    "a * b + (real)(7 * i + 3 * j)", "a * b + (real)(7 * i + 3 * j + 1)",
    "a * b + (real)(7 * i + 3 * j + 2)", "a * b + (real)(7 * i + 3 * j + 3)",
    "a * b + (real)(7 * i + 3 * j + 4)"};

/* ---- What the consumer sees
 * -------------------------------------------------------------------------------------------------- */

typedef struct taker {
    const oracle_problem *problem;
    size_t num_planes, itemsize;
    outerfill_order order;
    unsigned char *ab;    /* shape (P, n, m); NULL: values are not looked at */
    unsigned char *taken; /* how often each cell came */
    pthread_t thread;
    size_t next_cell; /* where a band must begin that comes in order */
    size_t num_calls, num_wrong, num_wrong_threads, stop_at_call;
    int result, is_slow;
} taker;

/* The rectangle lies in the array, and is whole rows or a part of one row; what is addressed is aligned. */
static int is_well_formed(const taker *seen, const outerfill_band *band) {
    const size_t n = seen->problem->n, m = seen->problem->m;
    const int is_whole = band->column_begin == 0 && band->column_end == m;
    return band->struct_nbytes == sizeof *band && band->num_planes == seen->num_planes &&
           band->row_begin < band->row_end && band->row_end <= n &&
           band->column_begin < band->column_end && band->column_end <= m &&
           (is_whole || band->row_end == band->row_begin + 1) &&
           band->row_stride_nbytes == m * seen->itemsize &&
           band->plane_stride_nbytes % seen->itemsize == 0 &&
           (uintptr_t)band->data % seen->itemsize == 0;
}

static void copy_band(const taker *seen, const outerfill_band *band) {
    const size_t n = seen->problem->n, m = seen->problem->m,
                 length = band->column_end - band->column_begin;
    for (size_t i = band->row_begin; i < band->row_end; i++) {
        for (size_t j = band->column_begin; j < band->column_end; j++) seen->taken[i * m + j]++;
        for (size_t p = 0; p < band->num_planes; p++)
            memcpy(seen->ab + ((p * n + i) * m + band->column_begin) * seen->itemsize,
                   (const unsigned char *)band->data + p * band->plane_stride_nbytes +
                       (i - band->row_begin) * band->row_stride_nbytes,
                   length * seen->itemsize);
    }
}

static int take(const outerfill_band *band, void *user_data) {
    taker *seen = user_data;
    const size_t m = seen->problem->m, begin = band->row_begin * m + band->column_begin;

    seen->num_calls++;
    seen->num_wrong_threads += !pthread_equal(seen->thread, pthread_self());
    if (!is_well_formed(seen, band) ||
        (seen->order == OUTERFILL_ORDER_ROWS && begin != seen->next_cell)) {
        seen->num_wrong++;
        return 1;
    }
    seen->next_cell = (band->row_end - 1) * m + band->column_end;
    if (seen->ab != NULL) copy_band(seen, band);
    if (seen->is_slow) usleep(2000);
    return seen->num_calls == seen->stop_at_call ? seen->result : 0;
}

/* ---- Every cell once
 * --------------------------------------------------------------------------------------------------------- */

static const struct {
    size_t n, m, memory_nbytes, row_begin, row_end;
} shapes[] = {
    {1, 1, 0, 0, 0},
    {1, 1021, 0, 0, 0},
    {1, 50021, 64 << 10, 0, 0},
    {1021, 1, 0, 0, 0},
    {50021, 1, 1, 0, 0},
    {97, 211, 64 << 10, 0, 0},
    {3, 20011, 64 << 10, 0, 0},
    {509, 311, 1 << 20, 0, 0},
    {97, 211, 0, 13, 14},
    {97, 211, 64 << 10, 96, 97},
    {3, 20011, 64 << 10, 1, 3},
    {509, 311, 1 << 20, 100, 401},
    {509, 311, 0, 0, 509},
    {7, 4096, 128 << 10, 0, 0},
    {2003, 3, 64 << 10, 5, 1999},
};

static const struct {
    outerfill_transfer transfer;
    outerfill_work_item work_item;
} ways[] = {{OUTERFILL_TRANSFER_AUTO, OUTERFILL_WORK_ITEM_AUTO},
            {OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_CELL},
            {OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_ROWS},
            {OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_CELL},
            {OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_ROWS}};

/* The rows that were asked for came once, no other came at all. */
static size_t count_wrong_takes(const taker *seen, size_t row_begin, size_t row_end) {
    const size_t n = seen->problem->n, m = seen->problem->m;
    size_t num_wrong = 0;
    for (size_t k = 0; k < n * m; k++)
        num_wrong += seen->taken[k] != (k / m >= row_begin && k / m < row_end);
    return num_wrong;
}

/* Rows that were not asked for are filled in by the reference, so that the check of the whole array says something of the
 * others. */
static size_t count_wrong_values(const taker *seen, size_t row_begin, size_t row_end,
                                 const char *what) {
    const oracle_function placed = {seen->num_planes, placed_float64, placed_float32};
    const oracle_problem *problem = seen->problem;
    const size_t m = problem->m;
    for (size_t p = 0; p < seen->num_planes; p++)
        for (size_t i = 0; i < problem->n; i++)
            for (size_t j = 0; (i < row_begin || i >= row_end) && j < m; j++) {
                const oracle_cell cell = {i, j, problem->n, m, NULL};
                const size_t at = (p * problem->n + i) * m + j;
                if (problem->dtype == OUTERFILL_FLOAT64)
                    ((double *)seen->ab)[at] = placed_float64(
                        p, ((const double *)problem->a)[i], ((const double *)problem->b)[j], &cell);
                else
                    ((float *)seen->ab)[at] = placed_float32(p, ((const float *)problem->a)[i],
                                                             ((const float *)problem->b)[j], &cell);
            }
    return oracle_check(&placed, problem, seen->ab, what);
}

static void take_shape(const outerfill_function *function, size_t k, size_t way,
                       outerfill_order order) {
    const outerfill_dtype dtype = outerfill_function_dtype(function);
    const size_t n = shapes[k].n, m = shapes[k].m,
                 num_planes = outerfill_function_num_planes(function);
    const size_t row_end = shapes[k].row_end ? shapes[k].row_end : n;
    void *a = check_malloc(oracle_nbytes(dtype, n)), *b = check_malloc(oracle_nbytes(dtype, m));
    const oracle_problem problem = {dtype, a, n, b, m, NULL};
    guarded ab = guarded_create(oracle_nbytes(dtype, num_planes * n * m), 0);
    taker seen = {&problem,
                  num_planes,
                  oracle_nbytes(dtype, 1),
                  order,
                  ab.data,
                  calloc(n, m),
                  pthread_self(),
                  shapes[k].row_begin * m,
                  0,
                  0,
                  0,
                  0,
                  0,
                  0};
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .memory_nbytes = shapes[k].memory_nbytes,
                                            .transfer = ways[way].transfer,
                                            .work_item =
                                                check_work_item(context, ways[way].work_item),
                                            .row_begin = shapes[k].row_begin,
                                            .row_end = shapes[k].row_end};
    outerfill_error error;
    char what[120];

    snprintf(what, sizeof what, "(%zu, %zu, %zu), %s, shape %zu, way %zu, order %d", num_planes, n,
             m, outerfill_dtype_name(dtype), k, way, (int)order);
    oracle_plain(dtype, a, n, 201);
    oracle_plain(dtype, b, m, 202);
    check_ok(outerfill_fill_consumer(function, a, n, b, m, take, &seen, order, &options, &error),
             &error);
    if (seen.num_wrong || count_wrong_takes(&seen, shapes[k].row_begin, row_end))
        fail_msg("%s: wrong bands", what);
    assert_int_equal(seen.num_wrong_threads, 0);
    assert_int_equal(count_wrong_values(&seen, shapes[k].row_begin, row_end, what), 0);
    if (order == OUTERFILL_ORDER_ROWS) assert_int_equal(seen.next_cell, row_end * m);
    free(seen.taken);
    guarded_destroy(&ab);
    free(a);
    free(b);
}

static void test_every_cell_once(void **state) {
    (void)state;
    for (int dtype = OUTERFILL_FLOAT64; dtype <= OUTERFILL_FLOAT32; dtype++)
        for (size_t num_planes = 1; num_planes <= MAX_PLANES; num_planes++) {
            outerfill_function *function =
                check_function(context, (outerfill_dtype)dtype, num_planes, placed_expressions);
            for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++)
                for (size_t way = 0; way < NUM_ELEMENTS(ways); way++) {
                    take_shape(function, k, way, OUTERFILL_ORDER_ROWS);
                    if ((k + num_planes) % NUM_ELEMENTS(ways) == way)
                        take_shape(function, k, way, OUTERFILL_ORDER_FINISHED);
                }
            outerfill_function_destroy(function);
        }
}

/* ---- One problem, for all that follows
 * ---------------------------------------------------------------------------------------- */

enum { N = 503, M = 401 };
static double a[N], b[M];
static const oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
static outerfill_function *function;

static taker new_taker(outerfill_order order) {
    return (taker){.problem = &problem,
                   .num_planes = 2,
                   .itemsize = sizeof(double),
                   .order = order,
                   .thread = pthread_self()};
}

/* ---- Cancel
 * ------------------------------------------------------------------------------------------------------------------ */

static const struct {
    size_t call;
    int result, is_slow;
    outerfill_order order;
} cancels[] = {
    {1, 1, 0, OUTERFILL_ORDER_ROWS},      {1, -1, 1, OUTERFILL_ORDER_FINISHED},
    {2, 256, 1, OUTERFILL_ORDER_ROWS},    {5, 1, 1, OUTERFILL_ORDER_ROWS},
    {5, -7, 1, OUTERFILL_ORDER_FINISHED}, {20, 1, 0, OUTERFILL_ORDER_FINISHED},
    {20, 1, 1, OUTERFILL_ORDER_ROWS},
};

static void test_cancel(void **state) {
    (void)state;
    for (size_t k = 0; k < 4 * NUM_ELEMENTS(cancels); k++) {
        const size_t c = k % NUM_ELEMENTS(cancels);
        taker seen = new_taker(cancels[c].order);
        const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                                .memory_nbytes = 256 << 10,
                                                .transfer = k % 2 ? OUTERFILL_TRANSFER_STAGED
                                                                  : OUTERFILL_TRANSFER_MAPPED};
        outerfill_error error;
        seen.stop_at_call = cancels[c].call;
        seen.result = cancels[c].result;
        seen.is_slow = cancels[c].is_slow; /* bands wait for it then, and must not come any more */
        check_status(outerfill_fill_consumer(function, a, N, b, M, take, &seen, cancels[c].order,
                                             &options, &error),
                     OUTERFILL_CANCELLED, &error);
        assert_int_equal(seen.num_calls, cancels[c].call);
        assert_int_equal(seen.num_wrong + seen.num_wrong_threads, 0);
        usleep(20000); /* nothing calls it after the return */
        assert_int_equal(seen.num_calls, cancels[c].call);
    }
}

/* ---- Progress
 * ---------------------------------------------------------------------------------------------------------------- */

typedef struct witness {
    size_t num_calls, first_rows, last_rows, num_wrong, num_at_end, num_rows, stop_at_rows;
    pthread_t thread;
} witness;

static int watch(size_t rows_done, size_t num_rows, void *user_data) {
    witness *seen = user_data;
    if (seen->num_calls++ == 0) seen->first_rows = rows_done;
    seen->num_wrong += rows_done < seen->last_rows || num_rows != seen->num_rows ||
                       !pthread_equal(seen->thread, pthread_self());
    seen->num_at_end += rows_done == num_rows;
    seen->last_rows = rows_done;
    return seen->stop_at_rows && rows_done >= seen->stop_at_rows;
}

static void test_progress(void **state) {
    (void)state;
    for (int k = 0; k < 4; k++) {
        const size_t row_end = k % 2 ? 300 : 0, num_rows = k % 2 ? 200 : N;
        taker seen = new_taker(k / 2 ? OUTERFILL_ORDER_FINISHED : OUTERFILL_ORDER_ROWS);
        witness progress = {.thread = pthread_self(), .num_rows = num_rows};
        outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                          .memory_nbytes = 256 << 10,
                                          .progress = watch,
                                          .progress_data = &progress,
                                          .row_begin = k % 2 ? 100 : 0,
                                          .row_end = row_end};
        outerfill_error error;
        seen.next_cell = options.row_begin * M;
        check_ok(outerfill_fill_consumer(function, a, N, b, M, take, &seen, seen.order, &options,
                                         &error),
                 &error);
        assert_int_equal(progress.num_wrong + seen.num_wrong, 0);
        assert_true(progress.num_calls > 2 && progress.num_at_end == 1);
        assert_true(progress.first_rows == 0 && progress.last_rows == num_rows);
        progress =
            (witness){.thread = pthread_self(), .num_rows = num_rows, .stop_at_rows = num_rows / 2};
        seen.next_cell = options.row_begin * M;
        check_status(outerfill_fill_consumer(function, a, N, b, M, take, &seen, seen.order,
                                             &options, &error),
                     OUTERFILL_CANCELLED, &error);
        assert_true(progress.num_wrong == 0 && progress.last_rows < num_rows);
    }
}

/* ---- The library from within the consumer
 * ------------------------------------------------------------------------------------- */

typedef struct nester {
    size_t num_calls, num_wrong;
} nester;

/* Another fill of each kind, with the function that is being filled. */
static int take_and_fill(const outerfill_band *band, void *user_data) {
    static double values[2 * 31 * 37], small_a[31], small_b[37];
    static const oracle_function placed = {2, placed_float64, NULL};
    const oracle_problem small = {OUTERFILL_FLOAT64, small_a, 31, small_b, 37, NULL};
    nester *outer = user_data;
    taker inner = {
        .problem = &small, .num_planes = 2, .itemsize = sizeof(double), .thread = pthread_self()};

    oracle_plain(OUTERFILL_FLOAT64, small_a, 31, 203 + band->row_begin);
    oracle_plain(OUTERFILL_FLOAT64, small_b, 37, 204);
    outer->num_calls++;
    outer->num_wrong +=
        outerfill_fill(function, small_a, 31, small_b, 37, values, NULL, NULL) != OUTERFILL_OK;
    outer->num_wrong += oracle_check(&placed, &small, values, "within a consumer");
    outer->num_wrong += outerfill_fill_consumer(function, small_a, 31, small_b, 37, take, &inner,
                                                OUTERFILL_ORDER_ROWS, NULL, NULL) != OUTERFILL_OK;
    outer->num_wrong += inner.num_wrong || inner.next_cell != (size_t)31 * 37;
    return 0;
}

static void test_library_within_the_consumer(void **state) {
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .memory_nbytes = 1 << 20};
    nester outer = {0, 0};
    outerfill_error error;

    (void)state;
    check_ok(outerfill_fill_consumer(function, a, N, b, M, take_and_fill, &outer,
                                     OUTERFILL_ORDER_FINISHED, &options, &error),
             &error);
    assert_true(outer.num_calls > 1);
    assert_int_equal(outer.num_wrong, 0);
}

/* ---- What is refused, and what is nothing
 * --------------------------------------------------------------------------------------- */

static void check_refused(outerfill_consume *consume, outerfill_order order, size_t verify_cells,
                          size_t row_begin, size_t row_end, const char *mentions) {
    taker seen = new_taker(OUTERFILL_ORDER_ROWS);
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .row_begin = row_begin,
                                            .row_end = row_end,
                                            .verify_cells = verify_cells};
    outerfill_error error;

    check_status(
        outerfill_fill_consumer(function, a, N, b, M, consume, &seen, order, &options, &error),
        OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, mentions);
    assert_int_equal(seen.num_calls, 0);
}

static void test_refused(void **state) {
    taker seen = new_taker(OUTERFILL_ORDER_ROWS);

    (void)state;
    check_refused(NULL, OUTERFILL_ORDER_ROWS, 0, 0, 0, "consume");
    check_refused(take, (outerfill_order)7, 0, 0, 0, "7");
    check_refused(take, (outerfill_order)-1, 0, 0, 0, "-1");
    check_refused(take, OUTERFILL_ORDER_ROWS, 1, 0, 0, "verif");
    check_refused(take, OUTERFILL_ORDER_ROWS, 0, 5, 5, "5");
    check_refused(take, OUTERFILL_ORDER_ROWS, 0, 7, 3, "7");
    check_refused(take, OUTERFILL_ORDER_ROWS, 0, 0, N + 1, "504");
    check_status(
        outerfill_fill_consumer(NULL, a, N, b, M, take, &seen, OUTERFILL_ORDER_ROWS, NULL, NULL),
        OUTERFILL_INVALID_ARGUMENT, NULL);
    check_status(outerfill_fill_consumer(function, NULL, N, b, M, take, &seen, OUTERFILL_ORDER_ROWS,
                                         NULL, NULL),
                 OUTERFILL_INVALID_ARGUMENT, NULL);
    check_status(outerfill_fill_consumer(function, a, SIZE_MAX, b, M, take, &seen,
                                         OUTERFILL_ORDER_ROWS, NULL, NULL),
                 OUTERFILL_INVALID_ARGUMENT, NULL);
    assert_int_equal(seen.num_calls, 0);
}

static void test_no_cells(void **state) {
    taker seen = new_taker(OUTERFILL_ORDER_ROWS);
    witness progress = {.thread = pthread_self()};
    const outerfill_fill_options options = {
        .struct_nbytes = sizeof options, .progress = watch, .progress_data = &progress};
    outerfill_error error;

    (void)state;
    check_ok(outerfill_fill_consumer(function, NULL, 0, b, M, take, &seen, OUTERFILL_ORDER_ROWS,
                                     &options, &error),
             &error);
    check_ok(outerfill_fill_consumer(function, a, N, NULL, 0, take, &seen, OUTERFILL_ORDER_FINISHED,
                                     &options, &error),
             &error);
    assert_int_equal(seen.num_calls + progress.num_calls, 0);
}

static int open_all(void **state) {
    (void)state;
    context = check_context(NULL);
    function = check_function(context, OUTERFILL_FLOAT64, 2, placed_expressions);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 205);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 206);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cell_once), cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_progress),        cmocka_unit_test(test_library_within_the_consumer),
        cmocka_unit_test(test_refused),         cmocka_unit_test(test_no_cells),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}

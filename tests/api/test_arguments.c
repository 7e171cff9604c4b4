/* SPDX-License-Identifier: MIT
 *
 * Guards the refusals of every rung: NULL where a pointer is needed, arrays that overlap, sizes that overflow, numbers that
 * name nothing, structs without their size. Each refusal comes with one sentence that names the culprit, leaves the array alone,
 * and is the same without an error object.
 */
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"

#define N ((size_t)3)
#define M ((size_t)5)

static outerfill_context *context;
static outerfill_function *function;
static double a[N], b[M], ab[2 * N * M];

/* ---- Calls that are refused ------------------------------------------------------------------------------------------------ */

#define CALL(name, expression)                                                                     \
    static outerfill_status name(outerfill_error *error) {                                         \
        return expression;                                                                         \
    }

CALL(outer_without_a, outerfill(NULL, N, b, M, ab, error))
CALL(outer_without_b, outerfill(a, N, NULL, M, ab, error))
CALL(outer_without_ab, outerfill(a, N, b, M, NULL, error))
CALL(outer_overlap, outerfill(a, N, b, M, a, error))
CALL(outer_overflow, outerfill(a, (size_t)1 << 33, b, (size_t)1 << 33, ab, error))
CALL(fill_a_unaligned, outerfill_fill(function, (char *)a + 4, N - 1, b, M, ab, NULL, error))
CALL(fill_b_unaligned, outerfill_fill(function, a, N, (char *)b + 4, M - 1, ab, NULL, error))
CALL(fill_ab_unaligned, outerfill_fill(function, a, N - 1, b, M, (char *)ab + 4, NULL, error))
CALL(fill_b_overlaps, outerfill_fill(function, a, N, ab + 1, M, ab, NULL, error))
CALL(fill_without_function, outerfill_fill(NULL, a, N, b, M, ab, NULL, error))
CALL(fill_without_a, outerfill_fill(function, NULL, N, b, M, ab, NULL, error))
CALL(fill_without_b, outerfill_fill(function, a, N, NULL, M, ab, NULL, error))
CALL(empty_fill_without_b, outerfill_fill(function, NULL, 0, NULL, M, ab, NULL, error))
CALL(fill_without_ab, outerfill_fill(function, a, N, b, M, NULL, NULL, error))
CALL(fill_overflow_product,
     outerfill_fill(function, a, (size_t)1 << 33, b, (size_t)1 << 33, ab, NULL, error))
CALL(fill_overflow_planes, outerfill_fill(function, a, (size_t)1 << 60, b, 1, ab, NULL, error))
CALL(fill_overflow_n, outerfill_fill(function, a, SIZE_MAX, b, 1, ab, NULL, error))
CALL(fill_overflow_m, outerfill_fill(function, a, 1, b, SIZE_MAX, ab, NULL, error))
CALL(fill_overflow_both, outerfill_fill(function, a, SIZE_MAX, b, SIZE_MAX, ab, NULL, error))
CALL(context_without_result, outerfill_context_create(NULL, NULL, error))
CALL(function_without_result, outerfill_function_create(context, NULL, NULL, error))
static const outerfill_file_options unknown_existing = {.struct_nbytes = sizeof unknown_existing,
                                                        .existing = (outerfill_existing)9};
static outerfill_status npy_with(outerfill_file_options file, outerfill_error *error) {
    file.struct_nbytes = sizeof file;
    return outerfill_fill_npy(function, a, N, b, M, "x.npy", &file, NULL, error);
}

static int consume_nothing(const outerfill_band *band, void *user_data) {
    (void)band, (void)user_data;
    return 1;
}

#define CONSUMER(name, function, a, b, consume, order)                                             \
    CALL(name, outerfill_fill_consumer(function, a, N, b, M, consume, NULL, order, NULL, error))
CONSUMER(consumer_without_function, NULL, a, b, consume_nothing, OUTERFILL_ORDER_ROWS)
CONSUMER(consumer_without_a, function, NULL, b, consume_nothing, OUTERFILL_ORDER_ROWS)
CONSUMER(consumer_without_b, function, a, NULL, consume_nothing, OUTERFILL_ORDER_ROWS)
CONSUMER(consumer_without_consume, function, a, b, NULL, OUTERFILL_ORDER_ROWS)
CONSUMER(consumer_unknown_order, function, a, b, consume_nothing, (outerfill_order)9)
CALL(consumer_overflow, outerfill_fill_consumer(function, a, SIZE_MAX, b, 2, consume_nothing, NULL,
                                                OUTERFILL_ORDER_ROWS, NULL, error))
CALL(status_without_result, outerfill_file_status_create("x.npy", NULL, error))

static outerfill_status status_without_path(outerfill_error *error) {
    outerfill_file_status *run = NULL;

    return outerfill_file_status_create(NULL, &run, error);
}

static outerfill_status status_of_empty_path(outerfill_error *error) {
    outerfill_file_status *run = NULL;

    return outerfill_file_status_create("", &run, error);
}

CALL(npy_without_function, outerfill_fill_npy(NULL, a, N, b, M, "x.npy", NULL, NULL, error))
CALL(npy_without_path, outerfill_fill_npy(function, a, N, b, M, NULL, NULL, NULL, error))
CALL(npy_without_a, outerfill_fill_npy(function, NULL, N, b, M, "x.npy", NULL, NULL, error))
CALL(npy_without_b, outerfill_fill_npy(function, a, N, NULL, M, "x.npy", NULL, NULL, error))
CALL(npy_unknown_existing,
     outerfill_fill_npy(function, a, N, b, M, "x.npy", &unknown_existing, NULL, error))
static const outerfill_file_options without_size = {.struct_nbytes = 0};
CALL(npy_file_options_without_size,
     outerfill_fill_npy(function, a, N, b, M, "x.npy", &without_size, NULL, error))
CALL(npy_unknown_unfinished,
     npy_with((outerfill_file_options){.unfinished = (outerfill_unfinished)9}, error))
CALL(npy_shard_of_none, npy_with((outerfill_file_options){.shard = 5}, error))
CALL(npy_shard_0, npy_with((outerfill_file_options){.num_shards = 5}, error))
CALL(npy_shard_beyond, npy_with((outerfill_file_options){.shard = 7, .num_shards = 6}, error))
CALL(npy_shard_restarts,
     npy_with((outerfill_file_options){.shard = 1,
                                       .num_shards = 6,
                                       .unfinished = OUTERFILL_UNFINISHED_RESTART},
              error))
CALL(npy_empty_path, outerfill_fill_npy(function, a, N, b, M, "", NULL, NULL, error))
CALL(npy_overflow, outerfill_fill_npy(function, a, SIZE_MAX, b, 2, "x.npy", NULL, NULL, error))

static outerfill_status function_without_context(outerfill_error *error) {
    outerfill_function *result = NULL;

    return outerfill_function_create(NULL, NULL, &result, error);
}

static outerfill_status devices_without_list(outerfill_error *error) {
    size_t num_devices;

    return outerfill_devices_create(NULL, &num_devices, error);
}

static outerfill_status devices_without_number(outerfill_error *error) {
    const outerfill_device **devices;

    return outerfill_devices_create(&devices, NULL, error);
}

static outerfill_status context_of_unknown_dtype(outerfill_error *error) {
    outerfill_context_options options = {.struct_nbytes = sizeof options,
                                         .dtype = (outerfill_dtype)7};
    outerfill_context *result = NULL;

    return outerfill_context_create(&options, &result, error);
}

static outerfill_status function_of_unknown_dtype(outerfill_error *error) {
    outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                  .dtype = (outerfill_dtype)7};
    outerfill_function *result = NULL;

    return outerfill_function_create(context, &description, &result, error);
}

static outerfill_status function_of_many_planes(outerfill_error *error) {
    outerfill_function_description description = {
        .struct_nbytes = sizeof description, .num_planes = 65, .body = "out[0] = a;"};
    outerfill_function *result = NULL;

    return outerfill_function_create(context, &description, &result, error);
}

static outerfill_status context_options_without_size(outerfill_error *error) {
    outerfill_context_options options = {.struct_nbytes = 0};
    outerfill_context *result = NULL;

    return outerfill_context_create(&options, &result, error);
}

static outerfill_status description_without_size(outerfill_error *error) {
    outerfill_function_description description = {.struct_nbytes = 0};
    outerfill_function *result = NULL;

    return outerfill_function_create(context, &description, &result, error);
}

static outerfill_status fill_with(outerfill_fill_options options, outerfill_error *error) {
    return outerfill_fill(function, a, N, b, M, ab, &options, error);
}

CALL(fill_options_without_size, fill_with((outerfill_fill_options){.struct_nbytes = 0}, error))
CALL(fill_unknown_transfer,
     fill_with((outerfill_fill_options){.struct_nbytes = sizeof(outerfill_fill_options),
                                        .transfer = (outerfill_transfer)9},
               error))
CALL(fill_unknown_work_item,
     fill_with((outerfill_fill_options){.struct_nbytes = sizeof(outerfill_fill_options),
                                        .work_item = (outerfill_work_item)9},
               error))

#define ROWS(begin, end)                                                                           \
    (outerfill_fill_options) {                                                                     \
        .struct_nbytes = sizeof(outerfill_fill_options), .row_begin = begin, .row_end = end        \
    }
CALL(fill_no_rows, fill_with(ROWS(2, 2), error))
CALL(fill_rows_reversed, fill_with(ROWS(2, 1), error))
CALL(fill_rows_beyond, fill_with(ROWS(1, 4), error))
CALL(fill_rows_without_end, fill_with(ROWS(1, 0), error))

/* `mentions` is what the sentence must contain: the argument's name, or the value. */
static const struct {
    const char *what;
    outerfill_status (*call)(outerfill_error *error);
    const char *mentions;
} refused[] = {
    {"outerfill, a NULL", outer_without_a, "a"},
    {"outerfill, b NULL", outer_without_b, "b"},
    {"outerfill, ab NULL", outer_without_ab, "ab"},
    {"outerfill, a is ab", outer_overlap, "overlap"},
    {"outerfill, 2^33 x 2^33", outer_overflow, "8589934592"},
    {"fill, a in the middle of a value", fill_a_unaligned, "aligned"},
    {"fill, b in the middle of a value", fill_b_unaligned, "aligned"},
    {"fill, ab in the middle of a value", fill_ab_unaligned, "aligned"},
    {"fill, b is a part of ab", fill_b_overlaps, "overlap"},
    {"fill, function NULL", fill_without_function, "function"},
    {"fill, a NULL", fill_without_a, "a"},
    {"fill, b NULL", fill_without_b, "b"},
    {"fill, a and b NULL, n 0", empty_fill_without_b, "fill's b may not be NULL with n = 0"},
    {"fill, ab NULL", fill_without_ab, "ab"},
    {"fill, 2^33 x 2^33", fill_overflow_product, "8589934592"},
    {"fill, 2 x 2^60 x 1 of 8 bytes", fill_overflow_planes, "1152921504606846976"},
    {"fill, n SIZE_MAX", fill_overflow_n, "18446744073709551615"},
    {"fill, m SIZE_MAX", fill_overflow_m, "18446744073709551615"},
    {"fill, n and m SIZE_MAX", fill_overflow_both, "18446744073709551615"},
    {"fill, options without size", fill_options_without_size, "struct_nbytes"},
    {"fill, unknown transfer", fill_unknown_transfer, "9"},
    {"fill, unknown work_item", fill_unknown_work_item, "9"},
    {"fill, rows 2 to 2", fill_no_rows, "rows 2 to 2"},
    {"fill, rows 2 to 1", fill_rows_reversed, "rows 2 to 1"},
    {"fill, rows 1 to 4 of 3", fill_rows_beyond, "rows 1 to 4"},
    {"fill, rows 1 to 0", fill_rows_without_end, "rows 1 to 0"},
    {"context, result NULL", context_without_result, "context"},
    {"context, unknown dtype", context_of_unknown_dtype, "7"},
    {"context, options without size", context_options_without_size, "struct_nbytes"},
    {"function, context NULL", function_without_context, "context"},
    {"function, result NULL", function_without_result, "function"},
    {"function, unknown dtype", function_of_unknown_dtype, "7"},
    {"function, 65 planes", function_of_many_planes, "65"},
    {"function, description without size", description_without_size, "struct_nbytes"},
    {"devices, list NULL", devices_without_list, "devices"},
    {"devices, number NULL", devices_without_number, "num_devices"},
    {"npy, function NULL", npy_without_function, "function"},
    {"npy, path NULL", npy_without_path, "path"},
    {"npy, a NULL", npy_without_a, "a"},
    {"npy, b NULL", npy_without_b, "b"},
    {"npy, unknown existing", npy_unknown_existing, "9"},
    {"npy, path empty", npy_empty_path, "path"},
    {"npy, file options without size", npy_file_options_without_size, "struct_nbytes"},
    {"npy, unknown unfinished", npy_unknown_unfinished, "9"},
    {"npy, shard 5 of 0", npy_shard_of_none, "shard 5 of 0"},
    {"npy, shard 0 of 5", npy_shard_0, "shard 0 of 5"},
    {"npy, shard 7 of 6", npy_shard_beyond, "shard 7 of 6"},
    {"npy, a shard that begins anew", npy_shard_restarts, "shard"},
    {"consumer, function NULL", consumer_without_function, "function"},
    {"consumer, a NULL", consumer_without_a, "a"},
    {"consumer, b NULL", consumer_without_b, "b"},
    {"consumer, consume NULL", consumer_without_consume, "consume"},
    {"consumer, unknown order", consumer_unknown_order, "9"},
    {"consumer, n SIZE_MAX", consumer_overflow, "18446744073709551615"},
    {"run, result NULL", status_without_result, "file_status"},
    {"run, path NULL", status_without_path, "path"},
    {"run, path empty", status_of_empty_path, "path"},
    {"npy, n SIZE_MAX", npy_overflow, "18446744073709551615"},
};

/* One sentence on one line, ended within its array; no log; no OpenCL code. */
static void check_sentence(const outerfill_error *error, const char *mentions) {
    assert_non_null(memchr(error->message, '\0', sizeof error->message));
    assert_null(strpbrk(error->message, "\r\n\t"));
    assert_true(strlen(error->message) > 15);
    check_contains(error->message, mentions);
    assert_int_equal(error->log[0], '\0');
    assert_int_equal(error->opencl_code, 0);
}

static void test_refused_calls(void **state) {
    double before[NUM_ELEMENTS(ab)];

    (void)state;
    memset(ab, 0x5a, sizeof ab);
    memcpy(before, ab, sizeof ab);
    for (size_t k = 0; k < NUM_ELEMENTS(refused); k++) {
        outerfill_error error;
        outerfill_status status;
        memset(&error, 0xff, sizeof error);
        status = refused[k].call(&error);
        if (status != OUTERFILL_INVALID_ARGUMENT) print_error("%s:\n", refused[k].what);
        check_status(status, OUTERFILL_INVALID_ARGUMENT, &error);
        check_sentence(&error, refused[k].mentions);
        check_status(refused[k].call(NULL), OUTERFILL_INVALID_ARGUMENT, NULL);
        assert_memory_equal(ab, before, sizeof ab);
    }
}

/* ---- Overlap --------------------------------------------------------------------------------------------------------------- */

/* a, b and ab in one array of doubles, at these places. */
static const struct {
    const char *what;
    size_t a, b, ab;
    outerfill_status status;
} places[] = {
    {"ab directly after a and b", 0, N, N + M, OUTERFILL_OK},
    {"ab directly before a and b", 2 * N *M, 2 * N *M + N, 0, OUTERFILL_OK},
    {"ab directly after a", 0, 40, N, OUTERFILL_OK},
    {"a is b", 40, 40, 0, OUTERFILL_OK},
    {"a and b overlap in part", 41, 40, 0, OUTERFILL_OK},
    {"a is ab", 0, 40, 0, OUTERFILL_INVALID_ARGUMENT},
    {"b is ab", 40, 0, 0, OUTERFILL_INVALID_ARGUMENT},
    {"a ends in ab", 0, 40, N - 1, OUTERFILL_INVALID_ARGUMENT},
    {"b ends in ab", 40, 0, M - 1, OUTERFILL_INVALID_ARGUMENT},
    {"a begins in ab's last value", 2 * N *M - 1, 40, 0, OUTERFILL_INVALID_ARGUMENT},
    {"b begins in ab's last value", 40, 2 * N *M - 1, 0, OUTERFILL_INVALID_ARGUMENT},
    {"a within ab", 7, 40, 0, OUTERFILL_INVALID_ARGUMENT},
    {"b within ab's second plane", 40, N *M + 2, 0, OUTERFILL_INVALID_ARGUMENT},
    {"a and b within ab", 3, 11, 0, OUTERFILL_INVALID_ARGUMENT},
};

static void test_overlap(void **state) {
    double arena[60];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(places); k++) {
        const double *place_a = arena + places[k].a, *place_b = arena + places[k].b;
        double *place_ab = arena + places[k].ab, copies[N + M];
        oracle_problem problem = {OUTERFILL_FLOAT64, copies, N, copies + N, M, NULL};
        outerfill_error error;
        outerfill_status status;
        oracle_plain(OUTERFILL_FLOAT64, arena, NUM_ELEMENTS(arena), 71);
        memcpy(copies, place_a, N * sizeof(double));
        memcpy(copies + N, place_b, M * sizeof(double));
        status = outerfill_fill(function, place_a, N, place_b, M, place_ab, NULL, &error);
        if (status != places[k].status) print_error("%s:\n", places[k].what);
        check_status(status, places[k].status, &error);
        if (status == OUTERFILL_OK)
            assert_int_equal(oracle_check(&oracle_default, &problem, place_ab, places[k].what), 0);
        else
            check_contains(error.message, "overlap");
    }
}

static int open_context(void **state) {
    (void)state;
    context = check_context(NULL);
    function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 81);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 82);
    return 0;
}

static int close_context(void **state) {
    (void)state;
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused_calls),
        cmocka_unit_test(test_overlap),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

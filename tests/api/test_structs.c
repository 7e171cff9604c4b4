/* SPDX-License-Identifier: MIT
 *
 * Guards the conventions of the header: structs of an older, shorter header keep working; the error object is cleared on
 * success and may be left out; statuses, dtypes and the version have their names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"
#include "scratch.h"

#define N ((size_t)3)
#define M ((size_t)5)

static double a[N], b[M], ab[2 * N * M];

/* ---- Structs of an older header -------------------------------------------------------------------------------------------- */

/* What lies behind struct_nbytes is not there: it is filled with ones, and must not be looked at. */
static void test_shorter_structs(void **state) {
    static const char *const expressions[] = {"a + b", "a * b"};
    oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    outerfill_context_options context_options;
    outerfill_function_description description;
    outerfill_fill_options fill_options;
    outerfill_context *own_context = NULL;
    outerfill_function *own_function = NULL;
    outerfill_error error;

    (void)state;
    memset(&context_options, 0xff, sizeof context_options);
    context_options.struct_nbytes = offsetof(outerfill_context_options, dtype);
    context_options.device = NULL;
    check_ok(outerfill_context_create(&context_options, &own_context, &error), &error);

    memset(&description, 0xff, sizeof description);
    description.struct_nbytes = offsetof(outerfill_function_description, body);
    description.dtype = OUTERFILL_FLOAT64;
    description.num_planes = 2;
    description.expressions = expressions;
    check_ok(outerfill_function_create(own_context, &description, &own_function, &error), &error);

    memset(&fill_options, 0xff, sizeof fill_options);
    fill_options.struct_nbytes = offsetof(outerfill_fill_options, transfer);
    fill_options.parameters = NULL;
    fill_options.memory_nbytes = 0;
    check_ok(outerfill_fill(own_function, a, N, b, M, ab, &fill_options, &error), &error);
    assert_int_equal(oracle_check(&oracle_default, &problem, ab, "shorter structs"), 0);

    fill_options.struct_nbytes = sizeof fill_options.struct_nbytes;
    check_ok(outerfill_fill(own_function, a, N, b, M, ab, &fill_options, &error), &error);
    outerfill_function_destroy(own_function);
    outerfill_context_destroy(own_context);
}

static void check_file_options(const outerfill_file_options *file, outerfill_status expected) {
    const char *path = scratch_path("structs.npy");
    outerfill_context *own_context = check_context(NULL);
    outerfill_function *own_function = check_function(own_context, OUTERFILL_FLOAT64, 0, NULL);
    outerfill_error error;

    check_status(outerfill_fill_npy(own_function, a, N, b, M, path, file, NULL, &error), expected,
                 &error);
    assert_int_equal(scratch_exists(path), expected == OUTERFILL_OK);
    unlink(path);
    outerfill_function_destroy(own_function);
    outerfill_context_destroy(own_context);
}

/* Of a file's options likewise; and what a newer header has more is accepted where it is zero. */
static void test_file_options_of_other_headers(void **state) {
    struct {
        outerfill_file_options file;
        unsigned char more[16];
    } options;

    (void)state;
    memset(&options, 0xff, sizeof options);
    options.file.struct_nbytes = sizeof options.file.struct_nbytes;
    check_file_options(&options.file, OUTERFILL_OK);
    options.file.struct_nbytes = offsetof(outerfill_file_options, shard);
    options.file.existing = OUTERFILL_EXISTING_REPLACE;
    options.file.unfinished = OUTERFILL_UNFINISHED_RESUME;
    check_file_options(&options.file, OUTERFILL_OK);
    memset(&options, 0, sizeof options);
    options.file.struct_nbytes = sizeof options;
    check_file_options(&options.file, OUTERFILL_OK);
    options.more[3] = 1;
    check_file_options(&options.file, OUTERFILL_INVALID_ARGUMENT);
}

/* Rows and verified cells stand behind what an older header has of a fill's options. */
static void test_fill_options_without_rows(void **state) {
    outerfill_context *own_context = check_context(NULL);
    outerfill_function *own_function = check_function(own_context, OUTERFILL_FLOAT64, 0, NULL);
    const oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    outerfill_fill_options options;
    outerfill_error error;

    (void)state;
    memset(&options, 0xff, sizeof options);
    memset(&options, 0, offsetof(outerfill_fill_options, row_begin));
    options.struct_nbytes = offsetof(outerfill_fill_options, row_begin);
    memset(ab, 0, sizeof ab);
    check_ok(outerfill_fill(own_function, a, N, b, M, ab, &options, &error), &error);
    assert_int_equal(oracle_check(&oracle_default, &problem, ab, "without rows"), 0);
    outerfill_function_destroy(own_function);
    outerfill_context_destroy(own_context);
}

/* ---- Error object, names --------------------------------------------------------------------------------------------------- */

static void check_cleared(const outerfill_error *error) {
    assert_int_equal(error->status, OUTERFILL_OK);
    assert_int_equal(error->opencl_code, 0);
    assert_true(error->plane == -1 && error->line == 0 && error->column == 0);
    for (size_t k = 0; k < sizeof error->reserved; k++) assert_int_equal(error->reserved[k], 0);
    assert_int_equal(error->message[0], '\0');
    assert_int_equal(error->log[0], '\0');
}

static int consume_all(const outerfill_band *band, void *user_data) {
    (void)band, (void)user_data;
    return 0;
}

static void check_rung_4(const outerfill_function *own_function, outerfill_error *error) {
    const char *path = scratch_path("cleared.npy");
    outerfill_file_status *run = NULL;

    memset(error, 0xff, sizeof *error);
    check_ok(outerfill_fill_consumer(own_function, a, N, b, M, consume_all, NULL,
                                     OUTERFILL_ORDER_ROWS, NULL, error),
             NULL);
    check_cleared(error);
    memset(error, 0xff, sizeof *error);
    check_ok(outerfill_fill_npy(own_function, a, N, b, M, path, NULL, NULL, error), NULL);
    check_cleared(error);
    memset(error, 0xff, sizeof *error);
    check_ok(outerfill_file_status_create(path, &run, error), NULL);
    check_cleared(error);
    outerfill_free(run);
    unlink(path);
}

static void test_error_is_cleared_on_success(void **state) {
    outerfill_context *own_context = NULL;
    outerfill_function *own_function = NULL;
    const outerfill_device **devices = NULL;
    outerfill_error error;
    size_t num_devices = 0;

    (void)state;
    memset(&error, 0xff, sizeof error);
    check_ok(outerfill_context_create(NULL, &own_context, &error), NULL);
    check_cleared(&error);
    memset(&error, 0xff, sizeof error);
    check_ok(outerfill_function_create(own_context, NULL, &own_function, &error), NULL);
    check_cleared(&error);
    memset(&error, 0xff, sizeof error);
    check_ok(outerfill_fill(own_function, a, N, b, M, ab, NULL, &error), NULL);
    check_cleared(&error);
    memset(&error, 0xff, sizeof error);
    check_ok(outerfill(a, N, b, M, ab, &error), NULL);
    check_cleared(&error);
    memset(&error, 0xff, sizeof error);
    check_ok(outerfill_devices_create(&devices, &num_devices, &error), NULL);
    check_cleared(&error);
    check_rung_4(own_function, &error);
    outerfill_free(devices);
    outerfill_function_destroy(own_function);
    outerfill_context_destroy(own_context);
}

static void test_error_is_optional_on_success(void **state) {
    outerfill_context *own_context = NULL;
    outerfill_function *own_function = NULL;
    const outerfill_device **devices = NULL;
    size_t num_devices = 0;

    (void)state;
    check_ok(outerfill_context_create(NULL, &own_context, NULL), NULL);
    check_ok(outerfill_function_create(own_context, NULL, &own_function, NULL), NULL);
    check_ok(outerfill_fill(own_function, a, N, b, M, ab, NULL, NULL), NULL);
    check_ok(outerfill(a, N, b, M, ab, NULL), NULL);
    check_ok(outerfill_devices_create(&devices, &num_devices, NULL), NULL);
    outerfill_free(devices);
    outerfill_function_destroy(own_function);
    outerfill_context_destroy(own_context);
}

static void test_names(void **state) {
    static const char *const statuses[] = {
        "OUTERFILL_OK",           "OUTERFILL_INVALID_ARGUMENT", "OUTERFILL_NO_DEVICE",
        "OUTERFILL_BUILD_FAILED", "OUTERFILL_OUT_OF_MEMORY",    "OUTERFILL_DEVICE_FAILED",
        "OUTERFILL_FILE_FAILED",  "OUTERFILL_CANCELLED",        "OUTERFILL_AFTER_FORK",
        "OUTERFILL_MISMATCH",     "OUTERFILL_STILL_WRITING"};
    char version[40];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(statuses); k++)
        assert_string_equal(outerfill_status_name((outerfill_status)k), statuses[k]);
    assert_string_equal(outerfill_status_name((outerfill_status)99), "unknown status");
    assert_string_equal(outerfill_status_name((outerfill_status)-1), "unknown status");
    assert_string_equal(outerfill_dtype_name(OUTERFILL_FLOAT64), "float64");
    assert_string_equal(outerfill_dtype_name(OUTERFILL_FLOAT32), "float32");
    assert_string_equal(outerfill_dtype_name((outerfill_dtype)7), "unknown dtype");
    assert_int_equal(outerfill_dtype_itemsize(OUTERFILL_FLOAT64), 8);
    assert_int_equal(outerfill_dtype_itemsize(OUTERFILL_FLOAT32), 4);
    assert_int_equal(outerfill_dtype_itemsize((outerfill_dtype)7), 0);
    snprintf(version, sizeof version, "%d.%d.%d", OUTERFILL_VERSION_MAJOR, OUTERFILL_VERSION_MINOR,
             OUTERFILL_VERSION_PATCH);
    assert_string_equal(outerfill_version(), version);
}

static int make_folder(void **state) {
    (void)state;
    scratch_create();
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    scratch_remove();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shorter_structs),
        cmocka_unit_test(test_file_options_of_other_headers),
        cmocka_unit_test(test_fill_options_without_rows),
        cmocka_unit_test(test_error_is_cleared_on_success),
        cmocka_unit_test(test_error_is_optional_on_success),
        cmocka_unit_test(test_names),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    oracle_plain(OUTERFILL_FLOAT64, a, N, 81);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 82);
    return cmocka_run_group_tests(tests, make_folder, remove_folder) == 0 ? 0 : 1;
}

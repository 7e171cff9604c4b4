/* SPDX-License-Identifier: MIT
 *
 * Guards profiles: every cell of a fill is counted for one device; a device that ran has times, as
 * far as its driver tells them; results that are read back are counted byte by byte; a fill begins
 * with zeros; a struct that has grown gets zeros behind what the library knows.
 */
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"

#define N            300
#define M            501
#define MOST_DEVICES 2

static outerfill_context *context;
static double a[N], b[M], ab[2 * N * M];

/* A later version's profile. */
struct grown {
    outerfill_profile profile;
    uint64_t later[3];
};

static outerfill_status fill(const outerfill_function *function, outerfill_fill_options options,
                             outerfill_error *error) {
    options.struct_nbytes = sizeof options;
    return outerfill_fill(function, a, N, b, M, ab, &options, error);
}

static void check_sums(const outerfill_profile *profiles, size_t num_devices, int is_read) {
    uint64_t num_cells = 0, num_bytes = 0;
    for (size_t k = 0; k < num_devices; k++) {
        const outerfill_profile *profile = &profiles[k];
        num_cells += profile->num_cells;
        num_bytes += profile->num_read_bytes;
        assert_int_equal(profile->num_cells > 0, profile->num_bands > 0);
        assert_int_equal(profile->seconds > 0, profile->num_bands > 0);
        assert_int_equal(profile->kernel_seconds > 0, profile->num_bands > 0);
        assert_int_equal(profile->peak_read_bytes_second > 0, is_read && profile->num_bands > 0);
        assert_true(profile->kernel_seconds <= profile->seconds);
        assert_true(profile->wait_seconds <= profile->seconds);
    }
    assert_int_equal(num_cells, N * M);
    assert_int_equal(num_bytes, is_read ? sizeof ab : 0);
}

static void test_every_way(void **state) {
    static const outerfill_transfer ways[] = {OUTERFILL_TRANSFER_MAPPED, OUTERFILL_TRANSFER_STAGED};
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    const size_t num_devices = outerfill_context_num_devices(context);

    (void)state;
    for (size_t k = 0; k < 2 * NUM_ELEMENTS(ways); k++) { /* lanes of earlier fills are kept */
        outerfill_profile profiles[MOST_DEVICES];
        outerfill_error error;
        memset(profiles, 0xee, sizeof profiles);
        check_ok(fill(function,
                      (outerfill_fill_options){.transfer = ways[k % 2],
                                               .memory_nbytes = 256 << 10,
                                               .profiles = profiles,
                                               .profile_nbytes = sizeof *profiles},
                      &error),
                 &error);
        check_sums(profiles, num_devices, ways[k % 2] == OUTERFILL_TRANSFER_STAGED);
        check_ok(fill(function, (outerfill_fill_options){.transfer = ways[k % 2]}, &error), &error);
    }
    outerfill_function_destroy(function);
}

/* An array that the calling thread would fill by itself goes to a device. */
static void test_a_small_array(void **state) {
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    outerfill_profile profiles[MOST_DEVICES] = {{0}};
    const outerfill_fill_options options = {
        .struct_nbytes = sizeof options, .profiles = profiles, .profile_nbytes = sizeof *profiles};
    outerfill_error error;

    (void)state;
    check_ok(outerfill_fill(function, a, 2, b, 3, ab, &options, &error), &error);
    assert_int_equal(profiles[0].num_cells + profiles[1].num_cells, 6);
    check_ok(outerfill_fill(function, a, 0, b, 3, ab, &options, &error), &error);
    assert_int_equal(profiles[0].num_cells + profiles[1].num_cells, 0);
    outerfill_function_destroy(function);
}

static void test_a_struct_that_has_grown(void **state) {
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    struct grown grown[MOST_DEVICES];
    uint64_t num_cells = 0;
    outerfill_error error;

    (void)state;
    memset(grown, 0xee, sizeof grown);
    check_ok(fill(function,
                  (outerfill_fill_options){.memory_nbytes = 256 << 10,
                                           .profiles = &grown[0].profile,
                                           .profile_nbytes = sizeof *grown},
                  &error),
             &error);
    for (size_t k = 0; k < outerfill_context_num_devices(context); k++) {
        num_cells += grown[k].profile.num_cells;
        for (size_t i = 0; i < NUM_ELEMENTS(grown[k].later); i++)
            assert_int_equal(grown[k].later[i], 0);
    }
    assert_int_equal(num_cells, N * M);
    outerfill_function_destroy(function);
}

static void test_a_size_that_is_too_small(void **state) {
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    outerfill_profile profiles[MOST_DEVICES];
    outerfill_error error;

    (void)state;
    check_status(fill(function, (outerfill_fill_options){.profiles = profiles}, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "outerfill_fill_options.profile_nbytes 0");
    outerfill_function_destroy(function);
}

/* What was verified is not counted. */
static void test_verified_cells(void **state) {
    static const char *const expressions[] = {"exp(a) + b"};
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 1, expressions);
    outerfill_profile profiles[MOST_DEVICES];
    uint64_t num_cells = 0;
    outerfill_error error;

    (void)state;
    check_ok(fill(function,
                  (outerfill_fill_options){
                      .verify_cells = 20, .profiles = profiles, .profile_nbytes = sizeof *profiles},
                  &error),
             &error);
    for (size_t k = 0; k < outerfill_context_num_devices(context); k++)
        num_cells += profiles[k].num_cells;
    assert_int_equal(num_cells, N * M);
    outerfill_function_destroy(function);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_way),
        cmocka_unit_test(test_a_small_array),
        cmocka_unit_test(test_a_struct_that_has_grown),
        cmocka_unit_test(test_a_size_that_is_too_small),
        cmocka_unit_test(test_verified_cells),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    setenv("POCL_DEVICES", "pthread pthread", 1);
    device_line_print();
    context = check_context("all");
    const int num_failed = cmocka_run_group_tests(tests, NULL, NULL);
    outerfill_context_destroy(context);
    return num_failed == 0 ? 0 : 1;
}

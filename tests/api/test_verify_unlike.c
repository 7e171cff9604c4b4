/* SPDX-License-Identifier: MIT
 *
 * Guards the verification of cells that unlike devices computed: each cell is computed again by a device like the one that
 * computed it, and what no such device can compute again is left out and counted. This program makes the devices unlike: its
 * clGetDeviceInfo gives the second one another name, and its clBuildProgram defines UNLIKE there, which changes the last bits
 * of the texts below. Its clEnqueueNDRangeKernel can fail for the second device.
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"
#include "scratch.h"

/* ---- The driver ---- */

static cl_device_id second;
static atomic_int num_launches, num_until_failure; /* of the second device; 0: no launch fails */
static atomic_bool is_failing;                     /* every launch of the second device fails */
static atomic_int num_awaited; /* launches of the second device, before the first one goes on */

typedef cl_int info_call(cl_device_id, cl_device_info, size_t, void *, size_t *);
typedef cl_int build_call(cl_program, cl_uint, const cl_device_id *, const char *,
                          void(CL_CALLBACK *)(cl_program, void *), void *);
typedef cl_int launch_call(cl_command_queue, cl_kernel, cl_uint, const size_t *, const size_t *,
                           const size_t *, cl_uint, const cl_event *, cl_event *);
typedef cl_int ids_call(cl_platform_id, cl_device_type, cl_uint, cl_device_id *, cl_uint *);

__attribute__((visibility("default"))) cl_int clGetDeviceIDs(cl_platform_id platform,
                                                             cl_device_type type, cl_uint capacity,
                                                             cl_device_id *ids, cl_uint *num_ids) {
    ids_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clGetDeviceIDs");
    const cl_int code = next(platform, type, capacity, ids, num_ids);
    if (!code && ids && capacity > 1) second = ids[1];
    return code;
}

__attribute__((visibility("default"))) cl_int clGetDeviceInfo(cl_device_id id, cl_device_info what,
                                                              size_t nbytes, void *answer,
                                                              size_t *num_told) {
    info_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clGetDeviceInfo");
    const cl_int code = next(id, what, nbytes, answer, num_told);
    const bool is_named = !code && what == CL_DEVICE_NAME && answer && id == second;
    if (is_named && strlen(answer) + sizeof " unlike" <= nbytes) strcat(answer, " unlike");
    return code;
}

__attribute__((visibility("default"))) cl_int
clBuildProgram(cl_program program, cl_uint num_devices, const cl_device_id *devices,
               const char *options, void(CL_CALLBACK *notify)(cl_program, void *), void *data) {
    build_call *next;
    char more[512];
    *(void **)&next = dlsym(RTLD_NEXT, "clBuildProgram");
    snprintf(more, sizeof more, "%s%s", options, devices[0] == second ? " -DUNLIKE" : "");
    return next(program, num_devices, devices, more, notify, data);
}

__attribute__((visibility("default"))) cl_int
clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint num_dimensions,
                       const size_t *offset, const size_t *global, const size_t *local,
                       cl_uint num_events, const cl_event *events, cl_event *event) {
    launch_call *next;
    cl_device_id id = NULL;
    *(void **)&next = dlsym(RTLD_NEXT, "clEnqueueNDRangeKernel");
    clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof id, &id, NULL);
    for (int k = 0; id != second && num_launches < num_awaited && k < 5000; k++) usleep(1000);
    if (id == second && ++num_launches > num_until_failure && num_until_failure)
        return CL_DEVICE_NOT_AVAILABLE;
    if (id == second && is_failing) return CL_DEVICE_NOT_AVAILABLE;
    return next(queue, kernel, num_dimensions, offset, global, local, num_events, events, event);
}

/* ---- Fills ---- */

#define N 700
#define M 501

static double a[N], b[M];
static outerfill_context *context;

static const char preamble[] = "#ifdef UNLIKE\n#define BIT 1e-12\n#else\n#define BIT 0\n#endif\n";

static outerfill_function *make(const char *expression, const char *text) {
    const outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                        .num_planes = 1,
                                                        .expressions = &expression,
                                                        .preamble = text};
    return check_described(context, &description);
}

struct counts {
    size_t num_verified, num_left_out;
};

static outerfill_fill_options options_of(struct counts *counts) {
    *counts = (struct counts){SIZE_MAX, SIZE_MAX};
    return (outerfill_fill_options){.struct_nbytes = sizeof(outerfill_fill_options),
                                    .memory_nbytes = 256 << 10, /* many bands */
                                    .verify_cells = 1000,
                                    .num_verified = &counts->num_verified,
                                    .num_left_out = &counts->num_left_out};
}

/* The first device begins after num_first launches of the second one, so that both take part, also
 * on a busy machine. The second device fails after `failing` launches; 0: never. */
static void fill_with(outerfill_function *function, int num_first, int failing,
                      const outerfill_fill_options *options) {
    static double ab[N * M];
    outerfill_error error;
    num_launches = 0;
    num_awaited = num_first;
    num_until_failure = failing;
    check_ok(outerfill_fill(function, a, N, b, M, ab, options, &error), &error);
    num_until_failure = num_awaited = 0;
}

static void fill(outerfill_function *function, int num_first, int failing, struct counts *counts) {
    const outerfill_fill_options options = options_of(counts);
    fill_with(function, num_first, failing, &options);
}

static void test_unlike_devices(void **state) {
    outerfill_function *function = make("exp(a) * b + BIT", preamble);
    struct counts counts;
    (void)state;
    for (int k = 0; k < 4; k++) {
        fill(function, 1, 0, &counts);
        assert_true(num_launches >= 1);
        assert_in_range(counts.num_verified, 1000, 12000);
        assert_int_equal(counts.num_left_out, 0);
    }
    outerfill_function_destroy(function);
}

/* The second device has done some bands and is gone. */
static void test_a_dropped_device(void **state) {
    static const char *const texts[] = {"exp(a) * b + BIT", "a * b - a"};
    struct counts counts;
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        outerfill_function *function = make(texts[k], k ? NULL : preamble);
        fill(function, 4, 3, &counts);
        assert_true(num_launches > 3);
        assert_true(counts.num_verified > 100);
        assert_true(k ? counts.num_left_out == 0 : counts.num_left_out > 0);
        outerfill_function_destroy(function);
    }
}

/* Verifying begins after all rows are done. */
static int fail_from_the_end(size_t rows_done, size_t num_rows, void *user_data) {
    (void)user_data;
    if (rows_done == num_rows) is_failing = true;
    return 0;
}

/* It fails when it is to verify: the array stays, and its cells are left out. */
static void test_a_device_that_fails_late(void **state) {
    outerfill_function *function = make("exp(a) * b + BIT", preamble);
    struct counts counts;
    outerfill_fill_options options = options_of(&counts);
    (void)state;
    options.progress = fail_from_the_end;
    fill_with(function, 1, 0, &options);
    is_failing = false;
    assert_true(counts.num_left_out > 0 && counts.num_verified > 0);
    outerfill_function_destroy(function);
}

/* ---- Files ---- */

/* Nobody knows which device has computed what an earlier fill has left. */
static void test_a_resumed_file(void **state) {
    static const char *const texts[] = {"exp(a) * b + BIT", "a * b - a"};
    const char *path = scratch_path("ab.npy");
    const outerfill_file_options file = {.struct_nbytes = sizeof file,
                                         .unfinished = OUTERFILL_UNFINISHED_RESUME};
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        outerfill_function *function = make(texts[k], k ? NULL : preamble);
        struct counts counts;
        outerfill_fill_options options = options_of(&counts);
        outerfill_error error;
        options.row_end = N / 2;
        check_ok(outerfill_fill_npy(function, a, N, b, M, path, &file, &options, &error), &error);
        assert_int_equal(counts.num_left_out, 0);
        options = options_of(&counts);
        check_ok(outerfill_fill_npy(function, a, N, b, M, path, &file, &options, &error), &error);
        assert_true(counts.num_verified > 400);
        assert_true(k ? counts.num_left_out == 0 : counts.num_left_out > 400);
        unlink(path);
        outerfill_function_destroy(function);
    }
}

/* One of the unlike devices does it alone. */
static void test_the_same_bits(void **state) {
    outerfill_context_options options = {
        .struct_nbytes = sizeof options, .device = "all", .same_device_bits = 1};
    outerfill_context *alike;
    outerfill_error error;
    (void)state;
    check_ok(outerfill_context_create(&options, &alike, &error), &error);
    assert_int_equal(outerfill_context_num_devices(alike), 1);
    outerfill_context_destroy(alike);
    options.same_device_bits = 2;
    check_status(outerfill_context_create(&options, &alike, &error), OUTERFILL_INVALID_ARGUMENT,
                 &error);
    check_contains(error.message, "same_device_bits 2");
}

static int open_context(void **state) {
    (void)state;
    context = check_context("all");
    assert_int_equal(outerfill_context_num_devices(context), 2);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 1);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 2);
    scratch_create();
    return 0;
}

static int close_context(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    scratch_remove();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unlike_devices),
        cmocka_unit_test(test_a_dropped_device),
        cmocka_unit_test(test_a_device_that_fails_late),
        cmocka_unit_test(test_a_resumed_file),
        cmocka_unit_test(test_the_same_bits),
    };
    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    setenv("POCL_DEVICES", "pthread pthread", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

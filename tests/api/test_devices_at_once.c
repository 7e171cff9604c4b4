/* SPDX-License-Identifier: MIT
 *
 * Guards that two devices are opened at the same time, build at the same time, and get their lanes at the same time; and that
 * the first device's failure is told, whichever device fails first. This program has a clCreateContext, a clBuildProgram and a
 * clCreateCommandQueue of its own, which the library calls. Each waits until both devices are in it.
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"

/* ---- The driver ---- */

#define NUM_DEVICES   2
#define LIMIT_SECONDS 10 /* that a call waits for the other device's call */

enum met_call { CONTEXT, BUILD, QUEUE, NUM_CALLS };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static enum met_call awaited; /* the call in which the devices wait for each other */
static size_t num_inside, most_inside;
static bool is_missed;            /* a device has waited in vain */
static size_t num_ended;          /* calls of the second device that have failed */
static cl_int codes[NUM_DEVICES]; /* that the awaited call returns */
static cl_device_id device_ids[NUM_DEVICES];

static void list_devices(void) {
    cl_platform_id platform;
    assert_int_equal(clGetPlatformIDs(1, &platform, NULL), CL_SUCCESS);
    assert_int_equal(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, NUM_DEVICES, device_ids, NULL),
                     CL_SUCCESS);
}

/* Waits with the lock held until *number has reached the value. Only the first wait may last for the
 * whole time. */
static void await(const size_t *number, size_t value) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += LIMIT_SECONDS;
    while (!is_missed && *number < value)
        is_missed = pthread_cond_timedwait(&changed, &mutex, &end) == ETIMEDOUT;
}

/* Waits for the other device's call. Where both fail, the second device is the first to do so. */
static cl_int meet(enum met_call call, cl_device_id device) {
    const size_t k = device == device_ids[0] ? 0 : 1;
    if (call != awaited) return CL_SUCCESS;
    pthread_mutex_lock(&mutex);
    num_inside++;
    if (num_inside > most_inside) most_inside = num_inside;
    pthread_cond_broadcast(&changed);
    await(&most_inside, NUM_DEVICES);
    if (codes[0] && codes[1] && k == 0) await(&num_ended, 1);
    num_ended += k;
    num_inside--;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    return codes[k];
}

typedef cl_context create_call(const cl_context_properties *, cl_uint, const cl_device_id *,
                               void(CL_CALLBACK *)(const char *, const void *, size_t, void *),
                               void *, cl_int *);
typedef cl_int build_call(cl_program, cl_uint, const cl_device_id *, const char *,
                          void(CL_CALLBACK *)(cl_program, void *), void *);
typedef cl_command_queue queue_call(cl_context, cl_device_id, cl_command_queue_properties,
                                    cl_int *);

__attribute__((visibility("default"))) cl_context clCreateContext(
    const cl_context_properties *properties, cl_uint num_devices, const cl_device_id *devices,
    void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *), void *data,
    cl_int *code) {
    create_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clCreateContext");
    *code = meet(CONTEXT, devices[0]);
    return *code ? NULL : next(properties, num_devices, devices, notify, data, code);
}

__attribute__((visibility("default"))) cl_int
clBuildProgram(cl_program program, cl_uint num_devices, const cl_device_id *devices,
               const char *options, void(CL_CALLBACK *notify)(cl_program, void *), void *data) {
    build_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clBuildProgram");
    const cl_int code = meet(BUILD, devices[0]);
    return code ? code : next(program, num_devices, devices, options, notify, data);
}

__attribute__((visibility("default"))) cl_command_queue clCreateCommandQueue(
    cl_context context, cl_device_id device, cl_command_queue_properties properties, cl_int *code) {
    queue_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clCreateCommandQueue");
    *code = meet(QUEUE, device);
    return *code ? NULL : next(context, device, properties, code);
}

static void expect(enum met_call call, cl_int first, cl_int second) {
    awaited = call;
    codes[0] = first;
    codes[1] = second;
    num_inside = most_inside = num_ended = 0;
    is_missed = false;
}

static void check_met(void) {
    assert_int_equal(most_inside, NUM_DEVICES);
    awaited = NUM_CALLS;
}

/* ---- Contexts ---- */

static outerfill_status open_all(outerfill_context **context, outerfill_error *error) {
    const outerfill_context_options options = {.struct_nbytes = sizeof options, .device = "all"};
    return outerfill_context_create(&options, context, error);
}

static outerfill_context *context_of_two(void) {
    outerfill_context *context;
    outerfill_error error;
    awaited = NUM_CALLS;
    check_ok(open_all(&context, &error), &error);
    assert_int_equal(outerfill_context_num_devices(context), NUM_DEVICES);
    return context;
}

static void test_contexts(void **state) {
    outerfill_context *context;
    outerfill_error error;
    (void)state;
    expect(CONTEXT, CL_SUCCESS, CL_SUCCESS);
    check_ok(open_all(&context, &error), &error);
    check_met();
    assert_int_equal(outerfill_context_num_devices(context), NUM_DEVICES);
    assert_true(strcmp(outerfill_context_device(context, 0)->id,
                       outerfill_context_device(context, 1)->id) < 0);
    outerfill_context_destroy(context);
}

static void test_contexts_fail(void **state) {
    outerfill_context *context;
    outerfill_error error;
    (void)state;
    expect(CONTEXT, CL_INVALID_DEVICE, CL_OUT_OF_HOST_MEMORY);
    check_status(open_all(&context, &error), OUTERFILL_DEVICE_FAILED, &error);
    check_met();
    assert_int_equal(error.opencl_code, CL_INVALID_DEVICE);
}

/* ---- Functions ---- */

static outerfill_status create(outerfill_context *context, const char *body,
                               outerfill_function **function, outerfill_error *error) {
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description, .num_planes = 1, .body = body};
    return outerfill_function_create(context, &description, function, error);
}

/* Both compilers warn of the same place: that is one warning. */
static void test_builds(void **state) {
    outerfill_context *context = context_of_two();
    outerfill_function *function;
    outerfill_error error;
    size_t num_warnings;
    (void)state;
    expect(BUILD, CL_SUCCESS, CL_SUCCESS);
    check_ok(create(context, "a == b;\nout[0] = a - b;", &function, &error), &error);
    check_met();
    outerfill_function_warnings(function, &num_warnings);
    assert_int_equal(num_warnings, 1);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
}

static void test_builds_fail(void **state) {
    outerfill_context *context = context_of_two();
    outerfill_function *function;
    outerfill_error error;
    (void)state;
    expect(BUILD, CL_INVALID_BINARY, CL_OUT_OF_HOST_MEMORY);
    check_status(create(context, "out[0] = a - b;", &function, &error), OUTERFILL_DEVICE_FAILED,
                 &error);
    check_met();
    assert_int_equal(error.opencl_code, CL_INVALID_BINARY);
    assert_null(function);
    outerfill_context_destroy(context);
}

/* ---- Fills ---- */

static void test_lanes(void **state) {
    static double a[101], b[103], ab[2 * 101 * 103];
    const oracle_problem problem = {OUTERFILL_FLOAT64, a, 101, b, 103, NULL};
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .transfer = OUTERFILL_TRANSFER_STAGED};
    outerfill_context *context = context_of_two();
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    outerfill_error error;
    (void)state;
    oracle_plain(OUTERFILL_FLOAT64, a, 101, 1);
    oracle_plain(OUTERFILL_FLOAT64, b, 103, 2);
    expect(QUEUE, CL_SUCCESS, CL_SUCCESS);
    check_ok(outerfill_fill(function, a, 101, b, 103, ab, &options, &error), &error);
    check_met();
    assert_int_equal(oracle_check(&oracle_default, &problem, ab, "with two lanes"), 0);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contexts), cmocka_unit_test(test_contexts_fail),
        cmocka_unit_test(test_builds),   cmocka_unit_test(test_builds_fail),
        cmocka_unit_test(test_lanes),
    };
    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    setenv("POCL_DEVICES", "pthread pthread", 1);
    device_line_print();
    list_devices();
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards devices that a driver lists and does not open, such as a card in exclusive mode: a class of the selector goes on with
 * the others and tells the reason, a device that was named fails with it, and the driver's own words are in the sentence. This
 * program has a clCreateContext of its own, which the library calls, and which fails for chosen devices. It also has a
 * clGetKernelWorkGroupInfo and a clEnqueueNDRangeKernel, for kernels that take smaller work-groups than their device.
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"

/* ---- The driver ---- */

#define NUM_DEVICES 2

static cl_int codes[NUM_DEVICES]; /* of clCreateContext, for each device in the driver's order */
static const char *words;         /* what the driver tells before it fails; NULL: nothing */
static atomic_int num_contexts;   /* open ones */
static size_t most_in_group;      /* of a kernel; 0: what the driver says */
static size_t num_launches;

static size_t number_of(cl_platform_id platform, cl_device_id device) {
    cl_device_id ids[NUM_DEVICES];
    clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, NUM_DEVICES, ids, NULL);
    return ids[0] == device ? 0 : 1;
}

typedef cl_context create_call(const cl_context_properties *, cl_uint, const cl_device_id *,
                               void(CL_CALLBACK *)(const char *, const void *, size_t, void *),
                               void *, cl_int *);
typedef cl_int release_call(cl_context);
typedef cl_int group_call(cl_kernel, cl_device_id, cl_kernel_work_group_info, size_t, void *,
                          size_t *);
typedef cl_int launch_call(cl_command_queue, cl_kernel, cl_uint, const size_t *, const size_t *,
                           const size_t *, cl_uint, const cl_event *, cl_event *);

__attribute__((visibility("default"))) cl_context clCreateContext(
    const cl_context_properties *properties, cl_uint num_devices, const cl_device_id *devices,
    void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *), void *data,
    cl_int *code) {
    create_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clCreateContext");
    *code = codes[number_of((cl_platform_id)properties[1], devices[0])];
    if (*code && words) notify(words, NULL, 0, data);
    if (*code) return NULL;
    num_contexts++;
    return next(properties, num_devices, devices, notify, data, code);
}

__attribute__((visibility("default"))) cl_int clReleaseContext(cl_context context) {
    release_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clReleaseContext");
    num_contexts--;
    return next(context);
}

__attribute__((visibility("default"))) cl_int
clGetKernelWorkGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info what,
                         size_t nbytes, void *answer, size_t *num_told) {
    group_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clGetKernelWorkGroupInfo");
    const cl_int code = next(kernel, device, what, nbytes, answer, num_told);
    if (!code && what == CL_KERNEL_WORK_GROUP_SIZE && most_in_group)
        *(size_t *)answer = most_in_group;
    return code;
}

__attribute__((visibility("default"))) cl_int
clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint num_dimensions,
                       const size_t *offset, const size_t *global, const size_t *local,
                       cl_uint num_events, const cl_event *events, cl_event *event) {
    launch_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clEnqueueNDRangeKernel");
    if (most_in_group && local[0] * local[1] > most_in_group) return CL_INVALID_WORK_GROUP_SIZE;
    num_launches++;
    return next(queue, kernel, num_dimensions, offset, global, local, num_events, events, event);
}

/* ---- Contexts ---- */

static void play(cl_int first, cl_int second, const char *told) {
    codes[0] = first;
    codes[1] = second;
    words = told;
    num_contexts = 0;
}

static outerfill_status open(const char *selector, outerfill_context **context,
                             outerfill_error *error) {
    const outerfill_context_options options = {.struct_nbytes = sizeof options, .device = selector};
    return outerfill_context_create(&options, context, error);
}

/* A class goes on without the device, and tells why. */
static void test_a_class(void **state) {
    static const char *const selectors[] = {"any", "cpu", "all"};
    static const cl_int all_codes[] = {CL_INVALID_DEVICE, CL_OUT_OF_RESOURCES,
                                       CL_OUT_OF_HOST_MEMORY};
    outerfill_context *context;
    outerfill_error error;
    (void)state;
    for (size_t k = 0; k < 9; k++) {
        play(k % 2 ? all_codes[k / 3] : 0, k % 2 ? 0 : all_codes[k / 3], NULL);
        check_ok(open(selectors[k % 3], &context, &error), &error);
        assert_int_equal(outerfill_context_num_devices(context), 1);
        const outerfill_device *unopened = outerfill_context_unopened(context, 0);
        assert_non_null(unopened);
        check_contains(unopened->unusable, "clCreateContext: CL_");
        assert_string_not_equal(unopened->id, outerfill_context_device(context, 0)->id);
        assert_null(outerfill_context_unopened(context, 1));
        assert_int_equal(num_contexts, 1);
        outerfill_context_destroy(context);
        assert_int_equal(num_contexts, 0);
    }
}

static void test_all_open(void **state) {
    outerfill_context *context;
    outerfill_error error;
    (void)state;
    play(0, 0, NULL);
    check_ok(open("all", &context, &error), &error);
    assert_int_equal(outerfill_context_num_devices(context), 2);
    assert_null(outerfill_context_unopened(context, 0));
    assert_null(outerfill_context_unopened(NULL, 0));
    outerfill_context_destroy(context);
}

/* Nothing is left: the first failure is the reason. */
static void test_none_opens(void **state) {
    outerfill_context *context;
    outerfill_error error;
    (void)state;
    play(CL_INVALID_DEVICE, CL_OUT_OF_HOST_MEMORY, NULL);
    check_status(open("all", &context, &error), OUTERFILL_DEVICE_FAILED, &error);
    check_contains(error.message, "clCreateContext: CL_INVALID_DEVICE (-33) on \"");
    play(CL_OUT_OF_HOST_MEMORY, CL_INVALID_DEVICE, NULL);
    check_status(open("any", &context, &error), OUTERFILL_OUT_OF_MEMORY, &error);
    assert_int_equal(outerfill_context_create(NULL, &context, NULL), OUTERFILL_OUT_OF_MEMORY);
    assert_null(context);
    assert_int_equal(num_contexts, 0);
}

/* A device that was named is not replaced by another one. */
static void test_a_name(void **state) {
    outerfill_context *context;
    outerfill_error error;
    char named[64];
    (void)state;
    play(0, 0, NULL);
    check_ok(open("all", &context, &error), &error);
    snprintf(named, sizeof named, "all,%s", outerfill_context_device(context, 1)->id);
    outerfill_context_destroy(context);
    play(0, CL_INVALID_DEVICE, "the card belongs to process 12\nand more");
    check_status(open(named, &context, &error), OUTERFILL_DEVICE_FAILED, &error);
    check_contains(error.message, "clCreateContext: CL_INVALID_DEVICE (-33) on \"");
    check_contains(error.message, "\"; its driver says: the card belongs to process 12");
    assert_null(strchr(error.message, '\n'));
    assert_int_equal(num_contexts, 0);
}

/* ---- Work-groups ---- */

static void test_small_groups(void **state) {
    static double a[101], b[103], ab[2 * 101 * 103];
    static const size_t sizes[] = {256, 255, 128, 64, 8, 1};
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .work_item = OUTERFILL_WORK_ITEM_CELL};
    const oracle_problem problem = {OUTERFILL_FLOAT64, a, 101, b, 103, NULL};
    outerfill_context *context;
    outerfill_error error;
    (void)state;
    play(0, 0, NULL);
    oracle_plain(OUTERFILL_FLOAT64, a, 101, 1);
    oracle_plain(OUTERFILL_FLOAT64, b, 103, 2);
    check_ok(open("cpu", &context, &error), &error);
    for (size_t k = 0; k < NUM_ELEMENTS(sizes); k++) {
        most_in_group = sizes[k];
        num_launches = 0;
        outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
        memset(ab, 0xff, sizeof ab);
        check_ok(outerfill_fill(function, a, 101, b, 103, ab, &options, &error), &error);
        assert_int_equal(oracle_check(&oracle_default, &problem, ab, "in small groups"), 0);
        assert_true(num_launches > 0);
        outerfill_function_destroy(function);
    }
    most_in_group = 0;
    outerfill_context_destroy(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_class),      cmocka_unit_test(test_all_open),
        cmocka_unit_test(test_none_opens),   cmocka_unit_test(test_a_name),
        cmocka_unit_test(test_small_groups),
    };
    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    setenv("POCL_DEVICES", "pthread pthread", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

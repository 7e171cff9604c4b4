/* SPDX-License-Identifier: MIT
 *
 * Guards the way of results from an integrated GPU: through the host's memory if the driver writes
 * there, and read back if the driver keeps a copy, or if mapping fails. The program has OpenCL calls
 * of its own, which the library finds: the device says that it is a GPU, and maps as a driver with a
 * copy does.
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "checks.h"
#include "device_line.h"

/* Longer than reading 4 MiB takes, even on a machine that does other work. */
#define COPY_NANOSECONDS 300000000

static enum { HONEST, COPIES, FAILS } driver;
static atomic_size_t num_reads, num_maps;

typedef cl_int info_call(cl_device_id, cl_device_info, size_t, void *, size_t *);
typedef void *map_call(cl_command_queue, cl_mem, cl_bool, cl_map_flags, size_t, size_t, cl_uint,
                       const cl_event *, cl_event *, cl_int *);
typedef cl_int read_call(cl_command_queue, cl_mem, cl_bool, size_t, size_t, void *, cl_uint,
                         const cl_event *, cl_event *);

__attribute__((visibility("default"))) cl_int clGetDeviceInfo(cl_device_id id, cl_device_info what,
                                                              size_t nbytes, void *answer,
                                                              size_t *answer_nbytes) {
    info_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clGetDeviceInfo");
    const cl_int code = next(id, what, nbytes, answer, answer_nbytes);
    const cl_device_type gpu = CL_DEVICE_TYPE_GPU;
    if (code == CL_SUCCESS && what == CL_DEVICE_TYPE && answer) memcpy(answer, &gpu, sizeof gpu);
    return code;
}

__attribute__((visibility("default"))) void *clEnqueueMapBuffer(
    cl_command_queue queue, cl_mem buffer, cl_bool is_blocking, cl_map_flags flags, size_t begin,
    size_t nbytes, cl_uint num_events, const cl_event *events, cl_event *event, cl_int *code) {
    map_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clEnqueueMapBuffer");
    num_maps++;
    if (driver == COPIES) nanosleep(&(struct timespec){0, COPY_NANOSECONDS}, NULL);
    if (driver != FAILS)
        return next(queue, buffer, is_blocking, flags, begin, nbytes, num_events, events, event,
                    code);
    *code = CL_MAP_FAILURE;
    return NULL;
}

__attribute__((visibility("default"))) cl_int clEnqueueReadBuffer(
    cl_command_queue queue, cl_mem buffer, cl_bool is_blocking, size_t begin, size_t nbytes,
    void *to, cl_uint num_events, const cl_event *events, cl_event *event) {
    read_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clEnqueueReadBuffer");
    num_reads++;
    return next(queue, buffer, is_blocking, begin, nbytes, to, num_events, events, event);
}

/* Fills on a device that is opened now, and checks whether the results were read back. */
static void check_way(int is_read) {
    static double a[100], b[100], ab[2 * 100 * 100];
    outerfill_context *context = check_context(NULL);
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    const outerfill_fill_options options = {.struct_nbytes = sizeof options, .row_end = 100};
    outerfill_error error;
    for (size_t k = 0; k < 100; k++) a[k] = (double)k, b[k] = (double)(k * k);
    memset(ab, 0xff, sizeof ab);
    num_reads = num_maps = 0;
    check_ok(outerfill_fill(function, a, 100, b, 100, ab, &options, &error), &error);
    assert_int_equal(num_reads > 0, is_read);
    assert_int_equal(num_maps > 0, !is_read);
    for (size_t cell = 0; cell < 100 * 100; cell++) {
        assert_true(ab[cell] == a[cell / 100] + b[cell % 100]);
        assert_true(ab[100 * 100 + cell] == a[cell / 100] * b[cell % 100]);
    }
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
}

static void test_a_driver_without_a_copy(void **state) {
    (void)state;
    driver = HONEST;
    check_way(0);
}

static void test_a_driver_with_a_copy(void **state) {
    (void)state;
    driver = COPIES;
    check_way(1);
}

static void test_a_driver_that_maps_nothing(void **state) {
    (void)state;
    driver = FAILS;
    check_way(1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_driver_without_a_copy),
        cmocka_unit_test(test_a_driver_with_a_copy),
        cmocka_unit_test(test_a_driver_that_maps_nothing),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

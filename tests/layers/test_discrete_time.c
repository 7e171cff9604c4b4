/* SPDX-License-Identifier: MIT
 *
 * How long launches and copies of the model of a discrete GPU take, and its work-groups. Times have
 * lower bounds that are sharp, and upper ones that are not. */
#include <stdlib.h>

#include "gpu_case.h"

#define NBYTES (NUM_ELEMENTS_PUT * sizeof(cl_uint))

static double seconds_of_launches(const struct gpu *gpu, cl_mem buffer, size_t num_launches,
                                  size_t num_items) {
    const double begin = check_seconds();
    for (size_t k = 0; k < num_launches; k++)
        assert_int_equal(gpu_put(gpu, buffer, 7, num_items, 64, NULL), CL_SUCCESS);
    assert_int_equal(clFinish(gpu->queue), CL_SUCCESS);
    return check_seconds() - begin;
}

/* 20 ms for 65536 work-items or fewer. */
static void test_launches(void) {
    struct gpu gpu = gpu_open(0);
    cl_int state;
    cl_event event;
    const cl_mem buffer = gpu_buffer(&gpu, 0, NBYTES, NULL);
    seconds_of_launches(&gpu, buffer, 1, 64);
    const double one = seconds_of_launches(&gpu, buffer, 1, 64),
                 three = seconds_of_launches(&gpu, buffer, 3, 64),
                 large = seconds_of_launches(&gpu, buffer, 1, 4 * 65536);
    assert_true(one >= 0.02 && one < 0.08);
    assert_true(three >= 0.06);
    assert_true(large >= 0.08);
    const double begin = check_seconds();
    assert_int_equal(gpu_put(&gpu, buffer, 7, 64, 64, &event), CL_SUCCESS);
    clFlush(gpu.queue);
    clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL);
    assert_int_not_equal(state, CL_COMPLETE);
    assert_int_equal(clWaitForEvents(1, &event), CL_SUCCESS);
    assert_true(check_seconds() - begin >= 0.02);
    clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL);
    assert_int_equal(state, CL_COMPLETE);
    clReleaseEvent(event);
    clReleaseMemObject(buffer);
    gpu_close(&gpu);
}

static double seconds_of_read(const struct gpu *gpu, cl_mem buffer, void *to) {
    const double begin = check_seconds();
    assert_int_equal(clEnqueueReadBuffer(gpu->queue, buffer, CL_TRUE, 0, NBYTES, to, 0, NULL, NULL),
                     CL_SUCCESS);
    return check_seconds() - begin;
}

/* 1 MiB: 20 ms to pinned memory, 80 to other, 800 to an address that is not aligned. */
static void test_copies(void) {
    struct gpu gpu = gpu_open(0);
    cl_int code;
    char *pageable = aligned_alloc(64, NBYTES + 64);
    assert_non_null(pageable);
    const cl_mem buffer = gpu_buffer(&gpu, 0, NBYTES, NULL),
                 pinned = gpu_buffer(&gpu, CL_MEM_ALLOC_HOST_PTR, NBYTES, NULL);
    char *view = clEnqueueMapBuffer(gpu.queue, pinned, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0,
                                    NBYTES, 0, NULL, NULL, &code);
    assert_int_equal(code, CL_SUCCESS);
    assert_int_equal(gpu_put(&gpu, buffer, 7, 64, 64, NULL), CL_SUCCESS);
    assert_int_equal(clFinish(gpu.queue), CL_SUCCESS);
    const double fast = seconds_of_read(&gpu, buffer, view),
                 slow = seconds_of_read(&gpu, buffer, pageable),
                 slowest = seconds_of_read(&gpu, buffer, pageable + 8);
    assert_true(fast >= 0.02 && fast < 0.08);
    assert_true(slow >= 0.08);
    assert_true(slowest >= 0.8);
    clEnqueueUnmapMemObject(gpu.queue, pinned, view, 0, NULL, NULL);
    clReleaseMemObject(pinned);
    clReleaseMemObject(buffer);
    gpu_close(&gpu);
    free(pageable);
}

/* Launches and reads of 200 ms: seconds of one each, on the same queue or on two; the read may wait
 * for the launch. */
static double seconds_of_both(const struct gpu *gpu, cl_mem buffer, cl_command_queue copies,
                              int waits, void *to) {
    cl_event event;
    const double begin = check_seconds();
    assert_int_equal(gpu_put(gpu, buffer, 7, 64, 64, &event), CL_SUCCESS);
    assert_int_equal(clFlush(gpu->queue), CL_SUCCESS);
    assert_int_equal(clEnqueueReadBuffer(copies, buffer, CL_FALSE, 0, NBYTES, to, waits ? 1 : 0,
                                         waits ? &event : NULL, NULL),
                     CL_SUCCESS);
    assert_int_equal(clFinish(copies), CL_SUCCESS);
    assert_int_equal(clFinish(gpu->queue), CL_SUCCESS);
    assert_int_equal(clReleaseEvent(event), CL_SUCCESS);
    return check_seconds() - begin;
}

static void test_overlap(void) {
    struct gpu gpu = gpu_open(0);
    cl_int code;
    char *to = check_malloc(NBYTES);
    const cl_mem buffer = gpu_buffer(&gpu, 0, NBYTES, NULL);
    const cl_command_queue copies = clCreateCommandQueue(gpu.context, gpu.device, 0, &code);
    assert_int_equal(code, CL_SUCCESS);
    seconds_of_launches(&gpu, buffer, 1, 64);
    const double overlapped = seconds_of_both(&gpu, buffer, copies, 0, to);
    assert_true(overlapped >= 0.2 && overlapped < 0.4);
    assert_true(seconds_of_both(&gpu, buffer, copies, 1, to) >= 0.4);
    assert_true(seconds_of_both(&gpu, buffer, gpu.queue, 0, to) >= 0.4);
    clReleaseCommandQueue(copies);
    clReleaseMemObject(buffer);
    gpu_close(&gpu);
    free(to);
}

static void test_group(void) {
    struct gpu gpu = gpu_open(0);
    size_t group = 0;
    const cl_mem buffer = gpu_buffer(&gpu, 0, NBYTES, NULL);
    assert_int_equal(clGetKernelWorkGroupInfo(gpu.put, gpu.device, CL_KERNEL_WORK_GROUP_SIZE,
                                              sizeof group, &group, NULL),
                     CL_SUCCESS);
    assert_int_equal(group, 64);
    assert_int_equal(gpu_put(&gpu, buffer, 7, 1024, 64, NULL), CL_SUCCESS);
    assert_int_equal(gpu_put(&gpu, buffer, 7, 1024, 128, NULL), CL_INVALID_WORK_GROUP_SIZE);
    assert_int_equal(clFinish(gpu.queue), CL_SUCCESS);
    clReleaseMemObject(buffer);
    gpu_close(&gpu);
}

int main(int argc, char **argv) {
    static const struct gpu_case cases[] = {
        {"launches", "gpu,launch=65536:20", test_launches, "launch 0 put 262144 64 0\n"},
        {"copies", "gpu,copy=52:13,reads=slow", test_copies, "copies 3\n"},
        {"overlap", "gpu,launch=65536:200,copy=1000:5.24", test_overlap, NULL},
        {"group", "gpu,group=64", test_group, "launch 0 put 1024 128 -54\n"},
    };
    return gpu_cases_run(argc, argv, cases, NUM_ELEMENTS(cases));
}

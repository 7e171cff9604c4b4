/* SPDX-License-Identifier: MIT
 *
 * Launches of the model of a discrete GPU that fail, and what their context does afterwards. */
#include "gpu_case.h"

static cl_int state_of(cl_event event) {
    cl_int state = 1;
    assert_int_equal(
        clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL),
        CL_SUCCESS);
    return state;
}

/* Each call fails, releases work, and a new context of the device does too. */
static void check_dead(struct gpu *gpu, cl_mem buffer, cl_event earlier, cl_int code) {
    cl_int told;
    cl_uint found = 0;
    assert_int_equal(clFinish(gpu->queue), code);
    assert_int_equal(clFlush(gpu->queue), code);
    assert_int_equal(clWaitForEvents(1, &earlier), code);
    assert_int_equal(clSetKernelArg(gpu->put, 0, sizeof buffer, &buffer), code);
    assert_int_equal(clEnqueueReadBuffer(gpu->queue, buffer, CL_TRUE, 0, 4, &found, 0, NULL, NULL),
                     code);
    assert_int_equal(clEnqueueWriteBuffer(gpu->queue, buffer, CL_TRUE, 0, 4, &found, 0, NULL, NULL),
                     code);
    assert_null(
        clEnqueueMapBuffer(gpu->queue, buffer, CL_TRUE, CL_MAP_READ, 0, 4, 0, NULL, NULL, &told));
    assert_int_equal(told, code);
    assert_null(clCreateBuffer(gpu->context, 0, 4, NULL, &told));
    assert_int_equal(told, code);
    assert_null(clCreateCommandQueue(gpu->context, gpu->device, 0, &told));
    assert_int_equal(told, code);
    assert_null(clCreateKernel(gpu->program, "put", &told));
    assert_int_equal(told, code);
    assert_int_equal(clReleaseEvent(earlier), CL_SUCCESS);
    assert_int_equal(clReleaseMemObject(buffer), CL_SUCCESS);
    gpu_close(gpu);
    struct gpu again = gpu_open(0);
    const cl_mem other = gpu_buffer(&again, 0, 64 * sizeof(cl_uint), NULL);
    assert_int_equal(gpu_put(&again, other, 7, 64, 1, NULL), CL_SUCCESS);
    assert_int_equal(clFinish(again.queue), CL_SUCCESS);
    assert_int_equal(clReleaseMemObject(other), CL_SUCCESS);
    gpu_close(&again);
}

static void test_at_once(void) {
    struct gpu gpu = gpu_open(0);
    cl_event event;
    const cl_mem buffer = gpu_buffer(&gpu, 0, 64 * sizeof(cl_uint), NULL);
    assert_int_equal(gpu_put(&gpu, buffer, 7, 64, 1, &event), CL_SUCCESS);
    assert_int_equal(clWaitForEvents(1, &event), CL_SUCCESS);
    assert_int_equal(gpu_put(&gpu, buffer, 7, 64, 1, NULL), -9999);
    assert_int_equal(state_of(event), CL_COMPLETE);
    check_dead(&gpu, buffer, event, -9999);
}

/* The program learns of the fault when it waits. Nothing behind it is done. */
static void test_late(void) {
    struct gpu gpu = gpu_open(0);
    cl_event events[3];
    cl_uint found = 0;
    const cl_mem buffer = gpu_buffer(&gpu, 0, 64 * sizeof(cl_uint), NULL);
    assert_int_equal(gpu_put(&gpu, buffer, 7, 64, 1, &events[0]), CL_SUCCESS);
    assert_int_equal(clWaitForEvents(1, &events[0]), CL_SUCCESS);
    assert_int_equal(gpu_put(&gpu, buffer, 8, 64, 1, &events[1]), CL_SUCCESS);
    assert_int_equal(
        clEnqueueReadBuffer(gpu.queue, buffer, CL_FALSE, 0, 4, &found, 0, NULL, &events[2]),
        CL_SUCCESS);
    assert_int_equal(clFlush(gpu.queue), CL_SUCCESS);
    assert_int_equal(clWaitForEvents(1, &events[2]), CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
    assert_int_equal(found, 0);
    assert_int_equal(state_of(events[0]), CL_COMPLETE);
    assert_int_equal(state_of(events[1]), CL_OUT_OF_RESOURCES);
    assert_int_equal(state_of(events[2]), CL_OUT_OF_RESOURCES);
    assert_int_equal(clReleaseEvent(events[1]), CL_SUCCESS);
    assert_int_equal(clReleaseEvent(events[2]), CL_SUCCESS);
    check_dead(&gpu, buffer, events[0], CL_OUT_OF_RESOURCES);
}

/* Only the second launch of device 1 fails. */
static void test_of_a_device(void) {
    for (size_t k = 0; k < 2; k++) {
        struct gpu gpu = gpu_open(k);
        const cl_mem buffer = gpu_buffer(&gpu, 0, 64 * sizeof(cl_uint), NULL);
        for (size_t launch = 1; launch <= 2; launch++)
            assert_int_equal(gpu_put(&gpu, buffer, 7, 64, 1, NULL),
                             k == 1 && launch == 2 ? CL_INVALID_COMMAND_QUEUE : CL_SUCCESS);
        clReleaseMemObject(buffer);
        gpu_close(&gpu);
    }
}

int main(int argc, char **argv) {
    static const struct gpu_case cases[] = {
        {"at_once", "gpu,fault=2:-9999", test_at_once, "launch 0 put 64 1 -9999\n"},
        {"late", "gpu,late-fault=2:-5", test_late, "launches 3\n"},
        {"of_a_device", "gpu,1.fault=2:-36", test_of_a_device, "launches 3\n"},
    };
    return gpu_cases_run(argc, argv, cases, NUM_ELEMENTS(cases));
}

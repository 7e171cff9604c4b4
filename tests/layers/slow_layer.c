/* SPDX-License-Identifier: MIT
 *
 * The layer that makes a device slower: where its name contains OUTERFILL_BENCH_SLOW_DEVICE, it runs every kernel
 * OUTERFILL_BENCH_SLOW_TIMES times. That is honest as long as kernels only write what they compute from other memory: the device
 * does all the work, and the result is the same. */
#include "layer.h"

#include <stdlib.h>
#include <string.h>

static const cl_icd_dispatch *next;
static const char *slow_device;
static int num_times;

static int is_slow(cl_command_queue queue) {
    cl_device_id device = NULL;
    char name[256] = "";

    return next->clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof device, &device, NULL) ==
               CL_SUCCESS &&
           next->clGetDeviceInfo(device, CL_DEVICE_NAME, sizeof name, name, NULL) == CL_SUCCESS &&
           strstr(name, slow_device);
}

/* The queue is in order, so the last one's event is that of all. */
static cl_int CL_API_CALL enqueue_kernel(cl_command_queue queue, cl_kernel kernel,
                                         cl_uint num_dimensions, const size_t *offset,
                                         const size_t *global, const size_t *local,
                                         cl_uint num_awaited, const cl_event *awaited,
                                         cl_event *event) {
    cl_int code = CL_SUCCESS;

    for (int k = is_slow(queue) ? num_times : 1; k > 0 && code == CL_SUCCESS; k--)
        code = next->clEnqueueNDRangeKernel(queue, kernel, num_dimensions, offset, global, local,
                                            num_awaited, awaited, k == 1 ? event : NULL);
    return code;
}

int layer_begin(const cl_icd_dispatch *behind, cl_icd_dispatch *ours) {
    const char *times = getenv("OUTERFILL_BENCH_SLOW_TIMES");

    next = behind;
    slow_device = getenv("OUTERFILL_BENCH_SLOW_DEVICE");
    num_times = times ? atoi(times) : 0;
    ours->clEnqueueNDRangeKernel = enqueue_kernel;
    return slow_device && num_times > 0;
}

/* SPDX-License-Identifier: MIT
 *
 * Opens command queues of a device. The caller owns them. */
#include "device/queue.h"

#include "device/opencl_error.h"

outerfill_status queue_open(const struct context_device *device, bool is_profiled,
                            cl_command_queue *queue, outerfill_error *error) {
    cl_int code;
    *queue = clCreateCommandQueue(device->opencl, device->device.id,
                                  is_profiled ? CL_QUEUE_PROFILING_ENABLE : 0, &code);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    *queue = NULL;
    return opencl_error(error, code, device->device.info.name, "clCreateCommandQueue");
}

/* SPDX-License-Identifier: MIT
 *
 * Pinned memory: a buffer with CL_MEM_ALLOC_HOST_PTR that stays mapped, or one with
 * CL_MEM_USE_HOST_PTR around the caller's memory. OpenCL has no other way to say that the system
 * must not move the pages, and drivers read back into such memory two to three times as fast.
 *
 * A device that shares the host's memory gains nothing by pinning, and gets ordinary memory.
 * (read: Intel's integrated GPUs refuse to read into mapped memory before driver 26.22) */
#include "device/pinned.h"

#include <stdlib.h>

#include "device/opencl_error.h"
#include "device/queue.h"

static outerfill_status fail(const struct context_device *device, cl_int code, size_t nbytes,
                             outerfill_error *error) {
    return opencl_error(error, code, device->device.info.name, "pinned memory (%zu bytes)", nbytes);
}

/* Mapping needs a queue, and so does unmapping. A queue of its own costs little beside pinning,
 * and waits for nobody's commands. */
static outerfill_status map(struct pinned *pinned, const struct context_device *device,
                            size_t nbytes, outerfill_error *error) {
    cl_command_queue queue;
    cl_int code;
    const outerfill_status status = queue_open(device, false, &queue, error);
    if (status) return status;
    pinned->host = clEnqueueMapBuffer(queue, pinned->buffer, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0,
                                      nbytes, 0, NULL, NULL, &code);
    if (code != CL_SUCCESS) pinned->host = NULL;
    clReleaseCommandQueue(queue);
    return code == CL_SUCCESS ? OUTERFILL_OK : fail(device, code, nbytes, error);
}

outerfill_status pinned_allocate_ordinary(struct pinned *pinned, size_t nbytes,
                                          outerfill_error *error) {
    *pinned = (struct pinned){.host = NULL};
    pinned->host = aligned_alloc(PINNED_ALIGNMENT, nbytes);
    return pinned->host ? OUTERFILL_OK
                        : error_no_memory(error, "results on their way (%zu bytes)", nbytes);
}

/* host is the memory to wrap, or NULL. */
static outerfill_status pin(struct pinned *pinned, const struct context_device *device, void *host,
                            size_t nbytes, outerfill_error *error) {
    const cl_mem_flags flags = host ? CL_MEM_USE_HOST_PTR : CL_MEM_ALLOC_HOST_PTR;
    cl_int code;
    pinned->buffer = clCreateBuffer(device->opencl, CL_MEM_READ_WRITE | flags, nbytes, host, &code);
    if (code != CL_SUCCESS) {
        pinned->buffer = NULL;
        return fail(device, code, nbytes, error);
    }
    const outerfill_status status = map(pinned, device, nbytes, error);
    if (status) pinned_free(pinned, device);
    return status;
}

outerfill_status pinned_allocate(struct pinned *pinned, const struct context_device *device,
                                 size_t nbytes, outerfill_error *error) {
    *pinned = (struct pinned){.host = NULL};
    return device->device.info.shares_host_memory ? pinned_allocate_ordinary(pinned, nbytes, error)
                                                  : pin(pinned, device, NULL, nbytes, error);
}

outerfill_status pinned_wrap(struct pinned *pinned, const struct context_device *device, void *host,
                             size_t nbytes, outerfill_error *error) {
    *pinned = (struct pinned){.host = NULL};
    return pin(pinned, device, host, nbytes, error);
}

void pinned_free(struct pinned *pinned, const struct context_device *device) {
    cl_command_queue queue;
    if (!pinned->buffer) free(pinned->host);
    if (pinned->buffer && pinned->host && !queue_open(device, false, &queue, NULL)) {
        clEnqueueUnmapMemObject(queue, pinned->buffer, pinned->host, 0, NULL, NULL);
        clFinish(queue);
        clReleaseCommandQueue(queue);
    }
    if (pinned->buffer) clReleaseMemObject(pinned->buffer);
    *pinned = (struct pinned){.host = NULL};
}

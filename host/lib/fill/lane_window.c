/* SPDX-License-Identifier: MIT
 *
 * Windows: the parts of a and b that a device sees. A window is usually the whole vector. It is
 * a part if the device has no buffer as large as the vector, or if the caller has set a memory
 * limit.
 *
 * A window owns one OpenCL buffer, and lane_close releases it. The module does not know which
 * bands a lane takes: bands are cut so that one window of each vector suffices. */
#include "fill/lane_internal.h"

#include "base/arithmetic.h"

void lane_window_init(struct lane_window *window, const void *vector, size_t num_elements,
                      size_t max_length) {
    *window =
        (struct lane_window){.vector = vector, .num_elements = num_elements, .length = max_length};
}

outerfill_status lane_window_move(struct lane *lane, struct lane_window *window, size_t begin,
                                  size_t end, outerfill_error *error) {
    if (window->buffer && window->begin <= begin && end <= window->end) return OUTERFILL_OK;
    if (window->buffer) clReleaseMemObject(window->buffer);
    const size_t itemsize = lane->task->itemsize;
    window->begin = begin / window->length * window->length;
    window->end = window->begin + least(window->length, window->num_elements - window->begin);
    const size_t nbytes = (window->end - window->begin) * itemsize;
    union {
        const void *read_only;
        void *host; /* OpenCL has no const here; the buffer is CL_MEM_READ_ONLY */
    } vector = {window->vector + window->begin * itemsize};
    /* Where the device shares the host's memory, the buffer is the vector itself and no byte is
     * copied. The vector may lie in memory that cannot be written. (read: Intel's driver then wants
     * to know that the host does not use the buffer) */
    const cl_mem_flags how = lane->plan.inputs_in_place
                                 ? CL_MEM_USE_HOST_PTR | CL_MEM_HOST_NO_ACCESS
                                 : CL_MEM_COPY_HOST_PTR;
    cl_int code;
    window->buffer =
        clCreateBuffer(lane->device->opencl, CL_MEM_READ_ONLY | how, nbytes, vector.host, &code);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    window->buffer = NULL;
    return opencl_error(error, code, lane_device_name(lane),
                        "clCreateBuffer for elements %zu to %zu of an input vector (%zu bytes)",
                        window->begin, window->end, nbytes);
}

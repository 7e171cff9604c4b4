/* SPDX-License-Identifier: MIT
 *
 * outerfill for programs that have OpenCL objects already: the inputs are their buffers, the result
 * stays on the device, and nothing waits on the host.
 *
 *     outerfill_context_from_opencl(context, device, &mine, &error);
 *     outerfill_function_create(mine, &description, &function, &error);
 *     outerfill_opencl_fill(function, queue, a, n, b, m, ab, NULL, 0, NULL, &filled, &error);
 *     clEnqueueNDRangeKernel(queue, next_kernel, ..., 1, &filled, NULL);
 *
 * The rules of outerfill.h hold here, too. */
#ifndef OUTERFILL_OPENCL_H
#define OUTERFILL_OPENCL_H

#ifndef CL_TARGET_OPENCL_VERSION
#define CL_TARGET_OPENCL_VERSION 120
#endif
#include <CL/cl.h>

#include "outerfill.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes a context of the caller's OpenCL context and one of its devices. All functions of
 * outerfill.h take it, and use queues of their own in the same OpenCL context. If the device fails
 * in a fill, the fill fails. The library does not open the device once more, because only the
 * caller can make another OpenCL context for it.
 *
 *   opencl    the OpenCL context; retained until the new context and its functions are destroyed
 *   device    a device of `opencl`; not retained. NULL: its only one
 *   context   receives the context, or NULL if the call fails. The caller owns it and releases it
 *             with outerfill_context_destroy
 *
 * Any thread may call this. Fails with
 *   OUTERFILL_INVALID_ARGUMENT   `opencl` or `context` is NULL; `device` is not a device of
 *                                `opencl`; `device` is NULL and `opencl` has several devices
 *   OUTERFILL_NO_DEVICE          the device cannot be used, or no platform lists it, because it is
 *                                a sub-device
 *   OUTERFILL_DEVICE_FAILED, OUTERFILL_OUT_OF_MEMORY, OUTERFILL_AFTER_FORK */
OUTERFILL_API outerfill_status outerfill_context_from_opencl(cl_context opencl, cl_device_id device,
                                                             outerfill_context **context,
                                                             outerfill_error *error);

/* Where an array begins in a buffer. */
typedef struct outerfill_opencl_array {
    cl_mem buffer; /* a buffer or a sub-buffer */
    size_t offset; /* in bytes, a multiple of the itemsize of the function's dtype */
} outerfill_opencl_array;

/* The options of outerfill_opencl_fill. The library reads them during the call only. */
typedef struct outerfill_opencl_options {
    size_t struct_nbytes;      /* sizeof(outerfill_opencl_options) */
    const double *parameters;  /* as in outerfill_fill_options */
    size_t row_begin, row_end; /* as in outerfill_fill_options; 0, 0: all rows */
} outerfill_opencl_options;

/* Enqueues kernels that fill ab[p, i, j] = f_p(a[i], b[j]) in the caller's buffers, and returns
 * without waiting for them. Nothing is copied. The values are those of outerfill_fill on the same
 * device.
 *
 * A large fill becomes several launches: of 2^28 cells at most, or of 2^22 if the function has
 * loops. Launches are cut by their size and not timed. They cannot be cancelled.
 *
 * Two mistakes that outerfill_fill reports are not reported here, because nothing is read back:
 *   - If the text uses out[k] and plane k does not exist, the value is dropped. The other planes of
 *     the cell are right, and a plane that the text does not set is 0.
 *   - If the driver's compiler leaves out the store of a cell, the cell keeps what was in the
 *     buffer.
 *
 *   function     a function of a context of outerfill_context_from_opencl
 *   queue        a queue of the same OpenCL context and device. It may be out of order. The
 *                launches then run in any order
 *   a, n         n elements of the function's dtype; only read
 *   b, m         m elements; only read. a and b may overlap
 *   ab           receives num_planes * n * m elements, in C order. It must not overlap a or b. GPUs
 *                fill it faster if its offset is a multiple of 16 bytes and n * m is a multiple
 *                of 4
 *   options      NULL: the defaults
 *   num_events, events   the events that every launch waits for; 0 and NULL: no events
 *   event        NULL, or receives an event that completes when the array is filled. It fails if an
 *                event of `events` or a launch fails. The caller releases it with clReleaseEvent.
 *                It is NULL if the call fails
 *
 * The library retains no object of the caller's. Release the queue, the buffers and the events as
 * after clEnqueueNDRangeKernel, and the function at any time after the call.
 *
 * If n * m is 0, nothing is launched, the buffers are not looked at, and `event` completes after
 * `events`. If the call fails with OUTERFILL_DEVICE_FAILED or OUTERFILL_OUT_OF_MEMORY, launches may
 * have been enqueued, and the contents of ab are undefined. Wait for the queue (clFinish) before
 * you use the buffers.
 *
 * Any thread may call this, also several threads with one function. Fails with
 *   OUTERFILL_INVALID_ARGUMENT   `function` or `queue` is NULL; a function whose context is not of
 *                                outerfill_context_from_opencl; a queue of another OpenCL context
 *                                or device; a buffer that is NULL, too small, of another OpenCL
 *                                context, not a buffer, read-only for ab, or write-only for a and
 *                                b; an offset that is not a multiple of the itemsize; a or b that
 *                                ends more than 2^31 elements behind its buffer's begin, except on
 *                                CPUs; an array ab that overlaps a or b; invalid rows; num_events
 *                                that does not fit events; an event of another OpenCL context; an
 *                                event that has failed, with its code in `opencl_code`
 *   OUTERFILL_DEVICE_FAILED      OpenCL refuses a call; `opencl_code` tells why
 *   OUTERFILL_OUT_OF_MEMORY, OUTERFILL_AFTER_FORK */
OUTERFILL_API outerfill_status outerfill_opencl_fill(
    const outerfill_function *function, cl_command_queue queue, outerfill_opencl_array a, size_t n,
    outerfill_opencl_array b, size_t m, outerfill_opencl_array ab,
    const outerfill_opencl_options *options, cl_uint num_events, const cl_event *events,
    cl_event *event, outerfill_error *error);

#ifdef __cplusplus
}
#endif

#endif

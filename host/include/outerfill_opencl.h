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

/* Makes a context of an OpenCL context of the caller's, and of one of its devices. All functions of
 * outerfill.h take it: they use queues of their own in the same OpenCL context. After a fault of
 * the device it is not opened once more, as other devices are.
 *
 *   opencl    the OpenCL context; retained until the new context and its functions are destroyed
 *   device    a device of `opencl`; NULL: its only one
 *   context   receives the context, or NULL if the call fails. The caller owns it and releases it
 *             with outerfill_context_destroy
 *
 * Fails with
 *   OUTERFILL_INVALID_ARGUMENT   a NULL; `device` is not a device of `opencl`; it is NULL, and
 *                                `opencl` has several devices
 *   OUTERFILL_NO_DEVICE          the device cannot be used, or is not in the list of its platform,
 *                                such as a part of a device
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

/* Enqueues kernels that fill ab[p, i, j] = f_p(a[i], b[j]) in buffers of the caller's, and returns
 * without waiting for them. Nothing is copied. The values are those of outerfill_fill on the same
 * device.
 *
 * A large fill becomes several launches, cut by their size: 2^28 cells, or 2^22 if the function has
 * loops. They are not timed and cannot be cancelled. Cells that the compiler leaves out are not
 * found, as outerfill_fill does. A cell that uses out[k] for a plane k that does not exist is not
 * reported; its other planes are right.
 *
 *   function     of a context of outerfill_context_from_opencl, with the OpenCL context of `queue`
 *   queue        of the context's device. It may be out of order: then the launches are not ordered
 *                among themselves
 *   a, n         n elements of the function's dtype; only read
 *   b, m         m elements; only read
 *   ab           receives num_planes * n * m elements, in C order. It must not overlap a or b. If
 *                its offset is a multiple of 16 bytes, and n * m is a multiple of 4, GPUs fill it
 *                faster
 *   options      NULL: the defaults
 *   num_events, events   the events that the launches wait for; 0 and NULL: none
 *   event        NULL, or receives an event that completes when the array is filled. The caller
 *                releases it with clReleaseEvent. It is NULL if the call fails
 *
 * The queue and the buffers must live until the event is complete, as with clEnqueueNDRangeKernel.
 * The library retains none of the caller's objects. A failure of the device shows in the event, and
 * not in this call. With n * m = 0 nothing is launched, and the event completes after `events`.
 * After a failure, launches that were enqueued before it still run.
 *
 * Any thread may call this. Fails with
 *   OUTERFILL_INVALID_ARGUMENT   a NULL; a function of another context; a queue of another context
 *                                or device; a buffer that is too small, of another context,
 *                                read-only for ab, or write-only for a and b; an offset that is no
 *                                multiple of the itemsize, or beyond 2^31 elements for a and b;
 *                                arrays that overlap; invalid rows; an event list that OpenCL
 *                                refuses, such as one with an event of another context
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

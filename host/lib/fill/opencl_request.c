/* SPDX-License-Identifier: MIT
 *
 * Checks the arguments of outerfill_opencl_fill before anything is enqueued: the caller's queue,
 * buffers and events have to belong together. It only asks OpenCL, and retains nothing. */
#include "fill/opencl_request.h"

#include <stdint.h>

#include "base/options.h"
#include "base/shape.h"
#include "device/opencl_error.h"
#include "fill/request.h"

/* The kernels for GPUs have indices of 32 bits. */
#define MAX_ELEMENTS ((size_t)1 << 31)

static const struct context_device *device_of(const struct opencl_request *request) {
    return &request->function->context->devices[0];
}

/* ---- The queue and the events ---- */

static outerfill_status check_queue(const struct opencl_request *request, outerfill_error *error) {
    const struct context_device *device = device_of(request);
    cl_context context = NULL;
    cl_device_id id = NULL;
    if (!device->is_callers)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_opencl_fill: the function's context has OpenCL contexts of its "
                         "own; make one of the queue's with outerfill_context_from_opencl");
    cl_command_queue queue = request->queue;
    cl_int code = clGetCommandQueueInfo(queue, CL_QUEUE_CONTEXT, sizeof context, &context, NULL);
    if (code == CL_SUCCESS)
        code = clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof id, &id, NULL);
    if (code != CL_SUCCESS)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_opencl_fill: OpenCL does not know the queue");
    if (context != device->opencl || id != device->device.id)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_opencl_fill: the queue is of another %s than the function",
                         context != device->opencl ? "OpenCL context" : "device");
    return OUTERFILL_OK;
}

/* An event that fails after this call makes the fill's event fail. */
static outerfill_status check_event(const struct opencl_request *request, cl_uint k,
                                    outerfill_error *error) {
    cl_event event = request->events[k];
    cl_context context = NULL;
    cl_int state = CL_QUEUED;
    if (!event || clGetEventInfo(event, CL_EVENT_CONTEXT, sizeof context, &context, NULL) ||
        clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL))
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_opencl_fill: events[%u] is not an event", k);
    if (context != device_of(request)->opencl)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_opencl_fill: events[%u] is of another OpenCL context", k);
    if (state >= 0) return OUTERFILL_OK;
    error_set(error, OUTERFILL_INVALID_ARGUMENT,
              "outerfill_opencl_fill: the command of events[%u] has failed: %s (%d)", k,
              opencl_code_name(state), state);
    if (error) error->opencl_code = state;
    return OUTERFILL_INVALID_ARGUMENT;
}

static outerfill_status check_events(const struct opencl_request *request, outerfill_error *error) {
    outerfill_status status = OUTERFILL_OK;
    if ((request->num_events > 0) != (request->events != NULL))
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_opencl_fill: invalid event list: num_events is %u and events "
                         "is %s (valid: 0 and NULL, or a number and its events)",
                         request->num_events, request->events ? "not NULL" : "NULL");
    for (cl_uint k = 0; !status && k < request->num_events; k++)
        status = check_event(request, k, error);
    return status;
}

/* ---- The buffers ---- */

/* An array, and where it is in the memory of its buffer. */
struct place {
    const char *name;
    const outerfill_opencl_array *array;
    size_t nbytes;
    cl_mem_flags forbidden;
    cl_mem root; /* the buffer of a sub-buffer */
    size_t begin;
};

static size_t buffer_number(cl_mem buffer, cl_mem_info what) {
    size_t number = 0;
    clGetMemObjectInfo(buffer, what, sizeof number, &number, NULL);
    return number;
}

static outerfill_status refuse(const struct place *place, const char *what,
                               outerfill_error *error) {
    return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                     "outerfill_opencl_fill: the buffer of %s %s", place->name, what);
}

static outerfill_status check_kind(const struct opencl_request *request, const struct place *place,
                                   outerfill_error *error) {
    cl_mem buffer = place->array->buffer;
    cl_mem_object_type type = 0;
    cl_mem_flags flags = 0;
    cl_context context = NULL;
    if (!buffer) return refuse(place, "may not be NULL", error);
    if (clGetMemObjectInfo(buffer, CL_MEM_TYPE, sizeof type, &type, NULL) != CL_SUCCESS ||
        type != CL_MEM_OBJECT_BUFFER)
        return refuse(place, "is not a buffer", error);
    clGetMemObjectInfo(buffer, CL_MEM_FLAGS, sizeof flags, &flags, NULL);
    clGetMemObjectInfo(buffer, CL_MEM_CONTEXT, sizeof context, &context, NULL);
    if (context != device_of(request)->opencl)
        return refuse(place, "is of another OpenCL context", error);
    if (flags & place->forbidden)
        return refuse(place,
                      place->forbidden == CL_MEM_READ_ONLY ? "is read-only (CL_MEM_READ_ONLY)"
                                                           : "is write-only (CL_MEM_WRITE_ONLY)",
                      error);
    return OUTERFILL_OK;
}

static outerfill_status check_size(const struct opencl_request *request, const struct place *place,
                                   outerfill_error *error) {
    const size_t itemsize = outerfill_dtype_itemsize(request->function->dtype),
                 offset = place->array->offset,
                 nbytes = buffer_number(place->array->buffer, CL_MEM_SIZE);
    if (offset % itemsize)
        return error_set(
            error, OUTERFILL_INVALID_ARGUMENT,
            "outerfill_opencl_fill: invalid offset %zu of %s (valid: multiples of %zu)", offset,
            place->name, itemsize);
    if (offset > nbytes || place->nbytes > nbytes - offset)
        return error_set(
            error, OUTERFILL_INVALID_ARGUMENT,
            "outerfill_opencl_fill: the buffer of %s has %zu bytes, and %zu bytes from "
            "offset %zu on are needed",
            place->name, nbytes, place->nbytes, offset);
    return OUTERFILL_OK;
}

static outerfill_status check_place(const struct opencl_request *request, struct place *place,
                                    outerfill_error *error) {
    outerfill_status status = check_kind(request, place, error);
    if (!status) status = check_size(request, place, error);
    if (status) return status;
    place->root = NULL;
    clGetMemObjectInfo(place->array->buffer, CL_MEM_ASSOCIATED_MEMOBJECT, sizeof place->root,
                       &place->root, NULL);
    place->begin = place->array->offset;
    if (place->root)
        place->begin += buffer_number(place->array->buffer, CL_MEM_OFFSET);
    else
        place->root = place->array->buffer;
    return OUTERFILL_OK;
}

static bool overlap(const struct place *x, const struct place *y) {
    return x->root == y->root && x->begin < y->begin + y->nbytes && y->begin < x->begin + x->nbytes;
}

static outerfill_status check_indices(const struct opencl_request *request,
                                      const struct place *place, outerfill_error *error) {
    const size_t itemsize = outerfill_dtype_itemsize(request->function->dtype);
    const bool is_cpu = device_of(request)->device.info.type == OUTERFILL_DEVICE_CPU;
    if (is_cpu || (place->array->offset + place->nbytes) / itemsize <= MAX_ELEMENTS)
        return OUTERFILL_OK;
    return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                     "outerfill_opencl_fill: %s ends more than 2^31 elements behind the begin of "
                     "its buffer; use a sub-buffer, or fill in parts",
                     place->name);
}

static outerfill_status check_buffers(const struct opencl_request *request, size_t ab_nbytes,
                                      outerfill_error *error) {
    const size_t itemsize = outerfill_dtype_itemsize(request->function->dtype);
    struct place ab = {.name = "ab",
                       .array = &request->ab,
                       .nbytes = ab_nbytes,
                       .forbidden = CL_MEM_READ_ONLY},
                 inputs[] = {{.name = "a",
                              .array = &request->a,
                              .nbytes = request->n * itemsize,
                              .forbidden = CL_MEM_WRITE_ONLY},
                             {.name = "b",
                              .array = &request->b,
                              .nbytes = request->m * itemsize,
                              .forbidden = CL_MEM_WRITE_ONLY}};
    outerfill_status status = check_place(request, &ab, error);
    for (size_t k = 0; !status && k < 2; k++) {
        status = check_place(request, &inputs[k], error);
        if (!status) status = check_indices(request, &inputs[k], error);
        if (!status && overlap(&ab, &inputs[k]))
            status =
                error_set(error, OUTERFILL_INVALID_ARGUMENT,
                          "outerfill_opencl_fill: ab overlaps %s in its buffer", inputs[k].name);
    }
    return status;
}

/* ---- All together ---- */

outerfill_status opencl_request_check(struct opencl_request *request,
                                      const outerfill_opencl_options *options,
                                      outerfill_error *error) {
    const outerfill_function *function = request->function;
    size_t ab_nbytes = 0;
    if (!function || !request->queue)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_opencl_fill: %s may not be NULL",
                         function ? "queue" : "function");
    outerfill_status status =
        OPTIONS_COPY(&request->options, options, "outerfill_opencl_options", error);
    if (!status) status = check_queue(request, error);
    if (!status) status = check_events(request, error);
    if (!status)
        status = shape_nbytes(function->num_planes, request->n, request->m,
                              outerfill_dtype_itemsize(function->dtype), &ab_nbytes, error);
    if (!status)
        status = request_rows(request->n, request->m, request->options.row_begin,
                              request->options.row_end, &request->wanted, error);
    return status || ab_nbytes == 0 ? status : check_buffers(request, ab_nbytes, error);
}

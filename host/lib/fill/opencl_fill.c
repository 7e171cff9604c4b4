/* SPDX-License-Identifier: MIT
 *
 * Fills in buffers of the caller's: outerfill_opencl_fill. The fill is cut into launches by their
 * size, and all of them are enqueued at once. Nothing here waits, and the host sees no value.
 *
 * A call owns its kernel objects, because setting arguments is not thread-safe, and releases them
 * when the launches are enqueued: OpenCL keeps them for as long as it needs them. */
#include <stdlib.h>

#include "base/fork_guard.h"
#include "fill/kernel_arguments.h"
#include "fill/opencl_launches.h"
#include "fill/opencl_request.h"

/* What one call works with. */
struct call {
    const struct opencl_request *request;
    const struct context_device *device;
    struct opencl_launches launches; /* how the fill is cut, and by which kernels */
    struct kernel kernels[2];        /* of enum opencl_kernel; NULL: not needed yet */
    cl_mem planes[OUTERFILL_MAX_PLANES];
    cl_mem faults;
    cl_event *events; /* of the launches; NULL if the caller wants no event */
    size_t num_launches;
};

static outerfill_status fail(const struct call *call, cl_int code, const char *what,
                             outerfill_error *error) {
    return opencl_error(error, code, call->device->device.info.name, "%s", what);
}

static outerfill_status open_kernel(struct call *call, enum opencl_kernel which,
                                    outerfill_error *error) {
    struct kernel *kernel = &call->kernels[which];
    cl_int code;
    if (kernel->opencl) return OUTERFILL_OK;
    kernel->opencl = clCreateKernel(call->request->function->programs[0].opencl,
                                    call->launches.names[which], &code);
    if (code != CL_SUCCESS) {
        kernel->opencl = NULL;
        return fail(call, code, call->launches.names[which], error);
    }
    kernel->item_cells = call->launches.item_cells[which];
    kernel->group_items = kernel_group_items(kernel->opencl, call->device->device.id);
    return OUTERFILL_OK;
}

/* Nobody reads the faults; kernels of checked functions need a place for them. */
static outerfill_status create_faults(struct call *call, outerfill_error *error) {
    cl_long none[KERNEL_NUM_FAULTS] = {0};
    cl_int code;
    if (!call->request->function->is_checked) return OUTERFILL_OK;
    call->faults = clCreateBuffer(call->device->opencl, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                                  sizeof none, none, &code);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    call->faults = NULL;
    return fail(call, code, "clCreateBuffer of faults", error);
}

static struct kernel_band describe_band(const struct call *call, struct band band) {
    const struct opencl_request *request = call->request;
    const outerfill_function *function = request->function;
    const size_t itemsize = outerfill_dtype_itemsize(function->dtype);
    const struct band_rectangle r = band_rectangle(band, request->m);
    return (struct kernel_band){
        .function = function,
        .parameters =
            request->options.parameters ? request->options.parameters : function->parameter_values,
        .n = request->n,
        .m = request->m,
        .r = r,
        .a = request->a.buffer,
        .b = request->b.buffer,
        .a_index = request->a.offset / itemsize + r.i,
        .b_index = request->b.offset / itemsize + r.j,
        .planes = call->planes,
        .plane_begin = request->ab.offset + band.begin * itemsize,
        .plane_stride = request->n * request->m * itemsize,
        .faults = call->faults,
    };
}

/* Each launch waits for the caller's events, in a queue that is in order as well: if one of them
 * fails, no launch runs, and the fill's event fails. */
static outerfill_status enqueue(struct call *call, struct band band, outerfill_error *error) {
    const struct opencl_request *request = call->request;
    const enum opencl_kernel which = opencl_launches_kernel(&call->launches, band);
    const struct kernel_band described = describe_band(call, band);
    outerfill_status status = open_kernel(call, which, error);
    if (status) return status;
    const struct kernel *kernel = &call->kernels[which];
    const struct launch launch =
        kernel->item_cells ? launch_run(&described.r, kernel->item_cells, kernel->group_items)
                           : launch_rows(&described.r, call->device->device.info.num_compute_units,
                                         call->launches.items);
    cl_int code = kernel_set_arguments(kernel, &described, &launch);
    if (code != CL_SUCCESS) return fail(call, code, "clSetKernelArg", error);
    code = clEnqueueNDRangeKernel(request->queue, kernel->opencl, 2, NULL, launch.global,
                                  launch.local, request->num_events, request->events,
                                  call->events ? &call->events[call->num_launches] : NULL);
    if (code != CL_SUCCESS) return fail(call, code, "clEnqueueNDRangeKernel", error);
    call->num_launches++;
    return OUTERFILL_OK;
}

static outerfill_status enqueue_all(struct call *call, outerfill_error *error) {
    struct band rest = call->request->wanted;
    outerfill_status status = OUTERFILL_OK;
    while (!status && rest.begin < rest.end) {
        const struct band band = opencl_launches_cut(&call->launches, rest);
        status = enqueue(call, band, error);
        rest.begin = band.end;
    }
    return status;
}

/* ---- The event ---- */

static outerfill_status allocate_events(struct call *call, outerfill_error *error) {
    const size_t number = opencl_launches_count(&call->launches, call->request->wanted);
    call->events = calloc(number + 1, sizeof *call->events);
    return call->events ? OUTERFILL_OK : error_no_memory(error, "events of %zu launches", number);
}

/* The caller gets the event of the only launch, or one that waits for all launches: it fails if one
 * of them does. Without launches it waits for the caller's events. */
static outerfill_status give_event(struct call *call, cl_event *event, outerfill_error *error) {
    const struct opencl_request *request = call->request;
    const size_t number = call->num_launches;
    if (number == 1) {
        *event = call->events[0];
        call->events[0] = NULL;
        return OUTERFILL_OK;
    }
    const cl_int code =
        clEnqueueMarkerWithWaitList(request->queue, number ? (cl_uint)number : request->num_events,
                                    number ? call->events : request->events, event);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    *event = NULL;
    return fail(call, code, "clEnqueueMarkerWithWaitList", error);
}

static void release(struct call *call) {
    for (size_t k = 0; k < 2; k++)
        if (call->kernels[k].opencl) clReleaseKernel(call->kernels[k].opencl);
    for (size_t k = 0; call->events && k < call->num_launches; k++)
        if (call->events[k]) clReleaseEvent(call->events[k]);
    if (call->faults) clReleaseMemObject(call->faults);
    free(call->events);
}

static outerfill_status run(const struct opencl_request *request, cl_event *event,
                            outerfill_error *error) {
    struct call call = {.request = request, .device = &request->function->context->devices[0]};
    for (size_t p = 0; p < request->function->num_planes; p++) call.planes[p] = request->ab.buffer;
    call.launches = opencl_launches_plan(request->function, request->m, request->n * request->m,
                                         request->ab.offset);
    outerfill_status status = create_faults(&call, error);
    if (!status && event) status = allocate_events(&call, error);
    if (!status) status = enqueue_all(&call, error);
    if (!status && event) status = give_event(&call, event, error);
    release(&call);
    return status ? status : error_clear(error);
}

outerfill_status outerfill_opencl_fill(const outerfill_function *function, cl_command_queue queue,
                                       outerfill_opencl_array a, size_t n, outerfill_opencl_array b,
                                       size_t m, outerfill_opencl_array ab,
                                       const outerfill_opencl_options *options, cl_uint num_events,
                                       const cl_event *events, cl_event *event,
                                       outerfill_error *error) {
    struct opencl_request request = {.function = function,
                                     .queue = queue,
                                     .a = a,
                                     .b = b,
                                     .ab = ab,
                                     .n = n,
                                     .m = m,
                                     .num_events = num_events,
                                     .events = events};
    if (event) *event = NULL;
    outerfill_status status = fork_guard_check(error);
    if (!status) status = opencl_request_check(&request, options, error);
    return status ? status : run(&request, event, error);
}

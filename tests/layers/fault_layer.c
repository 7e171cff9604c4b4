/* SPDX-License-Identifier: MIT
 *
 * The layer that makes OpenCL fail. It stands in front of every function that the library calls, asks the plan whether this
 * call fails, and counts the objects that were created and not released. A wait that fails has waited nevertheless, unless
 * fault_stall.h says otherwise. The log begins with "loaded" when the loader takes the layer, and ends with "end" when the
 * process exits; a child of fork() writes none. */
#include "layer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "fault_objects.h"
#include "fault_plan.h"
#include "fault_stall.h"

static const cl_icd_dispatch *next;
static pid_t process;

/* ---- Which devices there are ---- */

static cl_int CL_API_CALL get_platform_ids(cl_uint room, cl_platform_id *platforms,
                                           cl_uint *num_platforms) {
    const cl_int code = plan_code(GET_PLATFORM_IDS);
    return code ? code : next->clGetPlatformIDs(room, platforms, num_platforms);
}

static cl_int CL_API_CALL get_platform_info(cl_platform_id platform, cl_platform_info what,
                                            size_t room, void *value, size_t *nbytes) {
    const cl_int code = plan_code(GET_PLATFORM_INFO);
    return code ? code : next->clGetPlatformInfo(platform, what, room, value, nbytes);
}

static cl_int CL_API_CALL get_device_ids(cl_platform_id platform, cl_device_type type, cl_uint room,
                                         cl_device_id *devices, cl_uint *num_devices) {
    const cl_int code = plan_code(GET_DEVICE_IDS);
    return code ? code : next->clGetDeviceIDs(platform, type, room, devices, num_devices);
}

static cl_int CL_API_CALL get_device_info(cl_device_id device, cl_device_info what, size_t room,
                                          void *value, size_t *nbytes) {
    const cl_int code = plan_code(GET_DEVICE_INFO);
    return code ? code : next->clGetDeviceInfo(device, what, room, value, nbytes);
}

/* ---- Objects ---- */

static void *created(enum object_kind kind, void *object) {
    if (object) objects_count(kind, 1);
    return object;
}

static cl_int changed(enum object_kind kind, int change, cl_int code) {
    if (code == CL_SUCCESS) objects_count(kind, change);
    return code;
}

/* Whether a function that creates something fails; the caller is told. */
static int is_refused(enum fault_function function, cl_int *code) {
    const cl_int refusal = plan_code(function);
    if (refusal && code) *code = refusal;
    return refusal != CL_SUCCESS;
}

static cl_context CL_API_CALL create_context(const cl_context_properties *properties,
                                             cl_uint num_devices, const cl_device_id *devices,
                                             void(CL_CALLBACK *notify)(const char *, const void *,
                                                                       size_t, void *),
                                             void *data, cl_int *code) {
    if (is_refused(CREATE_CONTEXT, code)) return NULL;
    return created(CONTEXT,
                   next->clCreateContext(properties, num_devices, devices, notify, data, code));
}

static cl_command_queue CL_API_CALL create_queue(cl_context context, cl_device_id device,
                                                 cl_command_queue_properties properties,
                                                 cl_int *code) {
    if (is_refused(CREATE_QUEUE, code)) return NULL;
    return created(QUEUE, next->clCreateCommandQueue(context, device, properties, code));
}

static cl_program CL_API_CALL create_program(cl_context context, cl_uint num_texts,
                                             const char **texts, const size_t *lengths,
                                             cl_int *code) {
    if (is_refused(CREATE_PROGRAM, code)) return NULL;
    return created(PROGRAM,
                   next->clCreateProgramWithSource(context, num_texts, texts, lengths, code));
}

static cl_kernel CL_API_CALL create_kernel(cl_program program, const char *name, cl_int *code) {
    if (is_refused(CREATE_KERNEL, code)) return NULL;
    return created(KERNEL, next->clCreateKernel(program, name, code));
}

static cl_mem CL_API_CALL create_buffer(cl_context context, cl_mem_flags flags, size_t nbytes,
                                        void *host, cl_int *code) {
    if (is_refused(CREATE_BUFFER, code)) return NULL;
    if (host && flags & CL_MEM_USE_HOST_PTR) stall_watch(host, nbytes);
    return created(BUFFER, next->clCreateBuffer(context, flags, nbytes, host, code));
}

#define RETAIN_AND_RELEASE(type, kind, Retain, Release)                                            \
    static cl_int CL_API_CALL retain_##type(type object) {                                         \
        return changed(kind, 1, next->Retain(object));                                             \
    }                                                                                              \
    static cl_int CL_API_CALL release_##type(type object) {                                        \
        return changed(kind, -1, next->Release(object));                                           \
    }
RETAIN_AND_RELEASE(cl_context, CONTEXT, clRetainContext, clReleaseContext)
RETAIN_AND_RELEASE(cl_command_queue, QUEUE, clRetainCommandQueue, clReleaseCommandQueue)
RETAIN_AND_RELEASE(cl_program, PROGRAM, clRetainProgram, clReleaseProgram)
RETAIN_AND_RELEASE(cl_kernel, KERNEL, clRetainKernel, clReleaseKernel)
RETAIN_AND_RELEASE(cl_mem, BUFFER, clRetainMemObject, clReleaseMemObject)
RETAIN_AND_RELEASE(cl_event, EVENT, clRetainEvent, clReleaseEvent)

static cl_int CL_API_CALL release_context(cl_context context) {
    const cl_int code = release_cl_context(context);
    stall_await();
    return code;
}

/* ---- Programs and kernels ---- */

static cl_int CL_API_CALL build_program(cl_program program, cl_uint num_devices,
                                        const cl_device_id *devices, const char *options,
                                        void(CL_CALLBACK *notify)(cl_program, void *), void *data) {
    const cl_int code = plan_code(BUILD_PROGRAM);
    return code ? code : next->clBuildProgram(program, num_devices, devices, options, notify, data);
}

static cl_int CL_API_CALL get_build_info(cl_program program, cl_device_id device,
                                         cl_program_build_info what, size_t room, void *value,
                                         size_t *nbytes) {
    const cl_int code = plan_code(GET_BUILD_INFO);
    return code ? code : next->clGetProgramBuildInfo(program, device, what, room, value, nbytes);
}

static cl_int CL_API_CALL set_kernel_arg(cl_kernel kernel, cl_uint index, size_t nbytes,
                                         const void *value) {
    const cl_int code = plan_code(SET_KERNEL_ARG);
    return code ? code : next->clSetKernelArg(kernel, index, nbytes, value);
}

/* ---- Commands ---- */

/* A command with an event, if the caller wanted one. */
static cl_int enqueued(cl_int code, const cl_event *event) {
    if (code == CL_SUCCESS && event) objects_count(EVENT, 1);
    return code;
}

/* With a gate that it has to wait for. Commands of the library's kernels wait for nothing but their queue. */
static cl_int enqueue_stalled(cl_command_queue queue, cl_kernel kernel, cl_uint num_dimensions,
                              const size_t *offset, const size_t *global, const size_t *local,
                              cl_event gate, cl_event *event) {
    const cl_int code = next->clEnqueueNDRangeKernel(queue, kernel, num_dimensions, offset, global,
                                                     local, 1, &gate, event);
    if (code == CL_SUCCESS) stall_launched(gate, *event);
    return code;
}

static cl_int CL_API_CALL enqueue_kernel(cl_command_queue queue, cl_kernel kernel,
                                         cl_uint num_dimensions, const size_t *offset,
                                         const size_t *global, const size_t *local,
                                         cl_uint num_awaited, const cl_event *awaited,
                                         cl_event *event) {
    const cl_int code = plan_code(ENQUEUE_KERNEL);
    if (code) return code;
    const cl_event gate = num_awaited || !event ? NULL : stall_gate(queue);
    if (gate)
        return enqueued(
            enqueue_stalled(queue, kernel, num_dimensions, offset, global, local, gate, event),
            event);
    return enqueued(next->clEnqueueNDRangeKernel(queue, kernel, num_dimensions, offset, global,
                                                 local, num_awaited, awaited, event),
                    event);
}

static cl_int CL_API_CALL enqueue_read(cl_command_queue queue, cl_mem buffer, cl_bool is_blocking,
                                       size_t offset, size_t nbytes, void *to, cl_uint num_awaited,
                                       const cl_event *awaited, cl_event *event) {
    const cl_int code = plan_code(ENQUEUE_READ);
    if (code) return code;
    stall_watch(to, nbytes);
    return enqueued(next->clEnqueueReadBuffer(queue, buffer, is_blocking, offset, nbytes, to,
                                              num_awaited, awaited, event),
                    event);
}

static void *CL_API_CALL enqueue_map(cl_command_queue queue, cl_mem buffer, cl_bool is_blocking,
                                     cl_map_flags flags, size_t offset, size_t nbytes,
                                     cl_uint num_awaited, const cl_event *awaited, cl_event *event,
                                     cl_int *code) {
    if (is_refused(ENQUEUE_MAP, code)) return NULL;
    void *view = next->clEnqueueMapBuffer(queue, buffer, is_blocking, flags, offset, nbytes,
                                          num_awaited, awaited, event, code);
    enqueued(view ? CL_SUCCESS : CL_MAP_FAILURE, event);
    return view;
}

static cl_int CL_API_CALL enqueue_unmap(cl_command_queue queue, cl_mem buffer, void *view,
                                        cl_uint num_awaited, const cl_event *awaited,
                                        cl_event *event) {
    const cl_int code = plan_code(ENQUEUE_UNMAP);
    return code ? code
                : enqueued(next->clEnqueueUnmapMemObject(queue, buffer, view, num_awaited, awaited,
                                                         event),
                           event);
}

/* ---- What only programs of the caller's create ---- */

static cl_mem CL_API_CALL create_sub_buffer(cl_mem buffer, cl_mem_flags flags,
                                            cl_buffer_create_type type, const void *region,
                                            cl_int *code) {
    const cl_mem part = next->clCreateSubBuffer(buffer, flags, type, region, code);
    if (part) objects_count(BUFFER, 1);
    return part;
}

static cl_event CL_API_CALL create_user_event(cl_context context, cl_int *code) {
    const cl_event event = next->clCreateUserEvent(context, code);
    if (event) objects_count(EVENT, 1);
    return event;
}

static cl_int CL_API_CALL enqueue_marker(cl_command_queue queue, cl_uint num_awaited,
                                         const cl_event *awaited, cl_event *event) {
    return enqueued(next->clEnqueueMarkerWithWaitList(queue, num_awaited, awaited, event), event);
}

static cl_int CL_API_CALL wait_for_events(cl_uint num_events, const cl_event *events) {
    if (stall_is_on()) return CL_OUT_OF_RESOURCES;
    const cl_int code = plan_code(WAIT_FOR_EVENTS),
                 waited = next->clWaitForEvents(num_events, events);
    return code ? code : waited;
}

/* A command that has ended badly says so by a negative number in the place of its state. */
static cl_int CL_API_CALL get_event_info(cl_event event, cl_event_info what, size_t room,
                                         void *value, size_t *nbytes) {
    const cl_int code = plan_code(GET_EVENT_INFO);
    if (code) return code;
    const cl_int answered = next->clGetEventInfo(event, what, room, value, nbytes);
    if (answered != CL_SUCCESS || what != CL_EVENT_COMMAND_EXECUTION_STATUS || !value)
        return answered;
    const cl_int failure = plan_code(EXECUTION);
    if (failure) *(cl_int *)value = failure;
    return answered;
}

static cl_int CL_API_CALL flush(cl_command_queue queue) {
    const cl_int code = plan_code(FLUSH);
    return code ? code : next->clFlush(queue);
}

static cl_int CL_API_CALL finish(cl_command_queue queue) {
    if (stall_is_on()) return CL_OUT_OF_RESOURCES;
    const cl_int code = plan_code(FINISH), finished = next->clFinish(queue);
    return code ? code : finished;
}

/* ---- The layer ---- */

static void replace_objects(cl_icd_dispatch *ours) {
    ours->clCreateContext = create_context;
    ours->clRetainContext = retain_cl_context;
    ours->clReleaseContext = release_context;
    ours->clCreateCommandQueue = create_queue;
    ours->clRetainCommandQueue = retain_cl_command_queue;
    ours->clReleaseCommandQueue = release_cl_command_queue;
    ours->clCreateProgramWithSource = create_program;
    ours->clRetainProgram = retain_cl_program;
    ours->clReleaseProgram = release_cl_program;
    ours->clCreateKernel = create_kernel;
    ours->clRetainKernel = retain_cl_kernel;
    ours->clReleaseKernel = release_cl_kernel;
    ours->clCreateBuffer = create_buffer;
    ours->clRetainMemObject = retain_cl_mem;
    ours->clReleaseMemObject = release_cl_mem;
    ours->clRetainEvent = retain_cl_event;
    ours->clReleaseEvent = release_cl_event;
}

static void replace_calls(cl_icd_dispatch *ours) {
    ours->clGetPlatformIDs = get_platform_ids;
    ours->clGetPlatformInfo = get_platform_info;
    ours->clGetDeviceIDs = get_device_ids;
    ours->clGetDeviceInfo = get_device_info;
    ours->clBuildProgram = build_program;
    ours->clGetProgramBuildInfo = get_build_info;
    ours->clSetKernelArg = set_kernel_arg;
    ours->clEnqueueNDRangeKernel = enqueue_kernel;
    ours->clEnqueueReadBuffer = enqueue_read;
    ours->clEnqueueMapBuffer = enqueue_map;
    ours->clCreateSubBuffer = create_sub_buffer;
    ours->clCreateUserEvent = create_user_event;
    ours->clEnqueueMarkerWithWaitList = enqueue_marker;
    ours->clEnqueueUnmapMemObject = enqueue_unmap;
    ours->clWaitForEvents = wait_for_events;
    ours->clGetEventInfo = get_event_info;
    ours->clFlush = flush;
    ours->clFinish = finish;
}

static FILE *open_log(void) {
    const char *path = getenv("OUTERFILL_FAULT_LOG");
    return path ? fopen(path, "a") : NULL;
}

int layer_begin(const cl_icd_dispatch *behind, cl_icd_dispatch *ours) {
    FILE *log = open_log();
    next = behind;
    process = getpid();
    stall_begin(behind);
    if (!log || !plan_begin()) return 0;
    fprintf(log, "loaded\n");
    if (fclose(log) != 0) return 0;
    replace_objects(ours);
    replace_calls(ours);
    return 1;
}

__attribute__((destructor)) static void write_log(void) {
    FILE *log = process && getpid() == process ? open_log() : NULL;
    if (!log) return;
    stall_write(log);
    plan_write(log);
    objects_write(log);
    fprintf(log, "end\n");
    fclose(log);
}

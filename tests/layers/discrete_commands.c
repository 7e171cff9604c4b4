/* SPDX-License-Identifier: MIT
 *
 * Commands: how they are enqueued, and what it is to wait for one. A command that blocks is
 * enqueued as another, and its end is awaited afterwards, without the lock. */
#include <stdlib.h>

#include "discrete_faults.h"
#include "discrete_late.h"
#include "discrete_layer.h"
#include "discrete_log.h"
#include "discrete_memory.h"
#include "discrete_settings.h"
#include "discrete_time.h"

/* ---- Waiting ---- */

static double end_of(cl_event awaited) {
    discrete_lock();
    const struct event *event = objects_find(events, awaited);
    const double end = event ? event->end : 0;
    discrete_unlock(CL_SUCCESS);
    return end;
}

/* Tells a fault of the event's context, and returns the event's failure. */
static cl_int tell_failure(cl_event asked) {
    discrete_lock();
    const struct event *event = objects_find(events, asked);
    if (event) faults_tell(event->object.context);
    return discrete_unlock(event ? event->failure : CL_SUCCESS);
}

static cl_int await(cl_uint num_events, const cl_event *awaited) {
    const cl_int code = driver->clWaitForEvents(num_events, awaited);
    cl_int failure = CL_SUCCESS;
    for (cl_uint k = 0; k < num_events; k++) time_sleep_until(end_of(awaited[k]));
    for (cl_uint k = 0; k < num_events; k++)
        if (tell_failure(awaited[k])) failure = CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST;
    return code ? code : failure;
}

static cl_int CL_API_CALL wait_for_events(cl_uint num_events, const cl_event *awaited) {
    cl_int code = CL_SUCCESS;
    discrete_lock();
    for (cl_uint k = 0; !code && k < num_events; k++)
        code = faults_code(discrete_context_of(events, awaited[k]));
    discrete_unlock(code);
    return code ? code : await(num_events, awaited);
}

static cl_int CL_API_CALL finish(cl_command_queue finished) {
    discrete_lock();
    struct queue *queue = objects_find(queues, finished);
    if (queue) late_perform(queue, NULL, 0, NULL);
    const double end = queue ? queue->end : 0;
    struct context *context = queue ? queue->object.context : NULL;
    discrete_unlock(CL_SUCCESS);
    const cl_int code = driver->clFinish(finished);
    time_sleep_until(end);
    discrete_lock();
    faults_tell(context);
    const cl_int dead = faults_code(context);
    return discrete_unlock(dead ? dead : code);
}

static cl_int CL_API_CALL flush(cl_command_queue queue) {
    discrete_lock();
    const cl_int code = faults_code(discrete_context_of(queues, queue));
    return discrete_unlock(code ? code : driver->clFlush(queue));
}

/* The state of a command. It has one in a dead context too. */
static cl_int CL_API_CALL get_event_info(cl_event event, cl_event_info what, size_t room,
                                         void *value, size_t *needed) {
    cl_int state = CL_COMPLETE;
    if (what != CL_EVENT_COMMAND_EXECUTION_STATUS)
        return driver->clGetEventInfo(event, what, room, value, needed);
    const bool is_early = time_now() < end_of(event);
    const cl_int code = driver->clGetEventInfo(event, what, sizeof state, &state, NULL),
                 failure = is_early ? CL_SUCCESS : tell_failure(event);
    if (code) return code;
    if (failure) state = failure;
    if (is_early && state == CL_COMPLETE) state = CL_SUBMITTED;
    return layer_answer(&state, sizeof state, room, value, needed);
}

/* The times of a command that the model gives a time. */
static cl_int CL_API_CALL get_event_times(cl_event asked, cl_profiling_info what, size_t room,
                                          void *value, size_t *needed) {
    discrete_lock();
    const struct event *event = objects_find(events, asked);
    const double begin = event ? event->begin : 0, end = event ? event->end : 0;
    discrete_unlock(CL_SUCCESS);
    const cl_int code = driver->clGetEventProfilingInfo(asked, what, room, value, needed);
    if (code || begin >= end || begin <= 0) return code;
    const cl_ulong nanoseconds = (cl_ulong)(1e9 * (what == CL_PROFILING_COMMAND_END ? end : begin));
    return layer_answer(&nanoseconds, sizeof nanoseconds, room, value, needed);
}

/* ---- Enqueuing ---- */

/* A command on its way to the driver. */
struct command {
    struct queue *queue;
    cl_uint num_awaited;
    const cl_event *awaited;
    cl_event made;    /* the driver's event */
    cl_event *wanted; /* NULL: the program wants none */
    cl_bool is_blocking;
    enum engine engine;
    double seconds;
};

/* A kernel has no buffer of its own: NULL. */
static struct command begin(cl_command_queue queue, cl_mem buffer, cl_uint num_awaited,
                            const cl_event *awaited, cl_event *wanted, cl_bool is_blocking) {
    discrete_lock();
    struct queue *found = objects_find(queues, queue);
    if (!found) abort(); /* made by a function that the model does not know */
    late_perform(found, buffer, num_awaited, awaited);
    return (struct command){.queue = found,
                            .num_awaited = num_awaited,
                            .awaited = awaited,
                            .wanted = wanted,
                            .is_blocking = is_blocking};
}

static const struct context *context_of(const struct command *command) {
    return command->queue->object.context;
}

static cl_command_queue queue_of(const struct command *command) {
    return (cl_command_queue)command->queue->object.handle;
}

/* A command that the device does not run, because it has stopped. */
static cl_int enqueue_nothing(struct command *command) {
    return driver->clEnqueueMarkerWithWaitList(queue_of(command), 0, NULL, &command->made);
}

/* Ends what begin has begun: the event gets its record, a blocking command is awaited. Unlocks. */
static cl_int end(const struct command *command, cl_int code) {
    if (code) return discrete_unlock(code);
    struct event *event =
        objects_add(&events, sizeof *event, command->made, command->queue->object.context);
    event->end = time_enqueue(command->queue, command->engine, command->seconds,
                              command->num_awaited, command->awaited);
    event->begin = event->end - command->seconds;
    event->failure = event->object.context->failing;
    discrete_unlock(CL_SUCCESS);
    if (command->is_blocking) {
        driver->clFlush(queue_of(command));
        await(1, &command->made);
        code = tell_failure(command->made);
    }
    if (command->wanted && !code) {
        *command->wanted = command->made;
        return code;
    }
    discrete_lock();
    objects_release(&events, command->made);
    discrete_unlock(CL_SUCCESS);
    driver->clReleaseEvent(command->made);
    return code;
}

/* ---- Kernels ---- */

static size_t product(cl_uint num_dimensions, const size_t *sizes) {
    size_t all = 1;
    for (cl_uint k = 0; sizes && k < num_dimensions; k++) all *= sizes[k];
    return all;
}

static void log_kernel(const struct command *command, cl_kernel kernel, size_t num_items,
                       size_t group, cl_int code) {
    char name[128] = "";
    driver->clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof name - 1, name, NULL);
    log_launch(command->queue->device, name, num_items, group, code);
}

/* The code with which the device refuses a launch. */
static cl_int launch_code(const struct command *command, cl_kernel kernel, size_t group) {
    const size_t device = command->queue->device, most = (size_t)setting_number(device, "group", 0);
    const struct kernel *known = objects_find(kernels, kernel);
    cl_int code = faults_code(context_of(command));
    if (!code && most && group > most) code = CL_INVALID_WORK_GROUP_SIZE;
    if (!code && known) code = memory_take(known, device);
    return code ? code : faults_launch(command->queue);
}

static cl_int CL_API_CALL enqueue_kernel(cl_command_queue queue, cl_kernel kernel,
                                         cl_uint num_dimensions, const size_t *offset,
                                         const size_t *global, const size_t *local,
                                         cl_uint num_awaited, const cl_event *awaited,
                                         cl_event *wanted) {
    struct command command = begin(queue, NULL, num_awaited, awaited, wanted, CL_FALSE);
    const size_t num_items = product(num_dimensions, global),
                 group = product(num_dimensions, local);
    cl_int code = launch_code(&command, kernel, group);
    if (!code)
        code = faults_stop(context_of(&command))
                   ? enqueue_nothing(&command)
                   : driver->clEnqueueNDRangeKernel(queue, kernel, num_dimensions, offset, global,
                                                    local, num_awaited, awaited, &command.made);
    log_kernel(&command, kernel, num_items, group, code);
    command.engine = COMPUTE;
    command.seconds = time_of_launch(command.queue->device, num_items);
    return end(&command, code);
}

/* ---- Copies ---- */

/* Reads to other addresses than multiples of 64 may be slow. */
static double seconds_of_read(size_t device, const void *to, size_t nbytes, bool is_pinned) {
    const double seconds = time_of_copy(device, nbytes, is_pinned);
    return setting_is(device, "reads", "slow") && (size_t)to % 64 ? 10 * seconds : seconds;
}

static cl_int CL_API_CALL enqueue_read(cl_command_queue queue, cl_mem buffer, cl_bool is_blocking,
                                       size_t offset, size_t nbytes, void *to, cl_uint num_awaited,
                                       const cl_event *awaited, cl_event *wanted) {
    struct command command = begin(queue, buffer, num_awaited, awaited, wanted, is_blocking);
    const size_t device = command.queue->device;
    const bool is_pinned = memory_is_pinned(to, nbytes);
    cl_int code = faults_code(context_of(&command));
    if (!code) code = memory_read_code(device, to, nbytes);
    if (!code)
        code = faults_stop(context_of(&command))
                   ? enqueue_nothing(&command)
                   : driver->clEnqueueReadBuffer(queue, buffer, CL_FALSE, offset, nbytes, to,
                                                 num_awaited, awaited, &command.made);
    log_copy(device, "read", is_pinned, nbytes, code);
    command.engine = READBACK;
    command.seconds = seconds_of_read(device, to, nbytes, is_pinned);
    return end(&command, code);
}

static cl_int CL_API_CALL enqueue_write(cl_command_queue queue, cl_mem buffer, cl_bool is_blocking,
                                        size_t offset, size_t nbytes, const void *from,
                                        cl_uint num_awaited, const cl_event *awaited,
                                        cl_event *wanted) {
    struct command command = begin(queue, buffer, num_awaited, awaited, wanted, is_blocking);
    const size_t device = command.queue->device;
    const bool is_pinned = memory_is_pinned(from, nbytes);
    cl_int code = faults_code(context_of(&command));
    if (!code) {
        const bool is_stopped = faults_stop(context_of(&command));
        const bool is_late = !is_stopped && late_keep(command.queue, buffer, is_blocking, offset,
                                                      nbytes, from, wanted);
        code = is_stopped || is_late
                   ? enqueue_nothing(&command)
                   : driver->clEnqueueWriteBuffer(queue, buffer, CL_FALSE, offset, nbytes, from,
                                                  num_awaited, awaited, &command.made);
    }
    log_copy(device, "write", is_pinned, nbytes, code);
    command.engine = UPLOAD;
    command.seconds = time_of_copy(device, nbytes, is_pinned);
    return end(&command, code);
}

/* ---- Maps ---- */

static void copied(struct command *command, const char *kind, enum engine engine, size_t nbytes,
                   cl_int code) {
    command->engine = engine;
    command->seconds = time_of_copy(command->queue->device, nbytes, false);
    if (nbytes) log_copy(command->queue->device, kind, false, nbytes, code);
}

/* A device that has stopped maps nothing, but its driver has the address. */
static void *CL_API_CALL enqueue_map(cl_command_queue queue, cl_mem buffer, cl_bool is_blocking,
                                     cl_map_flags flags, size_t offset, size_t nbytes,
                                     cl_uint num_awaited, const cl_event *awaited, cl_event *wanted,
                                     cl_int *code) {
    struct command command = begin(queue, buffer, num_awaited, awaited, wanted, is_blocking);
    cl_int told = faults_code(context_of(&command));
    size_t num_copied = 0;
    void *address = NULL;
    if (!told) {
        const bool is_stopped = faults_stop(context_of(&command));
        address =
            memory_map(queue, buffer, is_stopped ? CL_MAP_WRITE_INVALIDATE_REGION : flags, offset,
                       nbytes, num_awaited, awaited, &command.made, &told, &num_copied);
    }
    copied(&command, "map", READBACK, num_copied, told);
    told = end(&command, told);
    if (code) *code = told;
    return told ? NULL : address;
}

static cl_int CL_API_CALL enqueue_unmap(cl_command_queue queue, cl_mem buffer, void *address,
                                        cl_uint num_awaited, const cl_event *awaited,
                                        cl_event *wanted) {
    struct command command = begin(queue, buffer, num_awaited, awaited, wanted, CL_FALSE);
    size_t num_copied = 0;
    cl_int code = faults_code(context_of(&command));
    if (!code)
        code =
            memory_unmap(queue, buffer, address, num_awaited, awaited, &command.made, &num_copied);
    copied(&command, "unmap", UPLOAD, num_copied, code);
    return end(&command, code);
}

void commands_replace(cl_icd_dispatch *ours) {
    ours->clEnqueueNDRangeKernel = enqueue_kernel;
    ours->clEnqueueReadBuffer = enqueue_read;
    ours->clEnqueueWriteBuffer = enqueue_write;
    ours->clEnqueueMapBuffer = enqueue_map;
    ours->clEnqueueUnmapMemObject = enqueue_unmap;
    ours->clWaitForEvents = wait_for_events;
    ours->clGetEventInfo = get_event_info;
    ours->clGetEventProfilingInfo = get_event_times;
    ours->clFlush = flush;
    ours->clFinish = finish;
}

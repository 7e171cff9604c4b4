/* SPDX-License-Identifier: MIT
 *
 * The layer that writes down when kernels and read-backs ran: every queue measures times, every event of theirs is kept until a
 * queue is released, and then its line "kind start end", in nanoseconds of the device's clock, goes to the file that
 * OUTERFILL_BENCH_TIMELINE names. */
#include "layer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct command {
    const char *kind;
    cl_event event;
} command;

static const cl_icd_dispatch *next;
static FILE *file;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static command *commands;
static size_t num_commands, room;

/* Keeps one more; without memory there is no time line, so that nobody takes half of one for the whole. */
static void keep(const char *kind, cl_event event) {
    pthread_mutex_lock(&lock);
    if (num_commands == room) {
        room = 2 * room + 64;
        commands = realloc(commands, room * sizeof *commands);
        if (!commands) abort();
    }
    commands[num_commands++] = (command){kind, event};
    pthread_mutex_unlock(&lock);
}

static int write_line(const command *written) {
    cl_ulong begin = 0, end = 0;

    if (next->clGetEventProfilingInfo(written->event, CL_PROFILING_COMMAND_START, sizeof begin,
                                      &begin, NULL) ||
        next->clGetEventProfilingInfo(written->event, CL_PROFILING_COMMAND_END, sizeof end, &end,
                                      NULL))
        return 0;
    fprintf(file, "%s %llu %llu\n", written->kind, (unsigned long long)begin,
            (unsigned long long)end);
    return 1;
}

/* Those that have not ended, on other queues, stay for the next time. */
static void write_ended(void) {
    size_t num_left = 0;

    pthread_mutex_lock(&lock);
    for (size_t k = 0; k < num_commands; k++) {
        if (write_line(&commands[k]))
            next->clReleaseEvent(commands[k].event);
        else
            commands[num_left++] = commands[k];
    }
    num_commands = num_left;
    fflush(file);
    pthread_mutex_unlock(&lock);
}

/* The caller's event, if it wants one, has a reference more. */
static cl_int kept(cl_int code, const char *kind, cl_event event, const cl_event *wanted) {
    if (code != CL_SUCCESS) return code;
    if (wanted) next->clRetainEvent(event);
    keep(kind, event);
    return code;
}

static cl_command_queue CL_API_CALL create_queue(cl_context context, cl_device_id device,
                                                 cl_command_queue_properties properties,
                                                 cl_int *code) {
    return next->clCreateCommandQueue(context, device, properties | CL_QUEUE_PROFILING_ENABLE,
                                      code);
}

static cl_int CL_API_CALL release_queue(cl_command_queue queue) {
    next->clFinish(queue);
    write_ended();
    return next->clReleaseCommandQueue(queue);
}

static cl_int CL_API_CALL enqueue_kernel(cl_command_queue queue, cl_kernel kernel,
                                         cl_uint num_dimensions, const size_t *offset,
                                         const size_t *global, const size_t *local,
                                         cl_uint num_awaited, const cl_event *awaited,
                                         cl_event *wanted) {
    cl_event mine = NULL, *event = wanted ? wanted : &mine;
    const cl_int code = next->clEnqueueNDRangeKernel(queue, kernel, num_dimensions, offset, global,
                                                     local, num_awaited, awaited, event);
    return kept(code, "kernel", *event, wanted);
}

static cl_int CL_API_CALL enqueue_read(cl_command_queue queue, cl_mem buffer, cl_bool is_blocking,
                                       size_t offset, size_t nbytes, void *to, cl_uint num_awaited,
                                       const cl_event *awaited, cl_event *wanted) {
    cl_event mine = NULL, *event = wanted ? wanted : &mine;
    const cl_int code = next->clEnqueueReadBuffer(queue, buffer, is_blocking, offset, nbytes, to,
                                                  num_awaited, awaited, event);
    return kept(code, "read-back", *event, wanted);
}

int layer_begin(const cl_icd_dispatch *behind, cl_icd_dispatch *ours) {
    const char *path = getenv("OUTERFILL_BENCH_TIMELINE");

    next = behind;
    file = path ? fopen(path, "w") : NULL;
    ours->clCreateCommandQueue = create_queue;
    ours->clReleaseCommandQueue = release_queue;
    ours->clEnqueueNDRangeKernel = enqueue_kernel;
    ours->clEnqueueReadBuffer = enqueue_read;
    return file != NULL;
}

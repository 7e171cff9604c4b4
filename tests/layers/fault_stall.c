/* SPDX-License-Identifier: MIT */
#include "fault_stall.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define DELAY_MICROSECONDS 500000
#define MOST_PIECES        4096
#define MOST_KERNELS       64

extern void *__asan_region_is_poisoned(void *memory, size_t nbytes) __attribute__((weak));

static const cl_icd_dispatch *next;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned long first_launch, num_launches;
static size_t num_pieces, num_kernels;
static long num_gone;
static struct {
    void *memory;
    size_t nbytes;
} pieces[MOST_PIECES];
static struct delayed {
    cl_event gate, kernel;
    pthread_t thread;
} kernels[MOST_KERNELS];

void stall_begin(const cl_icd_dispatch *behind) {
    const char *text = getenv("OUTERFILL_FAULT_STALL");
    next = behind;
    first_launch = text ? strtoul(text, NULL, 10) : 0;
}

int stall_is_on(void) {
    pthread_mutex_lock(&mutex);
    const int is_on = first_launch && num_launches >= first_launch;
    pthread_mutex_unlock(&mutex);
    return is_on;
}

cl_event stall_gate(cl_command_queue queue) {
    cl_context context = NULL;
    pthread_mutex_lock(&mutex);
    num_launches++;
    pthread_mutex_unlock(&mutex);
    if (!stall_is_on() ||
        next->clGetCommandQueueInfo(queue, CL_QUEUE_CONTEXT, sizeof context, &context, NULL))
        return NULL;
    return next->clCreateUserEvent(context, NULL);
}

static void look(void) {
    pthread_mutex_lock(&mutex);
    for (size_t k = 0; __asan_region_is_poisoned && k < num_pieces; k++)
        num_gone += __asan_region_is_poisoned(pieces[k].memory, pieces[k].nbytes) != NULL;
    pthread_mutex_unlock(&mutex);
}

/* Just before the kernel begins, and when it has ended. */
static void *let_go(void *argument) {
    struct delayed *delayed = argument;
    usleep(DELAY_MICROSECONDS);
    look();
    next->clSetUserEventStatus(delayed->gate, CL_COMPLETE);
    next->clWaitForEvents(1, &delayed->kernel);
    look();
    next->clReleaseEvent(delayed->kernel);
    next->clReleaseEvent(delayed->gate);
    return NULL;
}

void stall_launched(cl_event gate, cl_event kernel) {
    pthread_mutex_lock(&mutex);
    if (num_kernels == MOST_KERNELS) abort();
    struct delayed *delayed = &kernels[num_kernels++];
    *delayed = (struct delayed){.gate = gate, .kernel = kernel};
    if (next->clRetainEvent(kernel) || pthread_create(&delayed->thread, NULL, let_go, delayed))
        abort();
    pthread_mutex_unlock(&mutex);
}

void stall_watch(const void *memory, size_t nbytes) {
    if (!first_launch) return;
    pthread_mutex_lock(&mutex);
    if (num_pieces == MOST_PIECES) abort();
    pieces[num_pieces].memory = (void *)(size_t)memory;
    pieces[num_pieces++].nbytes = nbytes;
    pthread_mutex_unlock(&mutex);
}

void stall_await(void) {
    static size_t num_ended;
    while (num_ended < num_kernels) pthread_join(kernels[num_ended++].thread, NULL);
}

void stall_write(FILE *log) {
    if (!first_launch) return;
    fprintf(log, "stalled %zu gone %ld\n", num_kernels, __asan_region_is_poisoned ? num_gone : -1);
}

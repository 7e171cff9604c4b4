/* SPDX-License-Identifier: MIT
 *
 * Finds out whether a device that shares the host's memory writes results into it. A driver may
 * say that memory is shared, and still keep a copy of each buffer: mapping the buffer then costs as
 * much as reading it. (read: NVIDIA's GB10 keeps a copy; Intel's driver copies where the pointer or
 * the size is no multiple of 64 bytes)
 *
 * The device fills a buffer around host memory, once to be mapped and once to be read. Mapping has
 * to show the values in the host's memory, and to take less than half of the time. CPUs are not
 * tried: on PoCL mapping is known to be the faster way. */
#include "device/zero_copy.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define NBYTES    ((size_t)4 << 20)
#define ALIGNMENT ((size_t)4096)
#define NUM_TRIES 3

struct trial_memory {
    cl_command_queue queue;
    cl_mem buffer;
    char *host, *copy; /* of NBYTES; the buffer is around host */
};

static bool open_memory(struct trial_memory *memory, cl_context opencl, cl_device_id id) {
    cl_int code;
    *memory = (struct trial_memory){.host = aligned_alloc(ALIGNMENT, NBYTES),
                                    .copy = aligned_alloc(ALIGNMENT, NBYTES)};
    if (!memory->host || !memory->copy) return false;
    memset(memory->host, 0, NBYTES);
    memset(memory->copy, 0, NBYTES); /* pages exist before they are timed */
    memory->queue = clCreateCommandQueue(opencl, id, 0, &code);
    if (code != CL_SUCCESS) memory->queue = NULL;
    memory->buffer = clCreateBuffer(opencl, CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, NBYTES,
                                    memory->host, &code);
    if (code != CL_SUCCESS) memory->buffer = NULL;
    return memory->queue && memory->buffer;
}

/* A queue that does not become empty may still write into the memory, which then stays. */
static void close_memory(struct trial_memory *memory) {
    const bool is_idle = !memory->queue || clFinish(memory->queue) == CL_SUCCESS;
    if (memory->buffer) clReleaseMemObject(memory->buffer);
    if (memory->queue) clReleaseCommandQueue(memory->queue);
    if (!is_idle) return;
    free(memory->host);
    free(memory->copy);
}

static bool fill(const struct trial_memory *memory, unsigned char value) {
    const cl_int code = clEnqueueFillBuffer(memory->queue, memory->buffer, &value, sizeof value, 0,
                                            NBYTES, 0, NULL, NULL);
    return code == CL_SUCCESS && clFinish(memory->queue) == CL_SUCCESS;
}

/* Sets *seconds to the time of mapping. Fails if the values do not appear in the host's memory. */
static bool time_map(const struct trial_memory *memory, unsigned char value, double *seconds) {
    cl_int code;
    if (!fill(memory, value)) return false;
    const double begin = clock_now();
    char *view = clEnqueueMapBuffer(memory->queue, memory->buffer, CL_TRUE, CL_MAP_READ, 0, NBYTES,
                                    0, NULL, NULL, &code);
    *seconds = clock_now() - begin;
    if (code != CL_SUCCESS) return false;
    const bool is_there = view == memory->host && (unsigned char)view[0] == value &&
                          memcmp(view, view + 1, NBYTES - 1) == 0;
    code = clEnqueueUnmapMemObject(memory->queue, memory->buffer, view, 0, NULL, NULL);
    return is_there && code == CL_SUCCESS && clFinish(memory->queue) == CL_SUCCESS;
}

static bool time_read(const struct trial_memory *memory, unsigned char value, double *seconds) {
    if (!fill(memory, value)) return false;
    const double begin = clock_now();
    const cl_int code = clEnqueueReadBuffer(memory->queue, memory->buffer, CL_TRUE, 0, NBYTES,
                                            memory->copy, 0, NULL, NULL);
    *seconds = clock_now() - begin;
    return code == CL_SUCCESS;
}

/* Compares the shortest times, since other work can only lengthen them. */
static bool try_both(const struct trial_memory *memory) {
    double map = 0, read = 0;
    for (int k = 0; k < NUM_TRIES; k++) {
        double map_seconds, read_seconds;
        if (!time_map(memory, (unsigned char)(2 * k + 1), &map_seconds)) return false;
        if (!time_read(memory, (unsigned char)(2 * k + 2), &read_seconds)) return false;
        if (k == 0 || map_seconds < map) map = map_seconds;
        if (k == 0 || read_seconds < read) read = read_seconds;
    }
    return map < read / 2;
}

bool zero_copy_pays(cl_context opencl, const struct device *device) {
    const outerfill_device *info = &device->info;
    if (info->type == OUTERFILL_DEVICE_CPU || !info->shares_host_memory)
        return info->shares_host_memory;
    struct trial_memory memory;
    const bool pays = open_memory(&memory, opencl, device->id) && try_both(&memory);
    close_memory(&memory);
    return pays;
}

/* SPDX-License-Identifier: MIT */
#include "discrete_memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "discrete_devices.h"
#include "discrete_late.h"
#include "discrete_layer.h"
#include "discrete_settings.h"

static size_t nbytes_taken[MAX_DEVICES];

/* ---- Creating ---- */

/* Whether all of the memory may be written: /proc/self/maps says "BEGIN-END rw..." of each range,
 * in ascending order. */
static bool is_writable(const void *memory, size_t nbytes) {
    FILE *maps = fopen("/proc/self/maps", "r");
    const uintptr_t end_wanted = (uintptr_t)memory + nbytes;
    uintptr_t at = (uintptr_t)memory;
    unsigned long begin, end;
    char line[4096], rights[5];
    while (maps && at < end_wanted && fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%lx-%lx %4s", &begin, &end, rights) != 3 || end <= at) continue;
        if (begin > at || rights[1] != 'w') break;
        at = end;
    }
    if (maps) fclose(maps);
    return at >= end_wanted;
}

/* Intel's driver refuses read-only memory with this code. */
static cl_int host_code(size_t device, cl_mem_flags flags, const void *host, size_t nbytes) {
    const bool is_allowed =
        (flags & CL_MEM_READ_ONLY) && (flags & (CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS));
    if (!setting(device, "no-read-only") || !(flags & CL_MEM_USE_HOST_PTR) || is_allowed)
        return CL_SUCCESS;
    return is_writable(host, nbytes) ? CL_SUCCESS : CL_OUT_OF_HOST_MEMORY;
}

static cl_mem create_dirty(cl_context context, cl_mem_flags flags, size_t nbytes, cl_int *code) {
    void *dirt = malloc(nbytes + 1);
    if (!dirt) {
        *code = CL_MEM_OBJECT_ALLOCATION_FAILURE;
        return NULL;
    }
    memset(dirt, 0xFF, nbytes);
    const cl_mem created =
        driver->clCreateBuffer(context, flags | CL_MEM_COPY_HOST_PTR, nbytes, dirt, code);
    free(dirt);
    return created;
}

static cl_mem create(struct context *context, cl_mem_flags flags, size_t nbytes, void *host,
                     cl_int *code) {
    const cl_context opencl = (cl_context)context->object.handle;
    const cl_mem_flags of_host = CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR;
    if (!(flags & of_host) && nbytes && setting(context->device, "dirty"))
        return create_dirty(opencl, flags, nbytes, code);
    if ((flags & CL_MEM_USE_HOST_PTR) && setting(context->device, "shadow"))
        flags = (flags & ~(cl_mem_flags)CL_MEM_USE_HOST_PTR) | CL_MEM_COPY_HOST_PTR;
    return driver->clCreateBuffer(opencl, flags, nbytes, host, code);
}

cl_mem memory_create(struct context *context, cl_mem_flags flags, size_t nbytes, void *host,
                     cl_int *code) {
    *code = host_code(context->device, flags, host, nbytes);
    const cl_mem created = *code ? NULL : create(context, flags, nbytes, host, code);
    if (!created) return NULL;
    struct buffer *buffer = objects_add(&buffers, sizeof *buffer, created, context);
    buffer->flags = flags;
    buffer->nbytes = nbytes;
    if ((flags & CL_MEM_USE_HOST_PTR) && setting(context->device, "shadow")) buffer->host = host;
    return created;
}

static const void *a_view_of(const struct buffer *buffer) {
    for (const struct object *at = views; at; at = at->next)
        if (((const struct view *)at)->buffer == buffer) return at->handle;
    return NULL;
}

void memory_release(cl_mem released) {
    const struct buffer *buffer = objects_find(buffers, released);
    if (buffer && objects_is_last(buffers, released)) {
        late_forget(released);
        if (buffer->resident) nbytes_taken[buffer->resident - 1] -= buffer->nbytes;
        for (const void *view; (view = a_view_of(buffer));) objects_release(&views, view);
    }
    objects_release(&buffers, released);
}

/* ---- The device's memory ---- */

/* Marks the kernel's buffers that take no memory yet, or takes the mark away. Returns their
 * bytes. */
static size_t mark(const struct kernel *kernel, size_t from, size_t to) {
    size_t nbytes = 0;
    for (size_t k = 0; k < MAX_ARGUMENTS; k++) {
        struct buffer *buffer = objects_find(buffers, kernel->buffers[k]);
        if (!buffer || buffer->resident != from) continue;
        buffer->resident = to;
        nbytes += buffer->nbytes;
    }
    return nbytes;
}

cl_int memory_take(const struct kernel *kernel, size_t device) {
    const char *limiting = setting(device, "free") ? "free" : "memory";
    const double limit = setting_number(device, limiting, 0) * 0x100000;
    const size_t new_ones = MAX_DEVICES + 1;
    const size_t nbytes = mark(kernel, 0, new_ones);
    const bool is_enough = limit <= 0 || (double)(nbytes_taken[device] + nbytes) <= limit;
    mark(kernel, new_ones, is_enough ? device + 1 : 0);
    if (is_enough) nbytes_taken[device] += nbytes;
    return is_enough ? CL_SUCCESS : CL_MEM_OBJECT_ALLOCATION_FAILURE;
}

/* ---- Addresses ---- */

static bool is_in_view(const struct view *view, const void *address, size_t nbytes) {
    const char *begin = view->object.handle, *at = address;
    return at >= begin && at + nbytes <= begin + view->nbytes;
}

bool memory_is_pinned(const void *address, size_t nbytes) {
    for (const struct object *at = views; at; at = at->next) {
        const struct view *view = (const struct view *)at;
        const cl_mem_flags pinning = CL_MEM_ALLOC_HOST_PTR | CL_MEM_USE_HOST_PTR;
        if ((view->buffer->flags & pinning) && is_in_view(view, address, nbytes)) return true;
    }
    return false;
}

cl_int memory_read_code(size_t device, const void *address, size_t nbytes) {
    if (setting_is(device, "reads", "aligned") && (uintptr_t)address % 64) return CL_INVALID_VALUE;
    return setting(device, "no-mapped-reads") && memory_is_pinned(address, nbytes)
               ? CL_OUT_OF_RESOURCES
               : CL_SUCCESS;
}

/* ---- Maps ---- */

bool memory_is_shadow(cl_mem mapped) {
    const struct buffer *buffer = objects_find(buffers, mapped);
    return buffer && buffer->host;
}

static void add_view(void *address, struct buffer *buffer, cl_map_flags flags, size_t nbytes) {
    objects_retain(views, address);
    if (!buffer || objects_find(views, address)) return;
    struct view *view = objects_add(&views, sizeof *view, address, NULL);
    view->buffer = buffer;
    view->flags = flags;
    view->nbytes = nbytes;
}

static cl_int enqueue_nothing(cl_command_queue queue, cl_uint num_awaited, const cl_event *awaited,
                              cl_event *event) {
    return driver->clEnqueueMarkerWithWaitList(queue, num_awaited, awaited, event);
}

void *memory_map(cl_command_queue queue, cl_mem mapped, cl_map_flags flags, size_t offset,
                 size_t nbytes, cl_uint num_awaited, const cl_event *awaited, cl_event *event,
                 cl_int *code, size_t *num_copied) {
    struct buffer *buffer = objects_find(buffers, mapped);
    void *address;
    *num_copied = 0;
    if (!buffer || !buffer->host) {
        address = driver->clEnqueueMapBuffer(queue, mapped, CL_FALSE, flags, offset, nbytes,
                                             num_awaited, awaited, event, code);
    } else {
        address = buffer->host + offset;
        *num_copied = flags & CL_MAP_WRITE_INVALIDATE_REGION ? 0 : nbytes;
        *code = *num_copied ? driver->clEnqueueReadBuffer(queue, mapped, CL_FALSE, offset, nbytes,
                                                          address, num_awaited, awaited, event)
                            : enqueue_nothing(queue, num_awaited, awaited, event);
    }
    if (*code != CL_SUCCESS) return NULL;
    add_view(address, buffer, flags, nbytes);
    return address;
}

cl_int memory_unmap(cl_command_queue queue, cl_mem mapped, void *address, cl_uint num_awaited,
                    const cl_event *awaited, cl_event *event, size_t *num_copied) {
    const struct buffer *buffer = objects_find(buffers, mapped);
    const struct view *view = objects_find(views, address);
    const cl_map_flags writing = CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION;
    cl_int code;
    *num_copied = 0;
    if (!buffer || !buffer->host) {
        code = driver->clEnqueueUnmapMemObject(queue, mapped, address, num_awaited, awaited, event);
    } else if (!view) {
        code = CL_INVALID_VALUE;
    } else {
        *num_copied = view->flags & writing ? view->nbytes : 0;
        code = *num_copied
                   ? driver->clEnqueueWriteBuffer(queue, mapped, CL_FALSE,
                                                  (size_t)((char *)address - buffer->host),
                                                  *num_copied, address, num_awaited, awaited, event)
                   : enqueue_nothing(queue, num_awaited, awaited, event);
    }
    if (code == CL_SUCCESS) objects_release(&views, address);
    return code;
}

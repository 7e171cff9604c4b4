/* SPDX-License-Identifier: MIT
 *
 * Arrays that belong to a context: outerfill_context_alloc and outerfill_context_free. The first
 * device with memory of its own pins them, so that it can read results back into them without a
 * copy. Each array holds a reference to its context, and the context has a list of its arrays. A
 * fill looks its destination up in that list.
 *
 * Where all devices share the host's memory, an array is ordinary memory. */
#include "device/context_memory.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/arithmetic.h"
#include "base/fork_guard.h"
#include "device/pinned.h"

struct context_array {
    struct context_array *next;
    const struct context_device *device; /* that has pinned it; NULL: ordinary memory */
    struct pinned pinned;
    size_t nbytes;
};

static const struct context_device *choose_device(const outerfill_context *context) {
    for (size_t k = 0; k < context->num_devices; k++)
        if (!context->devices[k].device.info.shares_host_memory) return &context->devices[k];
    return NULL;
}

static outerfill_status allocate(struct context_array *array, outerfill_error *error) {
    if (array->device) return pinned_allocate(&array->pinned, array->device, array->nbytes, error);
    array->pinned.host = outerfill_alloc(array->nbytes);
    return array->pinned.host ? OUTERFILL_OK
                              : error_no_memory(error, "array of %zu bytes", array->nbytes);
}

static void insert(outerfill_context *context, struct context_array *array) {
    pthread_mutex_lock(&context->arrays_mutex);
    array->next = context->arrays;
    context->arrays = array;
    pthread_mutex_unlock(&context->arrays_mutex);
    context_retain(context);
}

/* Takes the array that begins at `begin` out of the list. Returns NULL if there is none. */
static struct context_array *take(outerfill_context *context, const void *begin) {
    pthread_mutex_lock(&context->arrays_mutex);
    struct context_array **link = &context->arrays;
    while (*link && (*link)->pinned.host != begin) link = &(*link)->next;
    struct context_array *array = *link;
    if (array) *link = array->next;
    pthread_mutex_unlock(&context->arrays_mutex);
    return array;
}

static bool has_range(const struct context_array *array, const void *begin, size_t nbytes) {
    const uintptr_t first = (uintptr_t)array->pinned.host, at = (uintptr_t)begin;
    return at >= first && at - first <= array->nbytes && nbytes <= array->nbytes - (at - first);
}

const struct context_device *context_memory_device(outerfill_context *context, const void *begin,
                                                   size_t nbytes) {
    pthread_mutex_lock(&context->arrays_mutex);
    const struct context_array *array = context->arrays;
    while (array && !has_range(array, begin, nbytes)) array = array->next;
    const struct context_device *device = array ? array->device : NULL;
    pthread_mutex_unlock(&context->arrays_mutex);
    return device;
}

outerfill_status outerfill_context_alloc(outerfill_context *context, size_t nbytes, void **array,
                                         outerfill_error *error) {
    outerfill_status status = fork_guard_check(error);
    if (array) *array = NULL;
    if (status) return status;
    if (!context || !array)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_context_alloc: %s may not be NULL",
                         context ? "array" : "context");
    if (nbytes > PTRDIFF_MAX - PINNED_ALIGNMENT)
        return error_no_memory(error, "array of %zu bytes", nbytes);
    struct context_array *created = calloc(1, sizeof *created);
    if (!created) return error_no_memory(error, "array of %zu bytes", nbytes);
    created->device = choose_device(context);
    created->nbytes = round_up(largest(1, nbytes), PINNED_ALIGNMENT);
    status = allocate(created, error);
    if (status) {
        free(created);
        return status;
    }
    *array = created->pinned.host;
    insert(context, created);
    return error_clear(error);
}

/* In a forked child, OpenCL objects cannot be released, and the list's lock may be held. */
void outerfill_context_free(outerfill_context *context, void *array) {
    struct context_array *freed =
        context && array && !fork_guard_is_child() ? take(context, array) : NULL;
    if (!freed) return;
    if (freed->device)
        pinned_free(&freed->pinned, freed->device);
    else
        outerfill_free(freed->pinned.host);
    free(freed);
    context_release(context);
}

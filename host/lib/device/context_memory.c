/* SPDX-License-Identifier: MIT
 *
 * Arrays that a context knows: its own (outerfill_context_alloc), and arrays of the caller's
 * (outerfill_context_register). The first device with memory of its own pins them, so that it can
 * read results back into them without a copy. Each array holds a reference to its context, and the
 * context has a list of its arrays. A fill looks its destination up in that list.
 *
 * Where all devices share the host's memory, an array is ordinary memory. */
#include "device/context_memory.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/arithmetic.h"
#include "base/fork_guard.h"
#include "base/memory.h"
#include "device/pinned.h"

struct context_array {
    struct context_array *next;
    const struct context_device *device; /* that has pinned it; NULL: ordinary memory */
    struct pinned pinned;
    char *begin;
    size_t nbytes;
    bool is_callers; /* not allocated here */
};

static const struct context_device *choose_device(const outerfill_context *context) {
    for (size_t k = 0; k < context->num_devices; k++)
        if (!context->devices[k].device.info.shares_host_memory) return &context->devices[k];
    return NULL;
}

/* ---- The list ---- */

static bool has_range(const struct context_array *array, const void *begin, size_t nbytes) {
    const uintptr_t first = (uintptr_t)array->begin, at = (uintptr_t)begin;
    return at >= first && at - first <= array->nbytes && nbytes <= array->nbytes - (at - first);
}

/* Puts an array into the list. Returns false if it overlaps another one. */
static bool insert(outerfill_context *context, struct context_array *array) {
    pthread_mutex_lock(&context->arrays_mutex);
    const struct context_array *other = context->arrays;
    while (other && !memory_overlaps(array->begin, array->nbytes, other->begin, other->nbytes))
        other = other->next;
    if (!other) {
        array->next = context->arrays;
        context->arrays = array;
    }
    pthread_mutex_unlock(&context->arrays_mutex);
    if (!other) context_retain(context);
    return !other;
}

/* Takes the array that begins at `begin` out of the list. Returns NULL if there is none. */
static struct context_array *take(outerfill_context *context, const void *begin, bool is_callers) {
    pthread_mutex_lock(&context->arrays_mutex);
    struct context_array **link = &context->arrays;
    while (*link && ((*link)->begin != begin || (*link)->is_callers != is_callers))
        link = &(*link)->next;
    struct context_array *array = *link;
    if (array) *link = array->next;
    pthread_mutex_unlock(&context->arrays_mutex);
    return array;
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

/* ---- Arrays of the context ---- */

static outerfill_status allocate(struct context_array *array, outerfill_error *error) {
    const outerfill_status status =
        array->device ? pinned_allocate(&array->pinned, array->device, array->nbytes, error)
                      : OUTERFILL_OK;
    if (!array->device) array->pinned.host = outerfill_alloc(array->nbytes);
    array->begin = array->pinned.host;
    return status || array->begin ? status
                                  : error_no_memory(error, "array of %zu bytes", array->nbytes);
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
    *array = created->begin;
    insert(context, created); /* new memory overlaps nothing */
    return error_clear(error);
}

/* In a forked child, OpenCL objects cannot be released, and the list's lock may be held. */
void outerfill_context_free(outerfill_context *context, void *array) {
    struct context_array *freed =
        context && array && !fork_guard_is_child() ? take(context, array, false) : NULL;
    if (!freed) return;
    if (freed->device)
        pinned_free(&freed->pinned, freed->device);
    else
        outerfill_free(freed->begin);
    free(freed);
    context_release(context);
}

/* ---- Arrays of the caller ---- */

/* The array is in the list already. Fills see its device when it is pinned. */
static outerfill_status pin(outerfill_context *context, struct context_array *array,
                            outerfill_error *error) {
    const struct context_device *device = choose_device(context);
    if (!device) return OUTERFILL_OK;
    const outerfill_status status =
        pinned_wrap(&array->pinned, device, array->begin, array->nbytes, error);
    pthread_mutex_lock(&context->arrays_mutex);
    if (!status) array->device = device;
    pthread_mutex_unlock(&context->arrays_mutex);
    return status;
}

static outerfill_status check_registered(const outerfill_context *context, const void *array,
                                         size_t nbytes, outerfill_error *error) {
    if (!context || !array)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_context_register: %s may not be NULL",
                         context ? "array" : "context");
    if (nbytes == 0 || nbytes > UINTPTR_MAX - (uintptr_t)array)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_context_register: nbytes is %zu, which is no array's size",
                         nbytes);
    return OUTERFILL_OK;
}

outerfill_status outerfill_context_register(outerfill_context *context, void *array, size_t nbytes,
                                            outerfill_error *error) {
    outerfill_status status = fork_guard_check(error);
    if (!status) status = check_registered(context, array, nbytes, error);
    if (status) return status;
    struct context_array *created = calloc(1, sizeof *created);
    if (!created) return error_no_memory(error, "record of an array (%zu bytes)", sizeof *created);
    *created = (struct context_array){.begin = array, .nbytes = nbytes, .is_callers = true};
    if (!insert(context, created)) {
        free(created);
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_context_register: the array of %zu bytes overlaps one that the "
                         "context has already",
                         nbytes);
    }
    status = pin(context, created, error);
    if (status) outerfill_context_unregister(context, array);
    return status ? status : error_clear(error);
}

void outerfill_context_unregister(outerfill_context *context, void *array) {
    struct context_array *freed =
        context && array && !fork_guard_is_child() ? take(context, array, true) : NULL;
    if (!freed) return;
    if (freed->device) pinned_free(&freed->pinned, freed->device);
    free(freed);
    context_release(context);
}

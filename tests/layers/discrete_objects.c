/* SPDX-License-Identifier: MIT */
#include "discrete_objects.h"

#include <stdlib.h>

struct object *contexts, *queues, *buffers, *views, *kernels, *events;

void *objects_add(struct object **list, size_t nbytes, const void *handle,
                  struct context *context) {
    struct object *added = calloc(1, nbytes);
    if (!added) abort();
    added->next = *list;
    added->handle = handle;
    added->num_references = 1;
    added->context = context;
    if (context) context->object.num_references++;
    *list = added;
    return added;
}

void *objects_find(struct object *list, const void *handle) {
    while (list && list->handle != handle) list = list->next;
    return list;
}

void objects_retain(struct object *list, const void *handle) {
    struct object *retained = objects_find(list, handle);
    if (retained) retained->num_references++;
}

bool objects_is_last(struct object *list, const void *handle) {
    const struct object *found = objects_find(list, handle);
    return found && found->num_references == 1;
}

void objects_release(struct object **list, const void *handle) {
    while (*list && (*list)->handle != handle) list = &(*list)->next;
    struct object *released = *list;
    if (!released || --released->num_references > 0) return;
    *list = released->next;
    if (released->context) objects_release(&contexts, released->context->object.handle);
    free(released);
}

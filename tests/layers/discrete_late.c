/* SPDX-License-Identifier: MIT */
#include "discrete_late.h"

#include <string.h>

#include "discrete_layer.h"
#include "discrete_settings.h"

bool late_keep(struct queue *queue, cl_mem buffer, cl_bool is_blocking, size_t offset,
               size_t nbytes, const void *from, const cl_event *wanted) {
    struct late_write *late = queue->late;
    if (!setting(queue->device, "late-writes") || !is_blocking || wanted ||
        nbytes > sizeof late->bytes)
        return false;
    while (late < queue->late + MAX_LATE_WRITES && late->buffer) late++;
    if (late == queue->late + MAX_LATE_WRITES) return false;
    late->buffer = buffer;
    late->offset = offset;
    late->nbytes = nbytes;
    memcpy(late->bytes, from, nbytes);
    return true;
}

void late_forget(cl_mem buffer) {
    for (struct object *at = queues; at; at = at->next)
        for (size_t k = 0; k < MAX_LATE_WRITES; k++) {
            struct late_write *late = &((struct queue *)at)->late[k];
            if (late->buffer == buffer) late->buffer = NULL;
        }
}

void late_perform(struct queue *queue, cl_mem buffer, cl_uint num_awaited,
                  const cl_event *awaited) {
    for (struct late_write *late = queue->late; late < queue->late + MAX_LATE_WRITES; late++) {
        if (!late->buffer || (buffer && late->buffer != buffer)) continue;
        driver->clEnqueueWriteBuffer((cl_command_queue)queue->object.handle, late->buffer, CL_TRUE,
                                     late->offset, late->nbytes, late->bytes, num_awaited, awaited,
                                     NULL);
        late->buffer = NULL;
    }
}

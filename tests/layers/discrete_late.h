/* SPDX-License-Identifier: MIT
 *
 * Blocking writes that return too early: a queue performs one with its next command for the same
 * buffer, before its next kernel, or when it is finished. Intel's runtime for CPUs does so with a
 * few bytes. All functions need the layer's lock. */
#ifndef DISCRETE_LATE_H
#define DISCRETE_LATE_H

#include "discrete_objects.h"

/* Keeps a write for later, and returns whether it did: the setting may be off, or the write be no
 * such write. */
bool late_keep(struct queue *queue, cl_mem buffer, cl_bool is_blocking, size_t offset,
               size_t nbytes, const void *from, const cl_event *wanted);

/* Forgets what is kept for a buffer that is released. */
void late_forget(cl_mem buffer);

/* Performs what the queue has kept for the buffer, after the events. NULL: for all buffers. */
void late_perform(struct queue *queue, cl_mem buffer, cl_uint num_awaited, const cl_event *awaited);

#endif

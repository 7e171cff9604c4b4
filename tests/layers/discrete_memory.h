/* SPDX-License-Identifier: MIT
 *
 * Buffers: what new ones hold, which memory of the host they copy instead of using it, how much of
 * the device's memory they take, and which addresses are pinned. All functions need the layer's
 * lock. */
#ifndef DISCRETE_MEMORY_H
#define DISCRETE_MEMORY_H

#include "discrete_objects.h"

cl_mem memory_create(struct context *context, cl_mem_flags flags, size_t nbytes, void *host,
                     cl_int *code);
void memory_release(cl_mem buffer);

/* Gives the kernel's buffers their share of the device's memory. If there is too little, none gets
 * any, and the code is CL_MEM_OBJECT_ALLOCATION_FAILURE. */
cl_int memory_take(const struct kernel *kernel, size_t device);

/* Whether [address, address + nbytes) lies in a mapped buffer of CL_MEM_ALLOC_HOST_PTR
 * or CL_MEM_USE_HOST_PTR. */
bool memory_is_pinned(const void *address, size_t nbytes);

/* The code of a read to the address. */
cl_int memory_read_code(size_t device, const void *address, size_t nbytes);

/* Whether a map of the buffer copies its bytes to the host. */
bool memory_is_shadow(cl_mem buffer);

/* Enqueues a map or an unmapping; the event is the caller's. *num_copied says how many bytes that
 * copies. */
void *memory_map(cl_command_queue queue, cl_mem buffer, cl_map_flags flags, size_t offset,
                 size_t nbytes, cl_uint num_awaited, const cl_event *awaited, cl_event *event,
                 cl_int *code, size_t *num_copied);
cl_int memory_unmap(cl_command_queue queue, cl_mem buffer, void *address, cl_uint num_awaited,
                    const cl_event *awaited, cl_event *event, size_t *num_copied);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_CONTEXT_H
#define OUTERFILL_DEVICE_CONTEXT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/thread_pool.h"
#include "device/device.h"

/* A device that is opened: a context of its own, since cards that share one wait for each other's calls. */
struct context_device {
    struct device device;
    cl_context opencl;
    atomic_int faster_way
        [2]; /* of storing large and very large bands: lane_kernel.c finds it out and remembers it here; 0: not yet */
};

struct outerfill_context {
    atomic_size_t num_references; /* the caller's, and one for each function */
    struct thread_pool *pool;     /* threads for whoever works on these devices */
    size_t num_devices;
    struct context_device devices[];
};

/* Whether the user has said which devices are to be used where the program does not say it. */
bool context_is_selected(void);

void context_retain(outerfill_context *context);
void context_release(outerfill_context *context);

/* OUTERFILL_NO_DEVICE where one of the context's devices lacks the dtype; the sentence names a device that has it. */
outerfill_status context_require_dtype(const outerfill_context *context, outerfill_dtype dtype,
                                       outerfill_error *error);

#endif

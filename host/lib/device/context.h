/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_CONTEXT_H
#define OUTERFILL_DEVICE_CONTEXT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/free_list.h"
#include "base/thread_pool.h"
#include "device/device.h"
#include "device/driver_notice.h"

#define NUM_SIZE_CLASSES 3

/* An opened device. Each device has an OpenCL context of its own, because devices in a shared
 * context wait for each other's calls. */
struct context_device {
    struct device device;
    cl_context opencl;            /* owned */
    bool is_callers;              /* `opencl` is the caller's, and there is no other device */
    bool has_zero_copy;           /* results need no copy, as far as was tried (zero_copy.c) */
    struct driver_notice *notice; /* owned; what the driver tells of failures */
    struct free_list *rings; /* owned; memory of staged transfers between fills (fill/ring.c) */

    /* A fill has seen that the device stopped, and that its queues cannot be finished. Every call
     * of a GPU's context fails then, with whatever code. */
    atomic_bool has_died;

    /* The faster of two kernels for storing bands, for each class of their sizes (lane_kernel.c). 0
     * means not known yet; otherwise 1 + an enum lane_kernel_way. lane_kernel.c measures it and
     * stores it here. */
    atomic_int faster_way[NUM_SIZE_CLASSES];
};

/* Immutable after its creation, except for the atomic fields, and the pool and the notices, which
 * have their own locks. A lock guards the list of arrays. */
struct outerfill_context {
    atomic_size_t num_references; /* the caller's, and one for each function and array */
    struct thread_pool *pool;     /* owned; for the fills on these devices */
    outerfill_device *unopened;   /* owned; devices that could not be opened */
    size_t num_unopened;
    pthread_mutex_t arrays_mutex;
    struct context_array *arrays; /* those of context_memory.c; empty when the context is freed */
    size_t num_devices;
    struct context_device devices[]; /* the chosen devices, in the order of device_enumerate */
};

/* True if the environment variable OUTERFILL_DEVICE is set and not empty. It says which devices to
 * use if the program does not. */
bool context_is_selected(void);

/* Opens a device, and closes it. Closing a zeroed struct does nothing. context_open_device fails
 * with OUTERFILL_DEVICE_FAILED or _OUT_OF_MEMORY; the struct is zero then. */
outerfill_status context_open_device(struct context_device *opened, const struct device *device,
                                     outerfill_error *error);
void context_close_device(struct context_device *device);

/* Makes a context of an OpenCL context of the caller's, which is retained, and of one device of it.
 * Fails with OUTERFILL_DEVICE_FAILED or _OUT_OF_MEMORY; *context is NULL then. */
outerfill_status context_of_opencl(cl_context opencl, const struct device *device,
                                   outerfill_context **context, outerfill_error *error);

/* Whether two devices of the context compute the same bits, as far as is known: their names and
 * drivers are the same. */
bool context_devices_are_alike(const outerfill_context *context, size_t k, size_t other);

/* Adds or removes a reference; any thread may do so. The last release closes the devices, ends the
 * threads and frees the context. A context is not released in a forked child. */
void context_retain(outerfill_context *context);
void context_release(outerfill_context *context);

/* Fails with OUTERFILL_NO_DEVICE if any device of the context lacks the dtype. The message names
 * that device, and a device of this machine that has the dtype if there is one. */
outerfill_status context_require_dtype(const outerfill_context *context, outerfill_dtype dtype,
                                       outerfill_error *error);

#endif

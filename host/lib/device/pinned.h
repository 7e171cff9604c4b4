/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_PINNED_H
#define OUTERFILL_DEVICE_PINNED_H

#include "device/context.h"

/* Host memory that a device can read results back into at the full rate of its link. */
struct pinned {
    void *host;    /* NULL: not allocated */
    cl_mem buffer; /* owns or wraps the memory; NULL: it is ordinary memory */
};

/* Allocates nbytes, a multiple of PINNED_ALIGNMENT, of memory with any contents. The caller
 * releases it with pinned_free, before the device is closed. Fails with OUTERFILL_OUT_OF_MEMORY or
 * OUTERFILL_DEVICE_FAILED; *pinned is empty then. Any thread may call this. */
#define PINNED_ALIGNMENT ((size_t)64)
outerfill_status pinned_allocate(struct pinned *pinned, const struct context_device *device,
                                 size_t nbytes, outerfill_error *error);

/* As pinned_allocate, with memory that is not pinned. It serves where the system pins no more, and
 * reading back into it is slow. */
outerfill_status pinned_allocate_ordinary(struct pinned *pinned, size_t nbytes,
                                          outerfill_error *error);

/* As pinned_allocate, with nbytes of the caller's memory, which keep their values. Nothing else may
 * use them meanwhile. pinned_free leaves them to the caller. */
outerfill_status pinned_wrap(struct pinned *pinned, const struct context_device *device, void *host,
                             size_t nbytes, outerfill_error *error);

/* Releases the memory. No command may use it. Does nothing if *pinned is empty. */
void pinned_free(struct pinned *pinned, const struct context_device *device);

#endif

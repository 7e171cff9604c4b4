/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_CONTEXT_MEMORY_H
#define OUTERFILL_DEVICE_CONTEXT_MEMORY_H

#include "device/context.h"

/* Returns the device that all of [begin, begin + nbytes) is pinned for, because the range lies in
 * an array of outerfill_context_alloc. Returns NULL for other memory. Any thread may call this. */
const struct context_device *context_memory_device(outerfill_context *context, const void *begin,
                                                   size_t nbytes);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_RENEWED_DEVICE_H
#define OUTERFILL_DEVICE_RENEWED_DEVICE_H

#include "device/function.h"

/* A device of a context, opened a second time, with a function compiled for it. After a fault the
 * drivers of GPUs refuse every call of the device's context, and a new context works. */
struct renewed_device {
    struct context_device device;
    struct function_program program;
};

/* Opens device k of the function's context once more. The caller destroys *renewed, and until then
 * keeps the function. Fails as opening and building do, or with OUTERFILL_DEVICE_FAILED if the
 * device shares the host's memory: such a device is not renewed. */
outerfill_status renewed_device_create(const outerfill_function *function, size_t k,
                                       struct renewed_device **renewed, outerfill_error *error);

/* Closes the device. NULL does nothing. */
void renewed_device_destroy(struct renewed_device *renewed);

#endif

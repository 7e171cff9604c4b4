/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_ZERO_COPY_H
#define OUTERFILL_DEVICE_ZERO_COPY_H

#include <stdbool.h>

#include "device/device.h"

/* Returns whether results should be written into the host's memory by the device itself. Tries it
 * out on a device that shares the host's memory and is not a CPU, which takes a few milliseconds.
 * opencl is a context of the device. A failure means no. */
bool zero_copy_pays(cl_context opencl, const struct device *device);

#endif

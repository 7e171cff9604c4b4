/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_DEVICE_H
#define OUTERFILL_DEVICE_DEVICE_H

#include "device/opencl_error.h"

/* A device of the OpenCL installation, with the answers that its driver gave. It owns nothing, so
 * it may be copied. For a platform that offers no device, platform and id are NULL. */
struct device {
    cl_platform_id platform;
    cl_device_id id;
    outerfill_device info;
    uint64_t last_cache_nbytes;       /* 0: unknown */
    int has_correct_float32_division; /* accepts -cl-fp32-correctly-rounded-divide-sqrt */
};

/* Lists every device of every platform, also those that cannot be used (info.unusable says why).
 * *devices receives a new array for the caller to free, *num_devices its length. On failure they
 * are NULL and 0.
 *
 * Fails with OUTERFILL_NO_DEVICE (no platform; the message says what to install), _OUT_OF_MEMORY,
 * or _AFTER_FORK. error may be NULL. Any thread may call this. */
outerfill_status device_enumerate(struct device **devices, size_t *num_devices,
                                  outerfill_error *error);

#endif

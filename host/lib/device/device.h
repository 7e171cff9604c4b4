/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_DEVICE_H
#define OUTERFILL_DEVICE_DEVICE_H

#include "device/opencl_error.h"

/* A device of the OpenCL installation, with the answers that its driver gave. Owns nothing. */
struct device {
    cl_platform_id platform;
    cl_device_id id;
    outerfill_device info;
    int has_correct_float32_division; /* takes -cl-fp32-correctly-rounded-divide-sqrt */
};

/* Every device of every platform, also those that cannot be used. A new array for the caller to free. */
outerfill_status device_enumerate(struct device **devices, size_t *num_devices,
                                  outerfill_error *error);

#endif

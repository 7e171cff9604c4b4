/* SPDX-License-Identifier: MIT
 *
 * Which platforms and devices there are, and what they say. A device's number is its place in the
 * driver's list. Where each device has a platform of its own, programs see handles that the model
 * made, and no function of the driver may get one. */
#ifndef DISCRETE_DEVICES_H
#define DISCRETE_DEVICES_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl_icd.h>

#define MAX_DEVICES 16

/* The number of a device; it is counted among the first 16. */
size_t devices_number(cl_device_id device);

/* Replaces what devices and platforms say, and how they become contexts. */
void devices_replace(cl_icd_dispatch *ours);

/* Called by the model for a context that it is told of. */
cl_context devices_open(const cl_context_properties *properties, cl_uint num_devices,
                        const cl_device_id *ids,
                        void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *),
                        void *data, cl_int *code);

#endif

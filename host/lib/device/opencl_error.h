/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_OPENCL_ERROR_H
#define OUTERFILL_DEVICE_OPENCL_ERROR_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include "base/error.h"

/* The code's name in the specification, such as "CL_OUT_OF_RESOURCES". */
const char *opencl_code_name(cl_int code);

/* True for the codes that say that a smaller request might succeed. */
int opencl_is_memory_code(cl_int code);

/* Stores the failure of an OpenCL call: the sentence is "CALL: CODE on "DEVICE"", with CALL from format. Returns
 * OUTERFILL_OUT_OF_MEMORY or OUTERFILL_DEVICE_FAILED, after the code. */
outerfill_status opencl_error(outerfill_error *error, cl_int code, const char *device_name,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_OPENCL_ERROR_H
#define OUTERFILL_DEVICE_OPENCL_ERROR_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include "base/error.h"

/* Returns the code's name in the specification, such as "CL_OUT_OF_RESOURCES", or "an unknown
 * OpenCL code". A static string. */
const char *opencl_code_name(cl_int code);

/* True for codes that mean a lack of memory: a smaller request might succeed. */
int opencl_is_memory_code(cl_int code);

/* Writes the failure of an OpenCL call to error, with the code in error->opencl_code. The message
 * is
 *     CALL: NAME (CODE) on "DEVICE"
 * and then advice, if there is any. CALL is printed from format and what follows it. error may be
 * NULL. Returns OUTERFILL_OUT_OF_MEMORY for codes that opencl_is_memory_code knows, otherwise
 * OUTERFILL_DEVICE_FAILED. Makes no OpenCL calls. */
outerfill_status opencl_error(outerfill_error *error, cl_int code, const char *device_name,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));

/* As opencl_error, for a command that was enqueued and failed later. Then CL_OUT_OF_RESOURCES does
 * not mean a lack of memory, but that the device crashed, hung or was stopped. */
outerfill_status opencl_command_error(outerfill_error *error, cl_int code, const char *device_name,
                                      const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif

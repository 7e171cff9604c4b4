/* SPDX-License-Identifier: MIT
 *
 * Names of OpenCL's error codes, and the status that each code becomes. Some codes come with advice
 * for the user. This module owns constant tables only. It makes no OpenCL calls, and knows nothing
 * of which call failed except its name. */
#include "device/opencl_error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#define ROW(code)      {code, #code}
#define ILLEGAL_ACCESS -9999

static const struct {
    cl_int code;
    const char *name;
} rows[] = {
    ROW(CL_DEVICE_NOT_FOUND),
    ROW(CL_DEVICE_NOT_AVAILABLE),
    ROW(CL_COMPILER_NOT_AVAILABLE),
    ROW(CL_MEM_OBJECT_ALLOCATION_FAILURE),
    ROW(CL_OUT_OF_RESOURCES),
    ROW(CL_OUT_OF_HOST_MEMORY),
    ROW(CL_BUILD_PROGRAM_FAILURE),
    ROW(CL_MAP_FAILURE),
    ROW(CL_MISALIGNED_SUB_BUFFER_OFFSET),
    ROW(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST),
    ROW(CL_INVALID_VALUE),
    ROW(CL_INVALID_DEVICE_TYPE),
    ROW(CL_INVALID_PLATFORM),
    ROW(CL_INVALID_DEVICE),
    ROW(CL_INVALID_CONTEXT),
    ROW(CL_INVALID_QUEUE_PROPERTIES),
    ROW(CL_INVALID_COMMAND_QUEUE),
    ROW(CL_INVALID_HOST_PTR),
    ROW(CL_INVALID_MEM_OBJECT),
    ROW(CL_INVALID_BINARY),
    ROW(CL_INVALID_BUILD_OPTIONS),
    ROW(CL_INVALID_PROGRAM),
    ROW(CL_INVALID_PROGRAM_EXECUTABLE),
    ROW(CL_INVALID_KERNEL_NAME),
    ROW(CL_INVALID_KERNEL_DEFINITION),
    ROW(CL_INVALID_KERNEL),
    ROW(CL_INVALID_ARG_INDEX),
    ROW(CL_INVALID_ARG_VALUE),
    ROW(CL_INVALID_ARG_SIZE),
    ROW(CL_INVALID_KERNEL_ARGS),
    ROW(CL_INVALID_WORK_DIMENSION),
    ROW(CL_INVALID_WORK_GROUP_SIZE),
    ROW(CL_INVALID_WORK_ITEM_SIZE),
    ROW(CL_INVALID_GLOBAL_OFFSET),
    ROW(CL_INVALID_EVENT_WAIT_LIST),
    ROW(CL_INVALID_EVENT),
    ROW(CL_INVALID_OPERATION),
    ROW(CL_INVALID_BUFFER_SIZE),
    ROW(CL_INVALID_GLOBAL_WORK_SIZE),
    ROW(CL_INVALID_PROPERTY),
    /* Codes that CL/cl.h does not define: the loader's, and NVIDIA's. */
    {-1001, "CL_PLATFORM_NOT_FOUND_KHR"},
    {ILLEGAL_ACCESS, "an illegal read or write, says NVIDIA's driver"},
};

const char *opencl_code_name(cl_int code) {
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        if (rows[k].code == code) return rows[k].name;
    return "an unknown OpenCL code";
}

int opencl_is_memory_code(cl_int code) {
    return code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_RESOURCES ||
           code == CL_OUT_OF_HOST_MEMORY || code == CL_INVALID_BUFFER_SIZE;
}

/* Advice for codes that this library gets only if the driver's surroundings are wrong: a damaged
 * kernel cache, or an environment variable. */
static const char *advice(cl_int code) {
    if (code == CL_INVALID_KERNEL_NAME)
        return ": what the driver has kept of the program is damaged; remove its kernel cache "
               "(PoCL's is in POCL_CACHE_DIR or "
               "~/.cache/pocl/kcache)";
    if (code == CL_INVALID_BUILD_OPTIONS)
        return ": PoCL adds those of the variable POCL_EXTRA_BUILD_FLAGS";
    return "";
}

/* The same for codes of a command that was enqueued and failed later. */
static const char *advice_on_command(cl_int code) {
    return code == CL_OUT_OF_RESOURCES || code == ILLEGAL_ACCESS
               ? ": the device crashed or hung, or a watchdog ended a launch that took too long; "
                 "the system's log (dmesg) may tell more"
               : advice(code);
}

static outerfill_status write_error(outerfill_error *error, outerfill_status status, cl_int code,
                                    const char *device_name, const char *advice, const char *format,
                                    va_list arguments) {
    char call[512];
    vsnprintf(call, sizeof call, format, arguments);
    error_set(error, status, "%s: %s (%d) on \"%s\"%s", call, opencl_code_name(code), code,
              device_name, advice);
    if (error) error->opencl_code = code;
    return status;
}

outerfill_status opencl_error(outerfill_error *error, cl_int code, const char *device_name,
                              const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const outerfill_status status = write_error(
        error, opencl_is_memory_code(code) ? OUTERFILL_OUT_OF_MEMORY : OUTERFILL_DEVICE_FAILED,
        code, device_name, advice(code), format, arguments);
    va_end(arguments);
    return status;
}

outerfill_status opencl_command_error(outerfill_error *error, cl_int code, const char *device_name,
                                      const char *format, ...) {
    const bool is_memory = opencl_is_memory_code(code) && code != CL_OUT_OF_RESOURCES;
    va_list arguments;
    va_start(arguments, format);
    const outerfill_status status =
        write_error(error, is_memory ? OUTERFILL_OUT_OF_MEMORY : OUTERFILL_DEVICE_FAILED, code,
                    device_name, advice_on_command(code), format, arguments);
    va_end(arguments);
    return status;
}

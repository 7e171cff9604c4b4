/* SPDX-License-Identifier: MIT */
#include "fault_plan.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static struct function {
    const char *name;
    cl_int codes[2]; /* mostly one that says "no memory", and one that does not */
    atomic_ulong num_calls, num_failed;
} functions[NUM_FAULT_FUNCTIONS] = {
    [GET_PLATFORM_IDS] = {"clGetPlatformIDs", {CL_OUT_OF_HOST_MEMORY, CL_INVALID_VALUE}, 0, 0},
    [GET_PLATFORM_INFO] = {"clGetPlatformInfo", {CL_OUT_OF_HOST_MEMORY, CL_INVALID_PLATFORM}, 0, 0},
    [GET_DEVICE_IDS] = {"clGetDeviceIDs", {CL_OUT_OF_RESOURCES, CL_DEVICE_NOT_FOUND}, 0, 0},
    [GET_DEVICE_INFO] = {"clGetDeviceInfo", {CL_OUT_OF_RESOURCES, CL_INVALID_DEVICE}, 0, 0},
    [CREATE_CONTEXT] = {"clCreateContext", {CL_OUT_OF_HOST_MEMORY, CL_DEVICE_NOT_AVAILABLE}, 0, 0},
    [CREATE_QUEUE] = {"clCreateCommandQueue", {CL_OUT_OF_RESOURCES, CL_INVALID_DEVICE}, 0, 0},
    [CREATE_PROGRAM] = {"clCreateProgramWithSource",
                        {CL_OUT_OF_HOST_MEMORY, CL_INVALID_CONTEXT},
                        0,
                        0},
    [BUILD_PROGRAM] = {"clBuildProgram", {CL_OUT_OF_HOST_MEMORY, CL_BUILD_PROGRAM_FAILURE}, 0, 0},
    [GET_BUILD_INFO] = {"clGetProgramBuildInfo", {CL_OUT_OF_HOST_MEMORY, CL_INVALID_PROGRAM}, 0, 0},
    [CREATE_KERNEL] = {"clCreateKernel",
                       {CL_OUT_OF_HOST_MEMORY, CL_INVALID_PROGRAM_EXECUTABLE},
                       0,
                       0},
    [SET_KERNEL_ARG] = {"clSetKernelArg", {CL_OUT_OF_RESOURCES, CL_INVALID_ARG_VALUE}, 0, 0},
    [CREATE_BUFFER] = {"clCreateBuffer",
                       {CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_INVALID_CONTEXT},
                       0,
                       0},
    [ENQUEUE_KERNEL] = {"clEnqueueNDRangeKernel",
                        {CL_OUT_OF_RESOURCES, CL_INVALID_COMMAND_QUEUE},
                        0,
                        0},
    [ENQUEUE_READ] = {"clEnqueueReadBuffer", {CL_OUT_OF_RESOURCES, CL_INVALID_COMMAND_QUEUE}, 0, 0},
    [ENQUEUE_MAP] = {"clEnqueueMapBuffer", {CL_OUT_OF_RESOURCES, CL_MAP_FAILURE}, 0, 0},
    [ENQUEUE_UNMAP] = {"clEnqueueUnmapMemObject",
                       {CL_OUT_OF_RESOURCES, CL_INVALID_COMMAND_QUEUE},
                       0,
                       0},
    [WAIT_FOR_EVENTS] = {"clWaitForEvents",
                         {CL_OUT_OF_RESOURCES, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST},
                         0,
                         0},
    [GET_EVENT_INFO] = {"clGetEventInfo", {CL_OUT_OF_RESOURCES, CL_INVALID_EVENT}, 0, 0},
    [FLUSH] = {"clFlush", {CL_OUT_OF_RESOURCES, CL_INVALID_COMMAND_QUEUE}, 0, 0},
    [FINISH] = {"clFinish", {CL_OUT_OF_RESOURCES, CL_INVALID_COMMAND_QUEUE}, 0, 0},
    [EXECUTION] = {"execution", {CL_OUT_OF_RESOURCES, CL_INVALID_KERNEL_ARGS}, 0, 0},
};

static atomic_ulong num_calls; /* of those that the plan counts */
static unsigned long failing_call;
static const char *failing_function;
static int is_always, which_code;

static unsigned long number(const char *name) {
    const char *text = getenv(name);
    return text ? strtoul(text, NULL, 10) : 0;
}

static int is_known(const char *name) {
    for (size_t k = 0; k < NUM_FAULT_FUNCTIONS; k++)
        if (strcmp(name, functions[k].name) == 0) return 1;
    return 0;
}

int plan_begin(void) {
    failing_call = number("OUTERFILL_FAULT_CALL");
    failing_function = getenv("OUTERFILL_FAULT_FUNCTION");
    is_always = number("OUTERFILL_FAULT_ALWAYS") == 1;
    which_code = number("OUTERFILL_FAULT_CODE") == 1;
    return !failing_function || is_known(failing_function);
}

cl_int plan_code(enum fault_function function) {
    struct function *called = &functions[function];
    called->num_calls++;
    if (failing_function && strcmp(failing_function, called->name) != 0) return CL_SUCCESS;
    const unsigned long call = ++num_calls;
    if (!failing_call || call < failing_call || (call > failing_call && !is_always))
        return CL_SUCCESS;
    called->num_failed++;
    return called->codes[which_code];
}

void plan_write(FILE *log) {
    fprintf(log, "calls %lu\n", num_calls);
    for (size_t k = 0; k < NUM_FAULT_FUNCTIONS; k++) {
        const struct function *f = &functions[k];
        if (f->num_calls) fprintf(log, "called %s %lu\n", f->name, f->num_calls);
        if (f->num_failed)
            fprintf(log, "failed %s %lu %d\n", f->name, f->num_failed, f->codes[which_code]);
    }
}

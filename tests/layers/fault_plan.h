/* SPDX-License-Identifier: MIT
 *
 * Which call of OpenCL fails, and with what code: the environment says it.
 *     OUTERFILL_FAULT_CALL       the number of the call that fails, counted from 1 over all functions; 0 or unset: none
 *     OUTERFILL_FAULT_FUNCTION   a function's name: its calls alone are counted, and fail
 *     OUTERFILL_FAULT_ALWAYS     1: every later one fails too
 *     OUTERFILL_FAULT_CODE       0 or 1: which of the two codes that fit the function
 *     OUTERFILL_FAULT_LOG        the file that the log is appended to */
#ifndef FAULT_PLAN_H
#define FAULT_PLAN_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <stdio.h>

/* The functions that can fail. A release is none of them: no program can do anything about one that failed. The last is no
 * function but a command that ends badly, as clGetEventInfo tells of it. */
enum fault_function {
    GET_PLATFORM_IDS,
    GET_PLATFORM_INFO,
    GET_DEVICE_IDS,
    GET_DEVICE_INFO,
    CREATE_CONTEXT,
    CREATE_QUEUE,
    CREATE_PROGRAM,
    BUILD_PROGRAM,
    GET_BUILD_INFO,
    CREATE_KERNEL,
    SET_KERNEL_ARG,
    CREATE_BUFFER,
    ENQUEUE_KERNEL,
    ENQUEUE_READ,
    ENQUEUE_MAP,
    ENQUEUE_UNMAP,
    WAIT_FOR_EVENTS,
    GET_EVENT_INFO,
    FLUSH,
    FINISH,
    EXECUTION,
    NUM_FAULT_FUNCTIONS
};

/* Reads the environment; 0 where it says nothing that can be followed. */
int plan_begin(void);

/* Counts a call: CL_SUCCESS, or the code with which it is to fail. Any thread may ask. */
cl_int plan_code(enum fault_function function);

/* Writes how many calls there were, of which functions, and which failed. */
void plan_write(FILE *log);

#endif

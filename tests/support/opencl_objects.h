/* SPDX-License-Identifier: MIT
 *
 * The OpenCL objects of a program that uses outerfill_opencl.h. Each function fails the running
 * cmocka test if OpenCL refuses a call.
 */
#ifndef OPENCL_OBJECTS_H
#define OPENCL_OBJECTS_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <stddef.h>

/* The first device, with a context and a queue that is in order. */
struct opencl_objects {
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
};

struct opencl_objects opencl_objects_open(void);
void opencl_objects_close(const struct opencl_objects *objects);

/* A buffer, which the caller releases. */
cl_mem opencl_buffer(cl_context context, cl_mem_flags flags, size_t nbytes);

#endif

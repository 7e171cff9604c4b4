/* SPDX-License-Identifier: MIT
 *
 * The first OpenCL device there is, with a context and a queue: what every small OpenCL program begins with. */
#ifndef BENCH_OPENCL_FIRST_H
#define BENCH_OPENCL_FIRST_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

typedef struct opencl_first {
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
} opencl_first;

/* CL_SUCCESS or OpenCL's code. */
cl_int opencl_first_open(opencl_first *first);
void opencl_first_close(opencl_first *first);

#endif

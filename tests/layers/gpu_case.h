/* SPDX-License-Identifier: MIT
 *
 * Tests of the model itself. A layer is loaded once for a process, and reads its settings then. So
 * each case runs in a process of its own, on two devices of PoCL's. */
#ifndef GPU_CASE_H
#define GPU_CASE_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include "checks.h"

struct gpu_case {
    const char *name, *settings;
    void (*run)(void);
    const char *log; /* NULL, or what the log must contain */
};

/* Runs the cases, or the one that argv names; returns main's result. A case fails if the layer is
 * not loaded. */
int gpu_cases_run(int argc, char **argv, const struct gpu_case *cases, size_t num_cases);

/* A device, opened. `put` is a kernel with the arguments (buffer of uint, uint): each work-item
 * stores the number into its element. */
struct gpu {
    cl_platform_id platform;
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
    cl_program program;
    cl_kernel put;
};

#define NUM_ELEMENTS_PUT ((size_t)1 << 18) /* 1 MiB */

/* The k-th device of all platforms. */
cl_device_id gpu_find(size_t k);

/* A context; the code is that of clCreateContext. */
cl_context gpu_context(size_t k, cl_int *code);

struct gpu gpu_open(size_t k);
void gpu_close(struct gpu *gpu);

cl_mem gpu_buffer(const struct gpu *gpu, cl_mem_flags flags, size_t nbytes, void *host);

/* Launches `put`, and returns the code; the event may be NULL. */
cl_int gpu_put(const struct gpu *gpu, cl_mem buffer, cl_uint value, size_t num_items, size_t group,
               cl_event *event);

/* A device's text, and a number of 4 bytes. */
const char *gpu_text(cl_device_id device, cl_device_info what);
cl_uint gpu_number(cl_device_id device, cl_device_info what);

#endif

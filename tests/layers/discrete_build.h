/* SPDX-License-Identifier: MIT
 *
 * Build logs as NVIDIA's compiler writes them, made of PoCL's: "<kernel>:LINE:COLUMN: error: ..."
 * with the lines of the whole program, whatever #line says. A function that is not declared is a
 * warning, and ptxas then ends the build. */
#ifndef DISCRETE_BUILD_H
#define DISCRETE_BUILD_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

/* As clCreateProgramWithSource; the driver sees no #line. */
cl_program build_create(cl_context context, cl_uint num_texts, const char **texts,
                        const size_t *lengths, cl_int *code);

/* Returns the log in NVIDIA's form, for the caller to free. Ends the program without memory. */
char *build_log(cl_program program, cl_device_id device);

#endif

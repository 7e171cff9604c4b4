/* SPDX-License-Identifier: MIT
 *
 * An OpenCL layer stands between a program and its driver, and replaces some of the functions: the loader takes it from the
 * path in OPENCL_LAYERS. layer.c is what every layer has alike; the layer itself says what it replaces. */
#ifndef BENCH_LAYER_H
#define BENCH_LAYER_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl_layer.h>

/* Written by the layer: keeps `next`, the functions behind it, and sets those of `ours` that it replaces; the rest is NULL.
 * Returns 0 where it cannot work; the program then runs without it. */
int layer_begin(const cl_icd_dispatch *next, cl_icd_dispatch *ours);

/* Answers a question for `nbytes` bytes, as the functions clGet...Info do. */
cl_int layer_answer(const void *bytes, size_t nbytes, size_t room, void *value, size_t *needed);

#endif

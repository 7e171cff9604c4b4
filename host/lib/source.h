/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_SOURCE_H
#define OUTERFILL_LIB_SOURCE_H

#include "error.h"

/* The complete OpenCL C program of a checked description: the caller's text in a function, and kernels/fill.cl. A new string
 * for the caller to free, or NULL where there is no memory. */
char *source_create(const outerfill_function_description *description);

#endif

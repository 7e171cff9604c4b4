/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_SOURCE_H
#define OUTERFILL_PROGRAM_SOURCE_H

#include "base/error.h"
#include "program/vectorize.h"

/* The complete OpenCL C program of a checked description: the caller's text in a function, and kernels/fill.cl; with a form,
 * also the text as a function of vectors and the kernel fill_vectors. A new string for the caller to free, or NULL where there
 * is no memory. */
char *source_create(const outerfill_function_description *description,
                    const struct vectorize *form);

#endif

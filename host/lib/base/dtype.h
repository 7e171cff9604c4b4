/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_DTYPE_H
#define OUTERFILL_BASE_DTYPE_H

#include <stdbool.h>

#include "outerfill.h"

bool dtype_is_known(outerfill_dtype dtype);

/* OpenCL C's name of the type: "double" or "float". */
const char *dtype_opencl_name(outerfill_dtype dtype);

/* The NPY format's name in this machine's byte order, such as "<f8". */
const char *dtype_npy_descr(outerfill_dtype dtype);

/* Writes value, converted to dtype, to the itemsize bytes at element. */
void dtype_store(outerfill_dtype dtype, double value, void *element);

#endif

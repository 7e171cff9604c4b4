/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_DTYPE_H
#define OUTERFILL_BASE_DTYPE_H

#include <stdbool.h>

#include "outerfill.h"

/* Properties of dtypes. All strings are static. Any thread may call these functions at any time.
 * dtype_is_known accepts every number; the other functions need a dtype for which it is true. */

/* True if the number is a dtype of this version of the library. */
bool dtype_is_known(outerfill_dtype dtype);

/* The type's name in OpenCL C: "double" or "float". */
const char *dtype_opencl_name(outerfill_dtype dtype);

/* The type's name in the header of an NPY file, in this machine's byte order, such as "<f8". */
const char *dtype_npy_descr(outerfill_dtype dtype);

/* Converts value to dtype and writes it to the itemsize bytes at element, at any alignment. */
void dtype_store(outerfill_dtype dtype, double value, void *element);

#endif

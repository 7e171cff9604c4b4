/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_DTYPE_H
#define OUTERFILL_BASE_DTYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Properties of dtypes. All strings are static. Any thread may call these functions at any time.
 * dtype_is_known and dtype_choose accept every number; the other functions need a
 * dtype for which dtype_is_known is true. */

/* True if the number is a dtype of this version of the library. OUTERFILL_DTYPE_DEFAULT is not. */
bool dtype_is_known(outerfill_dtype dtype);

/* Replaces OUTERFILL_DTYPE_DEFAULT by float64. Refuses unknown numbers with
 * OUTERFILL_INVALID_ARGUMENT; `where` names the argument in the message. */
outerfill_status dtype_choose(outerfill_dtype *dtype, const char *where, outerfill_error *error);

/* The type's name in OpenCL C: "double" or "float". */
const char *dtype_opencl_name(outerfill_dtype dtype);

/* The type's name in the header of an NPY file, in this machine's byte order, such as "<f8". */
const char *dtype_npy_descr(outerfill_dtype dtype);

/* True if a device needs the extension cl_khr_fp64 for the type. */
bool dtype_needs_fp64(outerfill_dtype dtype);

/* Returns the value of the element at any alignment. A double represents each value exactly. */
double dtype_load(outerfill_dtype dtype, const void *element);

/* Writes the bits of the element as "0x" and two digits for each byte, the most significant first.
 * DTYPE_HEX_NBYTES bytes are enough for every dtype. */
#define DTYPE_HEX_NBYTES 19
void dtype_format_hex(outerfill_dtype dtype, const void *element, char *text, size_t text_nbytes);

/* Converts value to dtype and writes it to the itemsize bytes at element, at any alignment. */
void dtype_store(outerfill_dtype dtype, double value, void *element);

#endif

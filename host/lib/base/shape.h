/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_SHAPE_H
#define OUTERFILL_BASE_SHAPE_H

#include "base/error.h"

/* Computes the size in bytes of an array of shape (num_planes, n, m) with itemsize bytes per
 * element. Fails with OUTERFILL_INVALID_ARGUMENT if the size exceeds PTRDIFF_MAX, the largest size
 * that an object can have; *nbytes is then meaningless. Any number may be 0. */
outerfill_status shape_nbytes(size_t num_planes, size_t n, size_t m, size_t itemsize,
                              size_t *nbytes, outerfill_error *error);

#endif

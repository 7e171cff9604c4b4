/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_SHAPE_H
#define OUTERFILL_BASE_SHAPE_H

#include "base/error.h"

/* The bytes of an array of shape (num_planes, n, m), or OUTERFILL_INVALID_ARGUMENT where no address space could hold it. */
outerfill_status shape_nbytes(size_t num_planes, size_t n, size_t m, size_t itemsize,
                              size_t *nbytes, outerfill_error *error);

#endif

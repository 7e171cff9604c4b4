/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_HOST_LOOP_H
#define OUTERFILL_LIB_HOST_LOOP_H

#include "outerfill.h"

/* Up to this many cells the loop is faster than a launch, and than opening a device. */
#define HOST_LOOP_CELLS_OF_A_LAUNCH ((size_t)96 << 10)
#define HOST_LOOP_CELLS_OF_OPENING  ((size_t)4 << 20)

/* The default functions, a + b and a * b, in the calling thread: ab has the shape (2, n, m). */
void host_loop(outerfill_dtype dtype, const void *a, size_t n, const void *b, size_t m, void *ab);

#endif

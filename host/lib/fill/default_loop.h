/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_DEFAULT_LOOP_H
#define OUTERFILL_FILL_DEFAULT_LOOP_H

#include "outerfill.h"

/* Up to DEFAULT_LOOP_NBYTES_OF_A_LAUNCH bytes of output, the loop is faster than a launch.
 * (measured: 1.6 MB took the loop 40 us, a launch 80 us; two cores) Up to
 * DEFAULT_LOOP_NBYTES_OF_OPENING bytes, it is faster than opening a device, which takes 50 ms. */
#define DEFAULT_LOOP_NBYTES_OF_A_LAUNCH ((size_t)2 << 20)
#define DEFAULT_LOOP_NBYTES_OF_OPENING  ((size_t)64 << 20)

/* Computes the default functions, a + b and a * b, in the calling thread. ab belongs to the
 * caller, has the shape (2, n, m) and overlaps neither a nor b. All three arrays have the dtype
 * and are aligned to its elements. The call cannot fail. */
void default_loop(outerfill_dtype dtype, const void *a, size_t n, const void *b, size_t m,
                  void *ab);

#endif

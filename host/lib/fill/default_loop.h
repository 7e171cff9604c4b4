/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_DEFAULT_LOOP_H
#define OUTERFILL_FILL_DEFAULT_LOOP_H

#include "outerfill.h"

/* Up to this many bytes of output the loop is faster than a launch (1.6 MB on two cores: 40 us against 80), and up to this many
 * than opening a device (50 ms). */
#define HOST_LOOP_NBYTES_OF_A_LAUNCH ((size_t)2 << 20)
#define HOST_LOOP_NBYTES_OF_OPENING  ((size_t)64 << 20)

/* The default functions, a + b and a * b, in the calling thread: ab has the shape (2, n, m). */
void default_loop(outerfill_dtype dtype, const void *a, size_t n, const void *b, size_t m,
                  void *ab);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_MATHEMATICS_H
#define OUTERFILL_PROGRAM_MATHEMATICS_H

#include <stdbool.h>
#include <stdio.h>

#include "outerfill.h"

/* Writes our own mathematical functions, kernels/math_float64.cl and kernels/math_float32.cl.
 * Behind them OUTERFILL_DOUBLE(NAME) and OUTERFILL_FLOAT(NAME) are the function of this name, ours
 * or the driver's, and OUTERFILL_OWN_OR chooses between two: the compiler decides
 * (OUTERFILL_MATHEMATICS is defined where they are ours).
 *
 *   dtype         what `real` is
 *   has_loops     the functions are called in loops that are not vectorised
 *
 * Errors remain in the stream. Any thread may call this. */
void mathematics_write(FILE *out, outerfill_dtype dtype, bool has_loops);

/* Writes the driver's functions as the meaning of OUTERFILL_DOUBLE and OUTERFILL_FLOAT, if the
 * program has no others. */
void mathematics_write_drivers(FILE *out);

/* Writes kernels/constant_powers.cl. */
void mathematics_write_constant_powers(FILE *out);

#endif

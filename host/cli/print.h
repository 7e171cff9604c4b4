/* SPDX-License-Identifier: MIT
 *
 * Printing of a result array on a terminal, in the notation that NumPy users know.
 * The text is character for character what print(ab) gives in NumPy 1.24 with its default print options: 8 digits, a summary
 * with "..." from 1001 elements on, lines of 75 columns. In float64 NumPy 2.4 prints the same; in float32 NumPy
 * 2.0 no longer takes an exponent for a smallest magnitude of exactly 0.0001f, and NumPy 2.3 takes one from 1e6 on, not 1e8.
 */
#ifndef OUTERFILL_CLI_PRINT_H
#define OUTERFILL_CLI_PRINT_H

#include <stdio.h>

#include "outerfill.h"

/* Prints ab, shape (num_planes, n, m), C order, as NumPy prints an array, with a newline at its end, and flushes the stream.
 * Of an array of more than 1000 elements only the at most 216 that are shown are read; nothing is allocated.
 * ab may be NULL where the array is empty. Expects the "C" locale, as a program has it that never calls setlocale.
 * Returns 0, or -1 with errno set where memory or the stream failed. */
int print_array(FILE *stream, const void *ab, outerfill_dtype dtype, size_t num_planes, size_t n,
                size_t m);

#endif

/* SPDX-License-Identifier: MIT
 *
 * This module prints a result array in the notation that NumPy users know. The text equals
 * print(ab) in NumPy 1.24 with its default print options. These are 8 digits, lines of 75 columns,
 * and a summary with "..." from 1001 elements on.
 *
 * NumPy 2.4 prints the same text for float64. For float32, NumPy 2.0 uses no exponent if the
 * smallest magnitude is exactly 0.0001f. NumPy 2.3 uses an exponent from 1e6 on instead of 1e8. */
#ifndef OUTERFILL_CLI_PRINT_H
#define OUTERFILL_CLI_PRINT_H

#include <stdio.h>

#include "outerfill.h"

/* Prints ab, of shape (num_planes, n, m) in C order, with a newline at its end, and flushes the
 * stream. Of an array of more than 1000 elements it reads only the shown ones, at most 216. It
 * allocates nothing.
 *
 * ab may be NULL if the array is empty; the array belongs to the caller. The locale must be "C",
 * which is the default of a program that never calls setlocale. Returns 0, or -1 with errno set if
 * memory or the stream failed. */
int print_array(FILE *stream, const void *ab, outerfill_dtype dtype, size_t num_planes, size_t n,
                size_t m);

#endif

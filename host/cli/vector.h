/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_VECTOR_H
#define OUTERFILL_CLI_VECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "outerfill.h"

/* The values of an operand A or B in the dtype of the fill. Release `values` with
 * outerfill_free. */
struct vector {
    void *values;
    size_t n;
};

/* Reads an operand: a range, an .npy file, a text file, or "-" for text from standard input. ":"
 * and a column may follow the name of a text. Returns 0, or the exit code after a message. Zero the
 * vector beforehand: then vector->values may be released after a failure too. */
int vector_read(const char *operand, outerfill_dtype dtype, struct vector *vector);

enum vector_kind { VECTOR_ARANGE, VECTOR_LINSPACE, VECTOR_LOGSPACE, VECTOR_GEOMSPACE };

/* The numbers of an operand such as "arange:5". `step` counts only for VECTOR_ARANGE. */
struct vector_range {
    enum vector_kind kind;
    double start, stop, step;
    size_t n;
};

/* Whether the operand is a range. Otherwise it is a file name or "-". */
bool vector_is_range(const char *operand);

/* Returns what to write instead of an operand that looks like a range and names no file, such as
 * "range:3" or "0:1:0.1". Returns "" if it does not look so. A static string. */
const char *vector_range_advice(const char *operand);

/* Parses a range and counts its values, without computing them. Returns 0, or the exit code after a
 * message. */
int vector_range_parse(const char *operand, struct vector_range *range);

/* Writes the range->n values. The array belongs to the caller. */
void vector_range_compute(const struct vector_range *range, double *values);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_VECTOR_H
#define OUTERFILL_CLI_VECTOR_H

#include <stdbool.h>
#include <stdio.h>

#include "outerfill.h"

/* The values of an operand A or B, in the dtype of the fill; release `values` with outerfill_free. */
struct vector {
    void *values;
    size_t n;
};

/* Reads an operand: a range, an .npy file, a text file, or "-" for text from standard input. Prints the sentence and returns the
 * exit code where it cannot. */
int vector_read(const char *operand, outerfill_dtype dtype, struct vector *vector);

enum vector_kind { VECTOR_ARANGE, VECTOR_LINSPACE, VECTOR_LOGSPACE };

/* An operand such as "arange:5". */
struct vector_range {
    enum vector_kind kind;
    double start, stop, step;
    size_t n;
};

/* Whether the operand is a range rather than a file. */
bool vector_is_range(const char *operand);

/* Reads the range's numbers and counts its values, without computing them. */
int vector_range_parse(const char *operand, struct vector_range *range);

/* Writes the n values. */
void vector_range_compute(const struct vector_range *range, double *values);

/* Reads numbers from text into a new array of doubles, for the caller to free; `name` is the text's, for sentences. */
int vector_read_text(FILE *text, const char *name, double **values, size_t *n);

#endif

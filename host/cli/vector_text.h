/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_VECTOR_TEXT_H
#define OUTERFILL_CLI_VECTOR_TEXT_H

#include <stddef.h>
#include <stdio.h>

/* What is read, and how messages name it. */
struct vector_text {
    const char *name;   /* such as "\"data.csv\"" or "standard input" */
    const char *path;   /* as in the operand: "data.csv" or "-" */
    const char *column; /* a column's name or number, "flat" for all values, NULL for a vector */
};

/* Reads numbers from text into a new array of doubles, which the caller frees. The stream stays
 * open. Returns 0, or the exit code after a message; then nothing was allocated. */
int vector_text_read(FILE *text, const struct vector_text *source, double **values, size_t *n);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_OPERAND_H
#define OUTERFILL_CLI_OPERAND_H

#include <limits.h>
#include <stdbool.h>

/* The parts of an operand that is a file or standard input. */
struct operand {
    char path[PATH_MAX]; /* a file name, or "-" for standard input */
    const char *column;  /* what follows the file name and ':', or NULL; points into the operand */
};

/* Splits an operand such as "data.csv:price". If a file has the whole name, no column is chosen.
 * Otherwise the longest file name before a ':' counts. */
void operand_split(const char *text, struct operand *operand);

/* Whether the operand is "-", or "-" with a column. */
bool operand_is_standard_input(const char *text);

#endif

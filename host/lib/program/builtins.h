/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_BUILTINS_H
#define OUTERFILL_PROGRAM_BUILTINS_H

#include <stdbool.h>
#include <stdio.h>

#include "outerfill.h"

/* The prefix of our overloads' names. A compiler's messages may contain it. */
#define BUILTIN_PREFIX "outerfill_builtin_"

/* Writes kernels/builtins.cl and the overloads of the built-in functions that the description's
 * texts name. Behind this, such a name stands for our overloads. has_batches: the program also has
 * the text as a function of batches. Errors remain in the stream. Any thread may call this. */
void builtins_write(FILE *out, const outerfill_function_description *description, bool has_batches);

/* Writes kernels/flagged.cl and its overloads. Behind this, the names of the functions that flag
 * stand for these. They need a variable `long *outerfill_rare`. As builtins_write otherwise. */
void builtins_write_flagged(FILE *out, const outerfill_function_description *description);

/* Returns whether the texts name functions that outerfill has (program/mathematics). */
bool builtins_name_ours(const outerfill_function_description *description);

/* Returns whether a text has vectors of its own, such as double4 values. */
bool builtins_make_vectors(const char *text);

#endif

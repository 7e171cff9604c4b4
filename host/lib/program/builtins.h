/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_BUILTINS_H
#define OUTERFILL_PROGRAM_BUILTINS_H

#include <stdbool.h>
#include <stdio.h>

#include "outerfill.h"

/* The prefix of our overloads' names. A compiler's messages may contain it. */
#define BUILTIN_PREFIX "outerfill_builtin_"

/* Writes kernels/builtins.cl and the overloads of the built-in functions that the description's
 * texts name. Behind this, such a name stands for our overloads. has_vectors: the program also has
 * the text as a function of vectors. Errors remain in the stream. Any thread may call this. */
void builtins_write(FILE *out, const outerfill_function_description *description, bool has_vectors);

/* Returns whether the word of this length is a function of reals or integers of which there are
 * overloads. */
bool builtins_has(const char *word, size_t length);

/* Returns the number of arguments of this function, or 0 if there are no overloads of it. */
size_t builtins_num_arguments(const char *word, size_t length);

/* Returns whether the function takes an integer as its second argument. */
bool builtins_has_exponent(const char *name);

/* Returns whether the function makes reals of all its arguments, or returns one of its arguments as
 * it is, such as max. */
bool builtins_takes_reals(const char *word, size_t length);
bool builtins_chooses(const char *word, size_t length);

#endif

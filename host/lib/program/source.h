/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_SOURCE_H
#define OUTERFILL_PROGRAM_SOURCE_H

#include "base/error.h"
#include "program/vectorize.h"

/* The prefix of the names of a preamble's functions. A compiler's messages may contain it. */
#define OWN_PREFIX "outerfill_own_"

/* Stands behind the name of a piece in a compiler's message about the piece's value. */
#define WHOLE_PIECE " as a whole"

/* Returns the complete OpenCL C program of a description: the caller's text as a function of one
 * cell, and kernels/fill.cl. The result is a new string for the caller to free, or NULL if memory
 * ran out.
 *
 *   description   complete, and checked by user_text; is only read
 *   form          NULL, or this description's form with is_same true: the program then also has
 *                 the text as a function of vectors, and the kernel fill_vectors
 *
 *   is_flagged    the program also has the text with the functions of kernels/flagged.cl, if the
 *                 compiler takes our own mathematics
 *
 * The program depends on nothing but its arguments. Any thread may call this. */
char *source_create(const outerfill_function_description *description, const struct vectorize *form,
                    bool is_flagged);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_SUBSCRIPTS_H
#define OUTERFILL_PROGRAM_SUBSCRIPTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "program/text_pieces.h"

/* The texts have passed the checks of user_text. Any thread may call these functions. */

/* Refuses a body or an expression that writes or reads out[K] with a literal K beyond the last
 * plane, or that declares a variable `out`. Fails with OUTERFILL_INVALID_ARGUMENT and the position
 * of K. */
outerfill_status subscripts_check(const struct text_piece *piece, size_t num_planes,
                                  outerfill_error *error);

/* Returns the largest literal subscript of `out` in the body, plus one. Returns 0 if there is none,
 * if it is beyond the largest number of planes, or if another use of `out` leaves the number
 * open. A preamble, which may be NULL, leaves it open if it mentions `out`, for example in a
 * macro. */
size_t subscripts_count_planes(const char *body, const char *preamble);

/* Returns whether a text has a subscript of `out` that only the run can check: one that is no
 * literal, or one in a macro of the preamble. */
bool subscripts_are_checked(const outerfill_function_description *description);

/* Writes a piece of the caller's text, with each such subscript out[E] as
 * out[OUTERFILL_PLANE(E)]. kernels/subscripts.cl says what that does. */
void subscripts_write(FILE *out, const struct text_piece *piece);

/* Returns the column in the caller's piece, of a line and column in what subscripts_write has
 * written. Lines and columns count from 1. */
size_t subscripts_column(const struct text_piece *piece, size_t line, size_t column);

#endif

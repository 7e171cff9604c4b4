/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_TEXT_ERROR_H
#define OUTERFILL_PROGRAM_TEXT_ERROR_H

#include "base/error.h"
#include "program/text_pieces.h"

/* Sets the error OUTERFILL_INVALID_ARGUMENT for a fault at `at`, which lies in the piece's text.
 * Returns that status. The message gives the piece, the line, the column and the line itself, and
 * then what is printed from format. */
outerfill_status text_refuse(const struct text_piece *piece, const char *at, outerfill_error *error,
                             const char *format, ...) __attribute__((format(printf, 4, 5)));

/* As text_refuse, for a fault of the whole piece. The message begins with the piece's name. */
outerfill_status text_refuse_whole(const struct text_piece *piece, outerfill_error *error,
                                   const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Writes "PIECE, line L, column C of "...": what" with a part of the line. If line is 0, it writes
 * "PIECE, at the end of "...": what". */
void text_describe(char *sentence, size_t nbytes, const struct text_piece *piece, size_t line,
                   size_t column, const char *what);

/* Sets an error with the sentence of text_describe, and the position. Returns the status. */
outerfill_status text_report(const struct text_piece *piece, size_t line, size_t column,
                             const char *what, outerfill_status status, outerfill_error *error);

#endif

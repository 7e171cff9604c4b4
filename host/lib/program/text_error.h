/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_TEXT_ERROR_H
#define OUTERFILL_PROGRAM_TEXT_ERROR_H

#include "base/error.h"

/* A piece of the caller's text, as messages name it. It points to the caller's text. */
struct text_piece {
    const char *text;
    char name[32]; /* such as "plane 0", "body" or "preamble" */
    int plane;     /* -1: a body or a preamble */
};

struct text_piece text_piece_expression(const char *text, size_t plane);
struct text_piece text_piece_body(const char *text);
struct text_piece text_piece_preamble(const char *text);

/* Sets the error OUTERFILL_INVALID_ARGUMENT for a fault at `at`, which lies in the piece's text.
 * Returns that status. The message gives the piece, the line, the column and the line itself, and
 * then what is printed from format. */
outerfill_status text_refuse(const struct text_piece *piece, const char *at, outerfill_error *error,
                             const char *format, ...) __attribute__((format(printf, 4, 5)));

/* As text_refuse, for a fault of the whole piece. The message begins with the piece's name. */
outerfill_status text_refuse_whole(const struct text_piece *piece, outerfill_error *error,
                                   const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_TEXT_PIECES_H
#define OUTERFILL_PROGRAM_TEXT_PIECES_H

#include <stdbool.h>
#include <stddef.h>

#include "outerfill.h"

/* A piece of the caller's text, as messages name it. It points to the caller's text. */
struct text_piece {
    const char *text;
    char name[32]; /* such as "plane 0", "body" or "preamble" */
    int plane;     /* -1: a body or a preamble */
};

struct text_piece text_piece_expression(const char *text, size_t plane);
struct text_piece text_piece_body(const char *text);
struct text_piece text_piece_preamble(const char *text);

/* Sets *piece to the k-th piece of a description: the preamble, the body, and the expressions, as
 * far as there are any. Returns false behind the last one. */
bool text_piece_of(const outerfill_function_description *description, size_t k,
                   struct text_piece *piece);

/* Returns the beginning of a line of the piece, counted from 1. Returns that of the last line which
 * is not empty if the number is 0. */
const char *text_piece_line(const struct text_piece *piece, size_t line);

/* Sets the line and the column of a place in the piece. They count as a compiler counts them: from
 * 1, columns in bytes. */
void text_piece_position(const struct text_piece *piece, const char *at, size_t *line,
                         size_t *column);

#endif

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

#endif

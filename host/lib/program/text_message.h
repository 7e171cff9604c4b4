/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_TEXT_MESSAGE_H
#define OUTERFILL_PROGRAM_TEXT_MESSAGE_H

#include "program/text_pieces.h"

/* An error or a warning about one place in the caller's text. */
struct text_message {
    bool is_error; /* false: a warning */
    struct text_piece piece;
    size_t line, column; /* in the piece, from 1; 0: behind its end */
    char text[400];      /* without the prefixes of names that the program has added */
};

#endif

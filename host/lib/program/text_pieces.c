/* SPDX-License-Identifier: MIT
 *
 * The pieces of a caller's text, and their names. The program gives these names to the compiler, so
 * the compiler's messages contain them. Owns nothing. */
#include "program/text_pieces.h"

#include <stdio.h>

struct text_piece text_piece_expression(const char *text, size_t plane) {
    struct text_piece piece = {.text = text, .plane = (int)plane};
    snprintf(piece.name, sizeof piece.name, "plane %zu", plane);
    return piece;
}

struct text_piece text_piece_body(const char *text) {
    return (struct text_piece){.text = text, .name = "body", .plane = -1};
}

struct text_piece text_piece_preamble(const char *text) {
    return (struct text_piece){.text = text, .name = "preamble", .plane = -1};
}

bool text_piece_of(const outerfill_function_description *description, size_t k,
                   struct text_piece *piece) {
    const size_t num_expressions = description->expressions ? description->num_planes : 0;
    if (description->preamble && k-- == 0) {
        *piece = text_piece_preamble(description->preamble);
    } else if (description->body && k-- == 0) {
        *piece = text_piece_body(description->body);
    } else {
        if (k >= num_expressions) return false;
        *piece = text_piece_expression(description->expressions[k], k);
    }
    return true;
}

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

/* A line ends where a compiler says so: at a newline, a carriage return, or both together. */
static bool is_line_end(const char *c) {
    return *c == '\n' || (*c == '\r' && c[1] != '\n');
}

const char *text_piece_line(const struct text_piece *piece, size_t line) {
    const char *begin = piece->text;
    for (const char *c = begin; *c && line != 1; c++)
        if (is_line_end(c) && (line || c[1])) line -= line > 0, begin = c + 1;
    return begin;
}

void text_piece_position(const struct text_piece *piece, const char *at, size_t *line,
                         size_t *column) {
    const char *begin = piece->text;
    *line = 1;
    for (const char *c = begin; c < at; c++)
        if (is_line_end(c)) ++*line, begin = c + 1;
    *column = (size_t)(at - begin) + 1;
}

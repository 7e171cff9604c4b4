/* SPDX-License-Identifier: MIT
 *
 * Refusals of the caller's text, with the place of the fault. Owns nothing, and does not know what
 * is wrong. */
#include "program/text_error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define EXCERPT_LENGTH 60 /* bytes of the caller's line in a message, at most */

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

/* A line ends where a compiler says so: at a newline, a carriage return, or both together. */
static bool is_line_end(const char *c) {
    return *c == '\n' || (*c == '\r' && c[1] != '\n');
}

/* Line and column count as a compiler counts them: from 1, in bytes. The message quotes at most
 * EXCERPT_LENGTH bytes of the line, from up to half that number before the fault. */
outerfill_status text_refuse(const struct text_piece *piece, const char *at, outerfill_error *error,
                             const char *format, ...) {
    size_t line = 1;
    const char *line_begin = piece->text;
    for (const char *c = piece->text; c < at; c++)
        if (is_line_end(c)) line++, line_begin = c + 1;
    const char *excerpt =
        at - line_begin > EXCERPT_LENGTH / 2 ? at - EXCERPT_LENGTH / 2 : line_begin;
    const size_t length = strcspn(excerpt, "\r\n"), column = (size_t)(at - line_begin) + 1;
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    error_write(error, OUTERFILL_INVALID_ARGUMENT, "%s, line %zu, column %zu of \"%.*s\": %s",
                piece->name, line, column, length > EXCERPT_LENGTH ? EXCERPT_LENGTH : (int)length,
                excerpt, what);
    error_set_position(error, piece->plane, line, column);
    return OUTERFILL_INVALID_ARGUMENT;
}

outerfill_status text_refuse_whole(const struct text_piece *piece, outerfill_error *error,
                                   const char *format, ...) {
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    error_write(error, OUTERFILL_INVALID_ARGUMENT, "%s %s", piece->name, what);
    error_set_position(error, piece->plane, 0, 0);
    return OUTERFILL_INVALID_ARGUMENT;
}

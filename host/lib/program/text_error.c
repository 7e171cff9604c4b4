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

/* A line ends where a compiler says so: at a newline, a carriage return, or both together. */
static bool is_line_end(const char *c) {
    return *c == '\n' || (*c == '\r' && c[1] != '\n');
}

/* Returns the beginning of a line, counted from 1. Returns that of the last line which is not empty
 * if the number is 0. */
static const char *find_line(const char *text, size_t line) {
    const char *begin = text;
    for (const char *c = text; *c && line != 1; c++)
        if (is_line_end(c) && (line || c[1])) line -= line > 0, begin = c + 1;
    return begin;
}

/* Quotes the line, or EXCERPT_LENGTH bytes of a longer one: from half that number before the fault,
 * or from the beginning. */
void text_describe(char *sentence, size_t nbytes, const struct text_piece *piece, size_t line,
                   size_t column, const char *what) {
    char position[64] = "at the end";
    const char *excerpt = find_line(piece->text, line);
    const size_t length = strcspn(excerpt, "\r\n");
    if (line) snprintf(position, sizeof position, "line %zu, column %zu", line, column);
    if (length > EXCERPT_LENGTH && column > EXCERPT_LENGTH / 2 && column <= length)
        excerpt += column - 1 - EXCERPT_LENGTH / 2;
    const size_t rest = strcspn(excerpt, "\r\n");
    snprintf(sentence, nbytes, "%s, %s of \"%.*s\": %s", piece->name, position,
             rest > EXCERPT_LENGTH ? EXCERPT_LENGTH : (int)rest, excerpt, what);
}

outerfill_status text_report(const struct text_piece *piece, size_t line, size_t column,
                             const char *what, outerfill_status status, outerfill_error *error) {
    char sentence[1024];
    text_describe(sentence, sizeof sentence, piece, line, column, what);
    error_write(error, status, "%s", sentence);
    error_set_position(error, piece->plane, line, column);
    return status;
}

/* Line and column count as a compiler counts them: from 1, in bytes. */
outerfill_status text_refuse(const struct text_piece *piece, const char *at, outerfill_error *error,
                             const char *format, ...) {
    size_t line = 1;
    const char *line_begin = piece->text;
    for (const char *c = piece->text; c < at; c++)
        if (is_line_end(c)) line++, line_begin = c + 1;
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return text_report(piece, line, (size_t)(at - line_begin) + 1, what, OUTERFILL_INVALID_ARGUMENT,
                       error);
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

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

/* Quotes the line, or EXCERPT_LENGTH bytes of a longer one: from half that number before the fault,
 * or from the beginning. */
void text_describe(char *sentence, size_t nbytes, const struct text_piece *piece, size_t line,
                   size_t column, const char *what) {
    char position[64] = "at the end";
    const char *excerpt = text_piece_line(piece, line);
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

outerfill_status text_refuse(const struct text_piece *piece, const char *at, outerfill_error *error,
                             const char *format, ...) {
    size_t line, column;
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    text_piece_position(piece, at, &line, &column);
    return text_report(piece, line, column, what, OUTERFILL_INVALID_ARGUMENT, error);
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

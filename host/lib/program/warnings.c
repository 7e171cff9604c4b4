/* SPDX-License-Identifier: MIT
 *
 * The list of a function's warnings. Owns nothing, and does not know what is warned about. */
#include "program/warnings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_same_line(const struct text_message *message, const struct text_message *other) {
    return message->line == other->line && strcmp(message->piece.name, other->piece.name) == 0;
}

void warnings_add_message(struct warnings *warnings, const struct text_message *message) {
    for (size_t k = 0; k < warnings->num_items; k++)
        if (is_same_line(&warnings->items[k], message)) return;
    if (warnings->num_items < WARNINGS_MAX) warnings->items[warnings->num_items++] = *message;
}

void warnings_add(struct warnings *warnings, const struct text_piece *piece, const char *at,
                  const char *format, ...) {
    struct text_message message = {.piece = *piece};
    va_list arguments;
    text_piece_position(piece, at, &message.line, &message.column);
    for (size_t k = 0; k < warnings->num_items; k++)
        if (is_same_line(&warnings->items[k], &message) &&
            warnings->items[k].column == message.column)
            return;
    if (warnings->num_items == WARNINGS_MAX) return;
    va_start(arguments, format);
    vsnprintf(message.text, sizeof message.text, format, arguments);
    va_end(arguments);
    warnings->items[warnings->num_items++] = message;
}

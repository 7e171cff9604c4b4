/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_WARNINGS_H
#define OUTERFILL_PROGRAM_WARNINGS_H

#include "program/text_message.h"

/* The most warnings of a function. Further ones are left out. */
#define WARNINGS_MAX 16

struct warnings {
    struct text_message items[WARNINGS_MAX];
    size_t num_items;
};

/* Adds a warning about a place in the piece. A place that has a warning gets no second one. */
void warnings_add(struct warnings *warnings, const struct text_piece *piece, const char *at,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds a compiler's message. A line that has a warning gets no second one. */
void warnings_add_message(struct warnings *warnings, const struct text_message *message);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_STATEMENTS_H
#define OUTERFILL_PROGRAM_STATEMENTS_H

#include "program/tokens.h"

/* A range of a text that has passed the checks of user_text: its brackets are balanced. */
struct span {
    const char *begin, *end;
};

/* Steps to the next token of the span, as token_next does. Returns TOKEN_END behind the last. */
struct token span_next(struct span *span);

/* Returns whether one of the tokens is the word. */
bool span_has(struct span span, const char *word);

/* Returns whether there is a loop's keyword. */
bool span_has_loop(struct span span);

/* Returns whether a token with this name may be assigned, or its address taken. */
bool span_assigns(struct span span, struct token name);

/* Takes the contents of the bracket that opens at span->begin, and steps behind it. Returns an
 * empty span with begin NULL if there is no bracket. */
struct span span_take_bracket(struct span *span);

/* Takes what is before the next `sign` outside brackets, and steps behind it; takes all if there
 * is none. */
struct span span_take_until(struct span *span, char sign);

/* Takes the statement at span->begin, with its semicolon or braces, and steps behind it. Returns a
 * span with begin NULL if it does not know the statement. */
struct span span_take_statement(struct span *span);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_TOKENS_H
#define OUTERFILL_PROGRAM_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,    /* an identifier or a keyword */
    TOKEN_NUMBER,  /* with its suffix, such as 1.5e-3f */
    TOKEN_LITERAL, /* a string or a character, with its quotes */
    TOKEN_SIGN     /* any other single character */
};

/* A token of the caller's text. text points into it. */
struct token {
    enum token_kind kind;
    const char *text;
    size_t length;
};

/* Returns the token at *at, and steps over it. Blanks and comments are skipped. The text ends with
 * '\0'; behind the last token every call returns TOKEN_END. */
struct token token_next(const char **at);

/* Returns whether the token is this word or this sign. */
bool token_is(struct token token, const char *word);

/* Returns whether both tokens are the same word. */
bool token_equals(struct token token, struct token other);

/* Returns the end of the preprocessor line at `at`: of the line, and of those that a backslash adds
 * to it. */
const char *token_line_end(const char *at);

/* Returns the beginning of a line of the text, or NULL if the text has fewer lines. Lines count
 * from 1. */
const char *token_line(const char *text, size_t line);

#endif

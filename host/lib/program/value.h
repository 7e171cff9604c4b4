/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_VALUE_H
#define OUTERFILL_PROGRAM_VALUE_H

#include "program/tokens.h"
#include "program/warnings.h"

enum value_kind {
    UNKNOWN_VALUE,
    REAL_VALUE,
    INT_VALUE, /* an int, of 32 bits */
    LONG_VALUE
};

/* What is known of an operand in the caller's text. */
struct value {
    enum value_kind kind;
    bool is_literal; /* an integer made of literals alone; its value is `number` */
    long long number;
    const char *begin, *end; /* its text */
    /* A quotient of integers inside, or an exclusive or, that no cast has confirmed. NULL: none */
    const char *doubt, *doubt_end;
    bool doubt_is_literal, doubt_is_quotient;
    char comparison; /* '<' or '=' if it is the result of a comparison without brackets */
};

/* The text in which values stand, and the list of its warnings. */
struct value_text {
    const struct text_piece *piece;
    struct warnings *warnings;
};

/* Returns the value of a number, a name of a known kind, or anything else. */
struct value value_of_number(struct token token);
struct value value_of_kind(struct token token, enum value_kind kind);

/* Warns about the doubt in a value that becomes one of this kind. If the kind is not known, only a
 * doubt about literals is warned about. */
void value_use(const struct value_text *text, const struct value *value, enum value_kind kind);

/* Returns the value of `sign x` and of `x sign y`, and warns about it. */
struct value value_prefix(const char *sign, struct value x);
struct value value_binary(const struct value_text *text, const char *sign, struct value x,
                          struct value y);

/* Returns the value of one of both, which `?` or a function such as max chooses. */
struct value value_either(const struct value_text *text, struct value x, struct value y);

#endif

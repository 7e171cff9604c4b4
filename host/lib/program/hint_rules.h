/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_HINT_RULES_H
#define OUTERFILL_PROGRAM_HINT_RULES_H

/* What the files of the hints share: hints.c, hint_rules.c, hint_signs.c and hint_words.c. No other
 * file includes this header. */
#include "program/text_message.h"
#include "program/tokens.h"

/* A slip, and the tokens around it. `token` is the one at the compiler's position. */
struct slip {
    struct text_message *message;
    struct token before, token, next;
};

/* Sets the sentence. Returns true, for a rule to return. */
bool hint_say(const struct slip *slip, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns whether the compiler's message has these words. */
bool hint_says(const struct slip *slip, const char *words);

/* For "%.*s". */
#define NAME(token) (token).length > 60 ? 60 : (int)(token).length, (token).text

/* The rules. Each returns false if it does not know the slip. */
bool hint_module(const struct slip *slip);
bool hint_python(const struct slip *slip);
bool hint_word_as_operator(const struct slip *slip);
bool hint_unknown_word(const struct slip *slip);
bool hint_unknown_name(const struct slip *slip);
bool hint_power(const struct slip *slip);
bool hint_operator_of_integers(const struct slip *slip);
bool hint_comparison(const struct slip *slip);
bool hint_foreign_character(const struct slip *slip);
bool hint_condition(const struct slip *slip);
bool hint_missing_operator(const struct slip *slip);
bool hint_number_with_letters(const struct slip *slip);
bool hint_wrong_arguments(const struct slip *slip);
bool hint_value(const struct slip *slip);
bool hint_comment(const struct slip *slip);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_USER_TEXT_H
#define OUTERFILL_PROGRAM_USER_TEXT_H

#include <stdbool.h>

#include "base/error.h"

/* Refuses a text that could reach beyond the place where it is put into the program: unbalanced brackets, unterminated
 * comments and literals, '#', '\', digraphs and trigraphs; in an expression also ';', a comma outside brackets, and nothing at
 * all. `where` names the text in the sentence, such as "plane 0". */
outerfill_status user_text_check_expression(const char *text, const char *where,
                                            outerfill_error *error);
outerfill_status user_text_check_body(const char *text, const char *where, outerfill_error *error);

/* Refuses a preamble that leaves a comment open or redefines a name that every function sees. */
outerfill_status user_text_check_preamble(const char *text, outerfill_error *error);

/* The k-th name that every function sees, NULL behind the last. */
const char *user_text_seen_name(size_t k);

/* Refuses names that are not C identifiers, that stand twice, or that mean something else in a function. */
outerfill_status user_text_check_parameter_names(const char *const *names, size_t num_names,
                                                 outerfill_error *error);

/* Whether a checked text may make one cell cost much more than another: it has a loop, calls a built-in function that is one
 * (fmod), or might hide one. */
bool user_text_has_loop(const char *text);

#endif

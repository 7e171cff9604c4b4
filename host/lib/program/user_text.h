/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_USER_TEXT_H
#define OUTERFILL_PROGRAM_USER_TEXT_H

#include <stdbool.h>

#include "base/error.h"

/* Checks of a function's texts. All texts and names must end with '\0', and are only read. Each
 * check fails with OUTERFILL_INVALID_ARGUMENT. The error has the plane, line and column where a
 * text has them. error may be NULL. Any thread may call these functions. */

/* Refuse a text that could end the function into which the program puts it, or act outside of it:
 *     both              unbalanced brackets, or more than 256 open at once; comments and literals
 *                       that are not closed; '#', '\', digraphs, trigraphs; a text without code
 *     an expression     also ';', braces, '//', a comma outside brackets, more than 16384 bytes
 */
outerfill_status user_text_check_expression(const char *text, size_t plane, outerfill_error *error);
outerfill_status user_text_check_body(const char *text, outerfill_error *error);

/* Refuses a preamble that leaves a comment open, or has a plain #define or #undef of a name that
 * every function sees. Its brackets are not checked, because macros may hold any. */
outerfill_status user_text_check_preamble(const char *text, outerfill_error *error);

/* Refuses parameter names that are NULL, not C identifiers, given twice, or that mean something
 * else in a function. names may be NULL if num_names is 0. */
outerfill_status user_text_check_parameter_names(const char *const *names, size_t num_names,
                                                 outerfill_error *error);

/* True if a checked text has a loop or goto. It is also assumed of text that could build such a
 * word in the preprocessor. */
bool user_text_has_loop(const char *text);

/* True if that is so of the preamble, the body or an expression of a description. */
bool user_text_any_has_loop(const outerfill_function_description *description);

/* True if one cell may cost much more time than another: a text has a loop, or it calls a built-in
 * function that loops inside drivers (fmod, remainder, remquo). */
bool user_text_cost_varies(const outerfill_function_description *description);

#endif

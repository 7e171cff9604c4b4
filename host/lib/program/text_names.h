/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_TEXT_NAMES_H
#define OUTERFILL_PROGRAM_TEXT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* A name that every function's text sees. The strings are static. */
struct text_name {
    const char *name;
    const char *declaration; /* as an argument of the text's function; NULL: not an argument */
};

/* Returns the k-th of these names, or NULL behind the last one. The arguments come in their order
 * in the text's function. */
const struct text_name *text_name_seen(size_t k);

/* Returns whether the word of this length is a name that every text sees. */
bool text_name_is_seen(const char *word, size_t length);

/* Returns whether the word of this length is a keyword of C or OpenCL C, or a type of OpenCL C that
 * somebody could use as a name by mistake. */
bool text_name_is_keyword(const char *word, size_t length);

/* Returns whether the word of this length is a constant of OpenCL C, which is a macro. */
bool text_name_is_constant(const char *word, size_t length);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_DEFINITIONS_H
#define OUTERFILL_PROGRAM_DEFINITIONS_H

#include "base/error.h"
#include "program/tokens.h"

enum definition_kind {
    DEFINED_FUNCTION,
    DECLARED_FUNCTION, /* a prototype */
    DEFINED_MACRO
};

/* Something that a preamble defines. Pointers lead into the preamble. */
struct definition {
    enum definition_kind kind;
    struct token name;
    /* Of a function: where its declaration begins, and its body between the braces. A prototype has
     * none, and ends at its semicolon. */
    const char *start, *begin, *end;
};

struct definitions {
    struct definition *items;
    size_t num_items;
};

/* Collects what a preamble defines, in its order; NULL has no definitions. The preprocessor is not
 * run: what a macro defines is not found, and the branches of an #if are all looked at. The caller
 * frees the list. Returns false if memory ran out; the list holds then what was found so far. Any
 * thread may call it. */
bool definitions_collect(const char *preamble, struct definitions *definitions);
void definitions_free(struct definitions *definitions);

/* Returns the first definition of this kind with this name, or NULL. */
const struct definition *definitions_find(const struct definitions *definitions,
                                          enum definition_kind kind, struct token name);

/* Refuses a parameter with the name of a macro or a function of the preamble. Fails with
 * OUTERFILL_INVALID_ARGUMENT, with the position. */
outerfill_status definitions_check_parameters(const struct definitions *definitions,
                                              const outerfill_function_description *description,
                                              outerfill_error *error);

/* Refuses a preamble that declares a function which the description's text calls and nothing
 * defines. Some compilers find that only when the kernel is launched. A preamble with a macro that
 * may define functions is not checked. Fails as definitions_check_parameters does. */
outerfill_status definitions_check_declared(const struct definitions *definitions,
                                            const outerfill_function_description *description,
                                            outerfill_error *error);

#endif

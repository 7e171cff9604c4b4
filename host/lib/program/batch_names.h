/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_BATCH_NAMES_H
#define OUTERFILL_PROGRAM_BATCH_NAMES_H

#include "outerfill.h"
#include "program/statements.h"

#define BATCH_MAX_VARIABLES 64

enum batch_variable_kind {
    BATCH_ARRAY,   /* an array with a value for each cell of a batch */
    BATCH_UNIFORM, /* one value, the same for all cells of a row */
    BATCH_LOCAL    /* a variable inside of a loop over the cells */
};

/* A variable of a body. */
struct batch_variable {
    enum batch_variable_kind kind;
    struct token name;
    char type[32];
    const char *scope_end; /* in the body */
};

struct batch_names {
    const outerfill_function_description *description;
    struct batch_variable variables[BATCH_MAX_VARIABLES];
    size_t num_variables;
};

/* Takes the words of a type, such as `const real`, and steps behind them. Sets `type` to them
 * without const and the like. Returns false, and takes nothing, if there is no type. */
bool batch_names_take_type(struct span *span, char type[32]);

/* Adds a variable that is declared at name.text. Returns NULL if there is no room, if the name has
 * another meaning there, or if an array of another type has it. */
struct batch_variable *batch_names_add(struct batch_names *names, struct batch_variable variable);

/* Returns the first array with this name, or NULL. */
const struct batch_variable *batch_names_find_array(const struct batch_names *names,
                                                    struct token name);

/* Returns whether the name has one value for all cells of a row. */
bool batch_names_is_uniform(const struct batch_names *names, struct token name);

/* Returns whether the span's value is the same for all cells of a row, and may be computed also
 * where no cell needs it: it has no division by what may be an integer and 0. */
bool batch_names_are_uniform(const struct batch_names *names, struct span span);

/* Returns whether a macro of the preamble may change the variable. */
bool batch_names_macro_has(const struct batch_names *names, struct token name);

#endif

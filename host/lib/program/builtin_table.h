/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_BUILTIN_TABLE_H
#define OUTERFILL_PROGRAM_BUILTIN_TABLE_H

#include <stdbool.h>

#include "program/tokens.h"

#define MAX_ARGUMENTS 3
#define MAX_BUILTINS  128 /* the table has fewer functions */

enum builtin_kind {
    BUILTIN_REAL,     /* reals -> a real; integers become real */
    BUILTIN_INTEGRAL, /* as REAL; of integers alone -> an integer */
    BUILTIN_CLASS,    /* reals -> an int; integers become real */
    BUILTIN_EXPONENT  /* a real and an int -> a real */
};

/* What a compiler for CPUs makes of a function. */
enum builtin_code {
    BUILTIN_DRIVERS, /* a call of the driver's */
    BUILTIN_PLAIN,   /* the driver's, and vector instructions */
    BUILTIN_OURS,    /* kernels/math_float64.cl and math_float32.cl have one */
    BUILTIN_FLAGGED  /* so, and kernels/flagged.cl has one that takes no branches */
};

/* `vectors` lists the arguments of the overloads for vectors. V is a vector of reals, S a real, I a
 * vector of int, i an int. */
struct builtin {
    const char *name;
    enum builtin_kind kind;
    size_t num_arguments;
    const char *body; /* a macro of kernels/builtins.cl */
    const char *vectors;
    enum builtin_code code;
};

/* Returns the k-th function, by name, or NULL behind the last one. */
const struct builtin *builtin_get(size_t k);

/* Returns the function of this name, or NULL. */
const struct builtin *builtin_find(struct token name);

#endif

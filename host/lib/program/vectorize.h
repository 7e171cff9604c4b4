/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_VECTORIZE_H
#define OUTERFILL_PROGRAM_VECTORIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "outerfill.h"

#define VECTORIZE_MAX_NAMES 64

/* What the text of a function declares, and whether it may and should be compiled with `real` as a
 * vector type. */
struct vectorize {
    bool is_same; /* each element of the vectors would be computed as the scalar text computes it */
    char names[VECTORIZE_MAX_NAMES][64];
    size_t num_names; /* declared with `real`: locals and helper functions */
    uint64_t called;  /* which functions of the table it calls, a bit for each */
};

/* Reads a checked description's text. What it does not know, it takes for not the same. */
void vectorize_read(const outerfill_function_description *description, struct vectorize *form);

/* The k-th function whose vector version is guarded (kernels/vector_functions.cl); NULL behind the
 * last. */
struct vector_function {
    const char *name;
    const char *vector_name; /* its vector version, as vector_functions.cl calls it */
    int num_arguments;
    const char
        *largest_ordinary; /* the magnitude up to which the vector version is used, as OpenCL C */
};
const struct vector_function *vectorize_guarded(const struct vectorize *form, size_t k);

/* Whether SLEEF has a better vector version of a function that is called. */
bool vectorize_wants_sleef(const struct vectorize *form);

/* Whether kernels/math_float64.cl has all functions of the table that are called. Then vectors do
 * not pay. */
bool vectorize_is_ours(const struct vectorize *form, outerfill_dtype dtype);

/* Elements of a vector: 64 bytes, an AVX-512 register; 4 and 16 doubles were slower than 8. */
size_t vectorize_width(outerfill_dtype dtype);

#endif

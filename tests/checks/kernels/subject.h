/* SPDX-License-Identifier: MIT
 *
 * The functions that kernel_program fills with: one for each thing that makes a program or its kernels another one. */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "oracle.h"

struct subject {
    const char *name;
    outerfill_dtype dtype;
    const oracle_function *right;
    const char *const *expressions; /* where both are NULL, the default functions */
    const char *body;
    int has_parameters; /* scale and shift */
    const char *preamble;
    int takes_positive_b;
    int runs_as_batches; /* on PoCL's CPU device */
    uint64_t max_ulp;    /* 0: every bit */
};

extern const struct subject subjects[];
extern const size_t num_subjects;

/* Values of scale and shift. */
extern const double subject_parameters[2];

/* Compiles it, or ends the program. */
outerfill_function *subject_compile(const struct subject *subject, outerfill_context *context);

/* Inputs that suit it. */
void subject_inputs(const struct subject *subject, void *a, size_t n, void *b, size_t m);

/* How many values are wrong; the first is printed with `what`. */
size_t subject_check(const struct subject *subject, const void *a, size_t n, const void *b,
                     size_t m, const void *ab, const char *what);

#endif

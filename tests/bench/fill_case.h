/* SPDX-License-Identifier: MIT
 *
 * One case of the benchmark as the workers in C see it: what is computed, of which shape, into which kind of memory, and its
 * inputs, which reference.py computes by the same rule. */
#ifndef BENCH_FILL_CASE_H
#define BENCH_FILL_CASE_H

#include <stddef.h>

typedef enum fill_work {
    FILL_OUTER,
    FILL_EXPRESSION,
    FILL_OPTION,
    FILL_ITERATE1000,
    FILL_ITERATE2000,
    FILL_TRANSCENDENTAL64,
    FILL_NUM_WORKS
} fill_work;

typedef struct fill_case {
    fill_work work;
    int is_float32;
    int is_fresh; /* every repetition allocates its memory anew */
    size_t itemsize, num_planes, n, m, nbytes;
    void *a, *b; /* n and m values of the dtype */
    void *ab;    /* the array that is being filled */
} fill_case;

/* Reads "WORK DTYPE P N M OUTPUT" and computes the inputs. Returns NULL, or what is wrong. */
const char *fill_case_open(fill_case *opened, const char *text);

/* Frees the inputs; the array is its allocator's. */
void fill_case_close(fill_case *opened);

/* The value at (p, i, j) of the array. */
double fill_case_value(const fill_case *opened, size_t p, size_t i, size_t j);

#endif

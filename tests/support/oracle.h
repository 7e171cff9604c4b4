/* SPDX-License-Identifier: MIT
 *
 * The oracle: what ab[p, i, j] has to be, computed by plain nested loops in C, and the comparison with what a fill wrote. It
 * shares no code with the library; of its header it knows the dtypes only. Compiled with -std=c11 -ffp-contract=off, so that
 * a * b + c stays two operations.
 *
 * Comparison is bit for bit: -0 is not +0. NaN equals NaN as a class, because payload and sign differ between devices.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <outerfill.h>

/* Where a cell stands and what else its value depends on. */
typedef struct oracle_cell {
    size_t i, j, n, m;
    const double *parameters;
} oracle_cell;

typedef double oracle_float64(size_t p, double a, double b, const oracle_cell *cell);
typedef float oracle_float32(size_t p, float a, float b, const oracle_cell *cell);

/* The reference for a function under test, in both dtypes; one of the two may be NULL where only the other is tested. */
typedef struct oracle_function {
    size_t num_planes;
    oracle_float64 *float64;
    oracle_float32 *float32;
} oracle_function;

/* The default functions: plane 0 is a + b, plane 1 is a * b. */
extern const oracle_function oracle_default;

/* What goes into a fill. */
typedef struct oracle_problem {
    outerfill_dtype dtype; /* float64 where it is the default */
    const void *a;
    size_t n;
    const void *b;
    size_t m;
    const double *parameters;
} oracle_problem;

/* Each check returns how many cells are wrong and prints the first of them to stderr: `what`, p, i, j and both values in hex.
 *   oracle_check        every cell
 *   oracle_check_rows   rows 0, step, 2 * step, ... and the last one, every plane
 *   oracle_check_edges  the first and the last cell of every row, every plane
 *   oracle_check_ulp    every cell, at most max_ulp steps of the dtype away from the reference; infinities must agree and zeros
 *                       may differ in sign */
size_t oracle_check(const oracle_function *function, const oracle_problem *problem, const void *ab,
                    const char *what);
size_t oracle_check_rows(const oracle_function *function, const oracle_problem *problem,
                         const void *ab, size_t step, const char *what);
size_t oracle_check_edges(const oracle_function *function, const oracle_problem *problem,
                          const void *ab, const char *what);
size_t oracle_check_ulp(const oracle_function *function, const oracle_problem *problem,
                        const void *ab, uint64_t max_ulp, const char *what);

/* As oracle_check, for a device that flushes float32 subnormals: where the reference is one, a zero of its sign is right too. */
size_t oracle_check_flushed(const oracle_function *function, const oracle_problem *problem,
                            const void *ab, const char *what);

/* How many of num_values values differ, with the first of them printed: plain arrays of one dtype, such as a loaded file's. */
size_t oracle_compare(outerfill_dtype dtype, const void *expected, const void *actual,
                      size_t num_values, const char *what);

/* Bytes of `num_values` values; exact, for sizes that a test uses. */
size_t oracle_nbytes(outerfill_dtype dtype, size_t num_values);

/* Inputs. All of them depend on nothing but their arguments.
 *   oracle_plain     multiples of 1/8 in [-512, 512), pseudo-random
 *   oracle_bits      pseudo-random bit patterns: subnormals, infinities and NaN occur
 *   oracle_special   ORACLE_NUM_SPECIAL special values (+-0, +-inf, NaN, subnormals, limits, 1, pi, ...), then bit patterns
 *   oracle_range     equally spaced from low to high, both included
 * oracle_normal replaces every subnormal by 1, for devices that flush them. */
#define ORACLE_NUM_SPECIAL 40

void oracle_plain(outerfill_dtype dtype, void *values, size_t num_values, uint64_t seed);
void oracle_bits(outerfill_dtype dtype, void *values, size_t num_values, uint64_t seed);
void oracle_special(outerfill_dtype dtype, void *values, size_t num_values, uint64_t seed);
void oracle_range(outerfill_dtype dtype, void *values, size_t num_values, double low, double high);
void oracle_normal(outerfill_dtype dtype, void *values, size_t num_values);

#endif

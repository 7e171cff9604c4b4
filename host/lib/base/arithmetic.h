/* SPDX-License-Identifier: MIT
 *
 * Arithmetic of sizes. No result is checked for overflow. */
#ifndef OUTERFILL_BASE_ARITHMETIC_H
#define OUTERFILL_BASE_ARITHMETIC_H

#include <stddef.h>

static inline size_t least(size_t x, size_t y) {
    return x < y ? x : y;
}

static inline size_t largest(size_t x, size_t y) {
    return x > y ? x : y;
}

/* Returns x / y, rounded up. */
static inline size_t ceil_div(size_t x, size_t y) {
    return (x + y - 1) / y;
}

/* Returns the smallest multiple of `step` that is not below x. */
static inline size_t round_up(size_t x, size_t step) {
    return ceil_div(x, step) * step;
}

#endif

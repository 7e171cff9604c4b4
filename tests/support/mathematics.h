/* SPDX-License-Identifier: MIT
 *
 * kernels/math_float64.cl and kernels/math_float32.cl, compiled as C. Their results are those of a device bit for bit, if the
 * compiler contracts nothing (-ffp-contract=off). */
#ifndef MATHEMATICS_H
#define MATHEMATICS_H

#include <math.h>
#include <stdbool.h>
#include <string.h>

typedef unsigned long ulong;
typedef unsigned int uint;
#define __constant static const

static inline ulong as_ulong(double x) {
    ulong bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double as_double(ulong bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint as_uint(float x) {
    uint bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float as_float(uint bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

__extension__ typedef unsigned __int128 product;

static inline ulong mul_hi(ulong x, ulong y) {
    return (ulong)((product)x * y >> 64);
}

static inline ulong clz(ulong x) {
    return (ulong)__builtin_clzl(x);
}

/* A program may have -fsingle-precision-constant, for its own literals. */
#ifndef __clang__
#pragma GCC push_options
#pragma GCC optimize("no-single-precision-constant")
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wfloat-conversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wshadow"
#include "math_float64.cl"
#include "math_float32.cl"
#pragma GCC diagnostic pop
#ifndef __clang__
#pragma GCC pop_options
#endif

#endif

/* SPDX-License-Identifier: MIT
 *
 * Lets a text of OpenCL C compile as C, and computes what its built-in functions should give.
 * `check` puts `typedef ... real`, `typedef ... wide` and REAL, WIDE in front of this file, and
 * the text behind it.
 *
 * REAL(f) is libm's f for `real`. WIDE(f) is libm's f for `wide`, a type with more digits: double
 * for float, long double for double. A function with an error bound is computed in `wide`. Its
 * value and its bound in ULP go into the record of the plane (OpenCL C 1.2, section 7.4). */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef OURS
#include "mathematics.h"
#endif

#define __constant static const
#define NO_BOUND   INFINITY

/* What is known of one value of one plane. `check` has the same record as a NumPy dtype. */
struct record {
    long double reference; /* the last result of a function with a bound */
    double bound;          /* its bound in ULP */
    double values[3];      /* of the text: as it is, and with such results moved by their bounds */
    long num_calls;        /* of functions with a bound */
    long is_free;          /* OpenCL C leaves the result open, or NaN's sign decides */
};

static struct record scratch, *record = &scratch;
static int pass; /* 0: plain; 1 and 2: results of functions with a bound are moved */

/* A subnormal result may be off by whole subnormal numbers, and the next function may enlarge
 * that. */
static real bounded(wide reference, double bound) {
    record->reference = reference;
    record->bound = bound;
    record->num_calls++;
    if (pass == 0 || !isfinite(reference) || reference == 0) return (real)reference;
    const wide side = (pass == 1) == (record->num_calls % 2) ? 1 : -1;
    const wide step = bound == NO_BOUND ? 64 : bound;
    const wide ulp = WIDE(fabs)(reference) * REAL_EPSILON + REAL_SMALLEST;
    return (real)(reference + side * step * ulp);
}

/* ---- Functions with a bound ----
 *
 * With OURS the text calls our own functions on the device, and here too: every bit is known.
 * NaN is answered as in kernels/builtins.cl. */

#define BOUNDED_1(name, bound)                                                                     \
    static real cl_##name(real x) {                                                                \
        return bounded(WIDE(name)(x), bound);                                                      \
    }
#define BOUNDED_2(name, bound)                                                                     \
    static real cl_##name(real x, real y) {                                                        \
        return bounded(WIDE(name)(x, y), bound);                                                   \
    }

#ifdef OURS
#define FUNCTION_1(name, bound)                                                                    \
    static real cl_##name(real x) {                                                                \
        return isnan(x) ? x + x : REAL(outerfill_##name)(x);                                       \
    }
static real cl_atan2(real x, real y) {
    return isnan(x) || isnan(y) ? x + y : REAL(outerfill_atan2)(x, y);
}

static real cl_hypot(real x, real y) {
    if (isinf(x) || isinf(y)) return INFINITY;
    return isnan(x) || isnan(y) ? x + y : REAL(outerfill_hypot)(x, y);
}

static real cl_pow(real x, real y) {
    if (isnan(x) || isnan(y)) return y == 0 || x == 1 ? 1 : x + y;
    return REAL(outerfill_pow)(x, y);
}

static real cl_powr(real x, real y) {
    return isnan(x) || isnan(y) ? x + y : REAL(outerfill_powr)(x, y);
}

static real cl_pown(real x, int n) {
    return isnan(x) ? (n == 0 ? 1 : x) : REAL(outerfill_pown)(x, n);
}

static real cl_rootn(real x, int n) {
    return isnan(x) ? x : REAL(outerfill_rootn)(x, n);
}
#else
#define FUNCTION_1 BOUNDED_1
BOUNDED_2(atan2, 6)
BOUNDED_2(hypot, 4)
BOUNDED_2(pow, 16)

/* Section 7.5.1 has more special cases for these than C for pow. */
static wide wide_powr(real x, real y) {
    if (isnan(x) || isnan(y) || x < 0) return NAN;
    if ((x == 0 || isinf(x)) && y == 0) return NAN;
    if (x == 1 && isinf(y)) return NAN;
    return WIDE(pow)(WIDE(fabs)(x), y);
}

static wide wide_rootn(real x, int n) {
    if (n == 0 || isnan(x) || (x < 0 && n % 2 == 0)) return NAN;
    const wide root = WIDE(pow)(WIDE(fabs)(x), (wide)1 / n);
    return n % 2 ? WIDE(copysign)(root, x) : root;
}

static real cl_powr(real x, real y) {
    return bounded(wide_powr(x, y), 16);
}

static real cl_rootn(real x, int n) {
    return bounded(wide_rootn(x, n), 16);
}

static real cl_pown(real x, int n) {
    return bounded(WIDE(pow)(x, n), 16);
}
#endif

FUNCTION_1(exp, 3)
FUNCTION_1(exp2, 3)
FUNCTION_1(exp10, 3)
FUNCTION_1(expm1, 3)
FUNCTION_1(log, 3)
FUNCTION_1(log2, 3)
FUNCTION_1(log10, 3)
FUNCTION_1(log1p, 2)
FUNCTION_1(cbrt, 2)
FUNCTION_1(sin, 4)
FUNCTION_1(cos, 4)
FUNCTION_1(tan, 5)
FUNCTION_1(asin, 4)
FUNCTION_1(acos, 4)
FUNCTION_1(atan, 5)
FUNCTION_1(sinh, 4)
FUNCTION_1(cosh, 4)
FUNCTION_1(tanh, 5)
FUNCTION_1(asinh, 4)
FUNCTION_1(acosh, 4)
FUNCTION_1(atanh, 5)
FUNCTION_1(erf, 16)
FUNCTION_1(erfc, 16)
FUNCTION_1(lgamma, NO_BOUND)
#ifdef OURS
FUNCTION_1(tgamma, 16)
#else
/* PoCL 3.1 misses the bound where the result is subnormal: by 7000 ULP at -173.00002203889198 in
 * float64, by 1400 at -38.000065 in float32. */
static real cl_tgamma(real x) {
    const wide result = WIDE(tgamma)(x);
    record->is_free |= x < 0 && WIDE(fabs)(result) < REAL_MIN;
    return bounded(result, 16);
}
#endif

/* ---- Exact functions ---- */

#define EXACT_1(name)                                                                              \
    static real cl_##name(real x) {                                                                \
        return REAL(name)(x);                                                                      \
    }
#define EXACT_2(name)                                                                              \
    static real cl_##name(real x, real y) {                                                        \
        return REAL(name)(x, y);                                                                   \
    }

EXACT_1(sqrt)
EXACT_1(floor)
EXACT_1(ceil)
EXACT_1(trunc)
EXACT_1(rint)
EXACT_1(round)
EXACT_1(fabs)
EXACT_2(fmod)
EXACT_2(remainder)
EXACT_2(fdim)

static real cl_fma(real x, real y, real z) {
    return REAL(fma)(x, y, z);
}

static real cl_ldexp(real x, int n) {
    return REAL(ldexp)(x, n);
}

/* Two zeros: C and OpenCL C leave the sign of the result open. */
static int are_zeros(real x, real y) {
    return x == 0 && y == 0 && !signbit(x) != !signbit(y);
}

static real cl_fmin(real x, real y) {
    record->is_free |= are_zeros(x, y);
    return REAL(fmin)(x, y);
}

static real cl_fmax(real x, real y) {
    record->is_free |= are_zeros(x, y);
    return REAL(fmax)(x, y);
}

/* The sign of a NaN is open. */
static real cl_copysign(real x, real y) {
    record->is_free |= isnan(y);
    return REAL(copysign)(x, y);
}

static int cl_signbit(real x) {
    record->is_free |= isnan(x);
    return signbit(x) != 0;
}

static int cl_isnan(real x) {
    return isnan(x) != 0;
}

static int cl_isinf(real x) {
    return isinf(x) != 0;
}

static int cl_isfinite(real x) {
    return isfinite(x) != 0;
}

/* ---- min, max, clamp and abs, of reals and of integers ---- */

/* Section 6.12.4 leaves the results of infinities and NaNs open. */
static void compare(real x, real y) {
    record->is_free |= !isfinite(x) || !isfinite(y) || are_zeros(x, y);
}

static real real_min(real x, real y) {
    compare(x, y);
    return y < x ? y : x;
}

static real real_max(real x, real y) {
    compare(x, y);
    return x < y ? y : x;
}

static real real_clamp(real x, real low, real high) {
    record->is_free |= low > high;
    return real_min(real_max(x, low), high);
}

#define INTEGER_FUNCTIONS(type)                                                                    \
    static type type##_min(type x, type y) {                                                       \
        return y < x ? y : x;                                                                      \
    }                                                                                              \
    static type type##_max(type x, type y) {                                                       \
        return x < y ? y : x;                                                                      \
    }                                                                                              \
    static type type##_clamp(type x, type low, type high) {                                        \
        return type##_min(type##_max(x, low), high);                                               \
    }                                                                                              \
    static type type##_abs(type x) {                                                               \
        return x < 0 ? -x : x;                                                                     \
    }
INTEGER_FUNCTIONS(int)
INTEGER_FUNCTIONS(long)

#define OF_TYPE(type, name) _Generic(type, int: int_##name, long: long_##name, default: real_##name)
#define real_abs            cl_fabs

/* ---- The names of the text ---- */

#define exp    cl_exp
#define exp2   cl_exp2
#define exp10  cl_exp10
#define expm1  cl_expm1
#define log    cl_log
#define log2   cl_log2
#define log10  cl_log10
#define log1p  cl_log1p
#define cbrt   cl_cbrt
#define sin    cl_sin
#define cos    cl_cos
#define tan    cl_tan
#define asin   cl_asin
#define acos   cl_acos
#define atan   cl_atan
#define sinh   cl_sinh
#define cosh   cl_cosh
#define tanh   cl_tanh
#define asinh  cl_asinh
#define acosh  cl_acosh
#define atanh  cl_atanh
#define erf    cl_erf
#define erfc   cl_erfc
#define tgamma cl_tgamma
#define lgamma cl_lgamma
#define atan2  cl_atan2
#define hypot  cl_hypot
#ifdef OURS
#define outerfill_builtin_pow cl_pow
#include "constant_powers.cl"
#else
#define pow cl_pow
#endif
#define powr      cl_powr
#define rootn     cl_rootn
#define pown      cl_pown
#define sqrt      cl_sqrt
#define floor     cl_floor
#define ceil      cl_ceil
#define trunc     cl_trunc
#define rint      cl_rint
#define round     cl_round
#define fabs      cl_fabs
#define fmod      cl_fmod
#define remainder cl_remainder
#define fdim      cl_fdim
#define fma       cl_fma
#define ldexp     cl_ldexp
#define fmin      cl_fmin
#define fmax      cl_fmax
#define copysign  cl_copysign
#undef signbit
#undef isnan
#undef isinf
#undef isfinite
#define signbit        cl_signbit
#define isnan          cl_isnan
#define isinf          cl_isinf
#define isfinite       cl_isfinite
#define min(x, y)      OF_TYPE((x) + (y), min)(x, y)
#define max(x, y)      OF_TYPE((x) + (y), max)(x, y)
#define clamp(x, y, z) OF_TYPE((x) + (y) + (z), clamp)(x, y, z)
#define abs(x)         OF_TYPE(x, abs)(x)

/* SPDX-License-Identifier: MIT
 *
 * accuracy_float32                names the functions of kernels/math_float32.cl
 * accuracy_float32 NAME STRIDE    compares one of them with libm's function of double, at every STRIDE-th float; a function of
 *                                 two arguments at 2^32 / STRIDE pairs. Prints its worst error in units of the last place of the
 *                                 true result, and where that is. Exit code 1: more than BOUND, or a zero, an infinity, a NaN or
 *                                 a sign that is not the true one */
#define _GNU_SOURCE /* exp10 */
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mathematics.h"

#define BOUND 0.6

/* ---- libm's functions, and those that it has not ---- */

static const long double pi = 3.14159265358979323846264338327950288L;

/* fmod is exact; so is the difference. */
static double true_sinpi(double x) {
    const double r = fmod(x, 2);
    const long double near = fabs(r) > 0.5 && fabs(r) <= 1.5 ? copysign(1, r) - r
                             : r > 1.5                       ? r - 2
                             : r < -1.5                      ? r + 2
                                                             : r;
    return near == 0 ? copysign(0, x) : (double)sinl(near * pi);
}

static double true_cospi(double x) {
    const double r = fmod(fabs(x), 2), far = r > 1 ? 2 - r : r;
    return isinf(x) ? NAN : far == 0.5 ? 0 : (double)sinl((0.5L - far) * pi);
}

/* Zeros and poles alternate in sign (OpenCL C 7.5.1). */
static double true_tanpi(double x) {
    const double r = fmod(fabs(x), 2), near = r > 1.5 ? r - 2 : r > 0.5 ? r - 1 : r;
    if (isinf(x)) return NAN;
    if (r == 0.5 || r == 1.5) return copysign(INFINITY, r == 0.5 ? x : -x);
    if (near == 0) return copysign(0, r == 1 ? -x : x);
    return copysign(1, x) * (double)tanl(near * pi);
}

static double true_asinpi(double x) {
    return (double)(asinl(x) / pi);
}

static double true_acospi(double x) {
    return (double)(acosl(x) / pi);
}

static double true_atanpi(double x) {
    return (double)(atanl(x) / pi);
}

static double true_atan2pi(double y, double x) {
    return (double)(atan2l(y, x) / pi);
}

static double true_powr(double x, double y) {
    const bool is_nan = x < 0 || ((x == 0 || isinf(x)) && y == 0) || (x == 1 && isinf(y));
    return is_nan ? NAN : pow(fabs(x), y);
}

static double true_rootn(double x, double n) {
    if (n == 0 || (x < 0 && fmod(n, 2) == 0)) return NAN;
    const double root = (double)powl(fabsl(x), 1.0L / n);
    return fmod(n, 2) == 0 ? root : copysign(root, x);
}

static float own_pown(float x, float n) {
    return outerfill_pownf(x, (int)n);
}

static float own_rootn(float x, float n) {
    return outerfill_rootnf(x, (int)n);
}

static const struct subject {
    const char *name;
    float (*one)(float);
    double (*true_one)(double);
    float (*two)(float, float);
    double (*true_two)(double, double);
    bool takes_integer; /* the second argument */
} subjects[] = {
#define ONE(name) {#name, outerfill_##name##f, name, NULL, NULL, false}
#define PI(name)  {#name, outerfill_##name##f, true_##name, NULL, NULL, false}
#define TWO(name) {#name, NULL, NULL, outerfill_##name##f, name, false}
    ONE(acos),
    ONE(acosh),
    ONE(asin),
    ONE(asinh),
    ONE(atan),
    ONE(atanh),
    ONE(cbrt),
    ONE(cos),
    ONE(cosh),
    PI(cospi),
    ONE(erf),
    ONE(erfc),
    ONE(exp),
    ONE(exp10),
    ONE(exp2),
    ONE(expm1),
    ONE(log),
    ONE(log10),
    ONE(log1p),
    ONE(log2),
    ONE(sin),
    ONE(sinh),
    PI(sinpi),
    ONE(tan),
    ONE(tanh),
    PI(tanpi),
    TWO(atan2),
    TWO(hypot),
    TWO(pow),
    PI(acospi),
    PI(asinpi),
    PI(atanpi),
    ONE(lgamma),
    ONE(tgamma),
    TWO(fmod),
    TWO(remainder),
    {"atan2pi", NULL, NULL, outerfill_atan2pif, true_atan2pi, false},
    {"powr", NULL, NULL, outerfill_powrf, true_powr, false},
    {"pown", NULL, NULL, own_pown, pow, true},
    {"rootn", NULL, NULL, own_rootn, true_rootn, true},
};

/* ---- Comparison ---- */

/* The error of `result` in ULP; INFINITY for what is wrong at any bound. */
static double error_of(float result, double expected) {
    if (isnan(result) || isnan(expected)) return isnan(result) && isnan(expected) ? 0 : INFINITY;
    if (!signbit(result) != !signbit(expected)) return INFINITY;
    if (expected == 0 || isinf(expected)) return result == expected ? 0 : INFINITY;
    int exponent;
    frexp(fabs(expected) > FLT_MAX ? FLT_MAX : expected, &exponent);
    /* an infinity stands for the power of two that it begins with */
    const double size = isinf(result) ? fmax(0x1p128, fabs(expected)) : fabs((double)result);
    return ldexp(fabs(size - fabs(expected)), 24 - (exponent < -125 ? -125 : exponent));
}

/* Half of the pairs have ordinary numbers, whose powers are finite, or an exponent that is one. */
static float second_argument(uint64_t number, bool takes_integer) {
    const uint64_t bits = number * 0x9e3779b97f4a7c15u >> 32;
    const float any = as_float((uint)bits), ordinary = (float)((double)bits * 0x1p-32 * 40 - 20);
    const float drawn = bits & 1 ? any : ordinary;
    if (!takes_integer) return drawn;
    return fabsf(drawn) < 16777216 ? nearbyintf(drawn) : (float)(bits & 255);
}

/* Of the other argument three in four are between 2^-4 and 2^4. */
static float first_argument(uint64_t number) {
    const uint bits = (uint)number;
    return number % 4 == 0 ? as_float(bits) : as_float((bits & 0x83ffffffu) + 0x3d800000u);
}

int main(int argc, char **argv) {
    for (size_t k = 0; k < sizeof subjects / sizeof *subjects; k++) {
        const struct subject *subject = &subjects[k];
        if (argc < 3) printf("%s\n", subject->name);
        if (argc < 3 || strcmp(subject->name, argv[1]) != 0) continue;
        double worst = 0;
        float worst_x = 0, worst_y = 0;
        for (uint64_t number = 0; number < UINT64_C(1) << 32;
             number += strtoul(argv[2], NULL, 10)) {
            const float x = subject->one ? as_float((uint)number) : first_argument(number);
            const float y = subject->one ? 0 : second_argument(number, subject->takes_integer);
            if (isnan(x) || isnan(y)) continue;
            const double error = subject->one
                                     ? error_of(subject->one(x), subject->true_one(x))
                                     : error_of(subject->two(x, y), subject->true_two(x, y));
            if (error > worst) worst = error, worst_x = x, worst_y = y;
        }
        if (subject->one && !isnan(subject->one(NAN))) worst = INFINITY, worst_x = NAN;
        printf("%sf %.3f of %g ULP, at %a", subject->name, worst, BOUND, worst_x);
        if (subject->two) printf(", %a", worst_y);
        printf("\n");
        return worst > BOUND;
    }
    return argc < 3 ? 0 : 2;
}

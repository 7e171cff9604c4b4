/* SPDX-License-Identifier: MIT
 *
 * accuracy              names the functions of kernels/math_float64.cl
 * accuracy NAME COUNT   compares one of them with MPFR, at COUNT arguments and at special ones. Prints its worst error in units
 *                       of the last place of the true result, its bound, and where that is. Exit code 1: beyond the bound, or
 *                       a zero, an infinity, a NaN or a sign that is not the true one */
#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mathematics.h"

/* ---- The functions ---- */

#define TINY     0x1p-1074
#define GREATEST 0x1.fffffffffffffp+1023
#define PI       0x1.921fb54442d18p+1

struct range {
    double from, to;
};

enum arguments {
    ANY,
    WHOLE_SECOND,   /* the second is an integer */
    NEAR_MULTIPLES, /* half are near multiples of half the second */
    NEAR_INTEGERS,  /* half are near integers and half-integers */
};

typedef int mpfr_1(mpfr_t, const mpfr_t, mpfr_rnd_t);
typedef int mpfr_2(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);

struct subject {
    const char *name;
    double bound; /* in ULP */
    double (*one)(double);
    mpfr_1 *true_one;
    double (*two)(double, double);
    mpfr_2 *true_two;
    enum arguments arguments;
    struct range ranges[4], second[4]; /* of both signs, from > 0: logarithmic */
};

#define ONE(name)                                                                                  \
    static double own_##name(double x) {                                                           \
        return outerfill_##name(x);                                                                \
    }
#define TWO(name)                                                                                  \
    static double own_##name(double x, double y) {                                                 \
        return outerfill_##name(x, y);                                                             \
    }
#define INTEGER(name)                                                                              \
    static double own_##name(double x, double y) {                                                 \
        return outerfill_##name(x, (int)y);                                                        \
    }
#define EACH_ONE(DO)                                                                               \
    DO(exp)                                                                                        \
    DO(exp2)                                                                                       \
    DO(exp10)                                                                                      \
    DO(expm1)                                                                                      \
    DO(sinh)                                                                                       \
    DO(cosh)                                                                                       \
    DO(tanh)                                                                                       \
    DO(log)                                                                                        \
    DO(log2)                                                                                       \
    DO(log10)                                                                                      \
    DO(log1p)                                                                                      \
    DO(asinh)                                                                                      \
    DO(acosh)                                                                                      \
    DO(atanh)                                                                                      \
    DO(cbrt)                                                                                       \
    DO(sin)                                                                                        \
    DO(cos)                                                                                        \
    DO(tan)                                                                                        \
    DO(sinpi)                                                                                      \
    DO(cospi)                                                                                      \
    DO(tanpi)                                                                                      \
    DO(atan)                                                                                       \
    DO(asin)                                                                                       \
    DO(acos)                                                                                       \
    DO(asinpi)                                                                                     \
    DO(acospi)                                                                                     \
    DO(atanpi)                                                                                     \
    DO(erf)                                                                                        \
    DO(erfc)                                                                                       \
    DO(tgamma)                                                                                     \
    DO(lgamma)                                                                                     \
    DO(pow_3)                                                                                      \
    DO(pow_4)                                                                                      \
    DO(pow_5)
EACH_ONE(ONE)
TWO(pow)
TWO(powr)
TWO(hypot)
TWO(atan2)
TWO(atan2pi)
TWO(fmod)
TWO(remainder)
INTEGER(pown)
INTEGER(rootn)

#define CONSTANT_POWER(y)                                                                          \
    static int mpfr_pow_##y(mpfr_t result, const mpfr_t x, mpfr_rnd_t rounding) {                  \
        return mpfr_pow_ui(result, x, y, rounding);                                                \
    }
CONSTANT_POWER(3)
CONSTANT_POWER(4)
CONSTANT_POWER(5)

static int true_rootn(mpfr_t result, const mpfr_t x, const mpfr_t y, mpfr_rnd_t rounding) {
    return mpfr_rootn_si(result, x, mpfr_get_si(y, rounding), rounding);
}

static int true_pown(mpfr_t result, const mpfr_t x, const mpfr_t y, mpfr_rnd_t rounding) {
    return mpfr_pow_si(result, x, mpfr_get_si(y, rounding), rounding);
}

static int true_tgamma(mpfr_t result, const mpfr_t x, mpfr_rnd_t rounding) {
    return mpfr_gamma(result, x, rounding);
}

static int true_lgamma(mpfr_t result, const mpfr_t x, mpfr_rnd_t rounding) {
    int sign;
    return mpfr_lgamma(result, &sign, x, rounding);
}

#define OF_ONE(name, bound, ...)                                                                   \
    {                                                                                              \
        #name, bound, own_##name, mpfr_##name, NULL, NULL, ANY, {__VA_ARGS__}, {{0, 0}}            \
    }
#define OF_GAMMA(name, bound, ...)                                                                 \
    {                                                                                              \
        #name, bound, own_##name, true_##name, NULL, NULL, NEAR_INTEGERS, {__VA_ARGS__}, {{0, 0}}  \
    }
#define ALL {TINY, GREATEST}
static const struct subject subjects[] = {
    OF_ONE(exp, 1, {-746, 710}, {-1, 1}, {TINY, 1}),
    OF_ONE(exp2, 1, {-1076, 1025}, {-1, 1}, {TINY, 1}),
    OF_ONE(exp10, 1, {-324, 309}, {-1, 1}, {TINY, 1}),
    OF_ONE(expm1, 1, {-40, 710}, {-1, 1}, {TINY, 1}),
    OF_ONE(log, 1, {0.5, 2}, {0.99, 1.01}, ALL),
    OF_ONE(log2, 1, {0.5, 2}, {0.99, 1.01}, ALL),
    OF_ONE(log10, 1, {0.5, 2}, {0.99, 1.01}, ALL),
    OF_ONE(log1p, 1, {-1, 3}, {TINY, 1}, {1, GREATEST}),
    {"pow",
     1,
     NULL,
     NULL,
     own_pow,
     mpfr_pow,
     ANY,
     {{0.7, 1.45}, {0.99, 1.01}, ALL, {0, 10}},
     {{-2000, 2000}, {-70000, 70000}, {-2, 2}, {-20, 20}}},
    OF_ONE(pow_3, 1, {-10, 10}, {0x1p-360, 0x1p342}, ALL),
    OF_ONE(pow_4, 1, {-10, 10}, {0x1p-270, 0x1p257}, ALL),
    OF_ONE(pow_5, 1, {-10, 10}, {0x1p-216, 0x1p205}, ALL),
    {"powr",
     1,
     NULL,
     NULL,
     own_powr,
     mpfr_powr,
     ANY,
     {{0.7, 1.45}, {0.99, 1.01}, ALL, {0, 10}},
     {{-2000, 2000}, {-70000, 70000}, {-2, 2}, {-20, 20}}},
    {"pown",
     1,
     NULL,
     NULL,
     own_pown,
     true_pown,
     WHOLE_SECOND,
     {{0.7, 1.45}, {0.99, 1.01}, ALL, {-10, 10}},
     {{-2000, 2000}, {-70000, 70000}, {-3, 3}, {-20, 20}}},
    OF_ONE(sin, 1, {-10, 10}, {TINY, 0x1p41}, {0x1p39, GREATEST}),
    OF_ONE(cos, 1, {-10, 10}, {TINY, 0x1p41}, {0x1p39, GREATEST}),
    OF_ONE(sinpi, 1, {-4, 4}, {TINY, 0x1p54}),
    OF_ONE(cospi, 1, {-4, 4}, {TINY, 0x1p54}),
    {"rootn",
     2,
     NULL,
     NULL,
     own_rootn,
     true_rootn,
     WHOLE_SECOND,
     {{0, 10}, ALL},
     {{-10, 10}, {-2000, 2000}}},
    OF_ONE(cbrt, 2, {-10, 10}, ALL),
    {"hypot",
     2,
     NULL,
     NULL,
     own_hypot,
     mpfr_hypot,
     ANY,
     {{-2, 2}, ALL, {0x1p-1074, 0x1p-1000}},
     {{-2, 2}, ALL, {0x1p-1074, 0x1p-1000}}},
    OF_ONE(tan, 2, {-10, 10}, {TINY, 0x1p41}, {0x1p39, GREATEST}),
    OF_ONE(tanpi, 2, {-4, 4}, {TINY, 0x1p54}),
    OF_ONE(asin, 2, {-1, 1}, {TINY, 1}),
    OF_ONE(acos, 2, {-1, 1}, {TINY, 1}),
    OF_ONE(atan, 2, {-10, 10}, ALL),
    {"atan2",
     2,
     NULL,
     NULL,
     own_atan2,
     mpfr_atan2,
     ANY,
     {{-2, 2}, ALL, {1e-3, 1e3}},
     {{-2, 2}, ALL, {1e-3, 1e3}}},
    OF_ONE(asinpi, 2, {-1, 1}, {TINY, 1}, {0x1p-1030, 0x1p-960}),
    OF_ONE(acospi, 2, {-1, 1}, {TINY, 1}),
    OF_ONE(atanpi, 2, {-10, 10}, ALL, {0x1p-1030, 0x1p-960}),
    {"atan2pi",
     2,
     NULL,
     NULL,
     own_atan2pi,
     mpfr_atan2pi,
     ANY,
     {{-2, 2}, ALL, {1e-3, 1e3}, {0x1p-1074, 0x1p-1000}},
     {{-2, 2}, ALL, {1e-3, 1e3}, {0x1p-20, 0x1p20}}},
    {"fmod",
     0,
     NULL,
     NULL,
     own_fmod,
     mpfr_fmod,
     NEAR_MULTIPLES,
     {{-10, 10}, ALL, {0x1p49, 0x1p54}},
     {{-10, 10}, ALL, {0.5, 2}}},
    {"remainder",
     0,
     NULL,
     NULL,
     own_remainder,
     mpfr_remainder,
     NEAR_MULTIPLES,
     {{-10, 10}, ALL, {0x1p49, 0x1p54}},
     {{-10, 10}, ALL, {0.5, 2}}},
    OF_GAMMA(tgamma, 2, {-10, 10}, {-190, 172}, {TINY, 1}, {0x1p-1025, 0x1p-1020}),
    OF_GAMMA(lgamma, 2, {-10, 10}, {0.5, 2.5}, ALL, {-200, 0}),
    OF_ONE(sinh, 2, {-3, 3}, {TINY, 711}, {700, 711}),
    OF_ONE(cosh, 2, {-3, 3}, {TINY, 711}, {700, 711}),
    OF_ONE(tanh, 2, {-3, 3}, {TINY, 40}),
    OF_ONE(asinh, 2, {-3, 3}, ALL),
    OF_ONE(acosh, 2, {1, 2}, {1, GREATEST}),
    OF_ONE(atanh, 2, {-1, 1}, {TINY, 1}),
    OF_ONE(erf, 2, {-6.5, 6.5}, {-1.2, 1.2}, {TINY, 6}),
    OF_ONE(erfc, 2, {-6.5, 6.5}, {-1.2, 1.2}, {0.2, 28}, {26, 27.5}),
};
#define NUM_SUBJECTS (sizeof subjects / sizeof *subjects)

/* ---- Arguments ---- */

static uint64_t state = 88172645463325252u; /* of Marsaglia's xorshift */

static uint64_t draw(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static double draw_from(struct range range) {
    const double u = (double)(draw() >> 11) * 0x1p-53;
    if (range.from <= 0 || range.to < 100 * range.from)
        return range.from + (range.to - range.from) * u;
    const double x = exp(log(range.from) + u * (log(range.to) - log(range.from)));
    return draw() & 1 ? x : -x;
}

/* One in eight is any double, and one in eight is near a multiple of pi / 2 or of log(2) / 2, where a reduction cancels. */
static double draw_argument(const struct range *ranges) {
    size_t number = 1;
    while (number < 4 && ranges[number].to != ranges[number].from) number++;
    const uint64_t kind = draw() % 8;
    if (kind == 0) return as_double(draw());
    const double x = draw_from(ranges[draw() % number]);
    if (kind > 1) return x;
    const double unit = draw() & 1 ? PI / 2 : 0x1.62e42fefa39efp-2;
    return nearbyint(x / unit) * unit;
}

/* A number near a multiple of 1/2, near x too. */
static double draw_near_integer(double x) {
    const double distance = as_double((1023 - draw() % 60) << 52) * (draw() & 1 ? 0.5 : -0.25);
    return 0.5 * nearbyint(2 * x) + distance;
}

/* A multiple of y / 2, or one of the next two numbers on either side. */
static double draw_multiple(double y) {
    const double multiple = 0.5 * y * nearbyint(draw_from((struct range){1, 0x1p56}));
    return as_double(as_ulong(multiple) + draw() % 5 - 2);
}

static const double special[] = {0.0,
                                 1.0,
                                 0.5,
                                 0.25,
                                 1.5,
                                 2.0,
                                 2.5,
                                 3.0,
                                 4.0,
                                 5.0,
                                 1e300,
                                 1e-300,
                                 40.0,
                                 700.0,
                                 709.78,
                                 710.4,
                                 745.13,
                                 745.2,
                                 1023.0,
                                 1024.0,
                                 1074.0,
                                 1075.0,
                                 TINY,
                                 GREATEST,
                                 INFINITY,
                                 1e22,
                                 0x1p40,
                                 0x1p51,
                                 0x1p52,
                                 0x1p53,
                                 0x1p54,
                                 0x1p-54,
                                 0x1p-1022,
                                 0x1.fffffffffffffp-1,
                                 0x1.0000000000001p+0,
                                 0x1.fffffffffffffp-1023,
                                 0x1.6ac5b262ca1ffp+849,
                                 0x1.921fb54442d18p+0,
                                 0x1.a827999fcef32p-2,
                                 4503599627370497.0,
                                 4503599627370495.5,
                                 9007199254740991.0,
                                 0.3,
                                 308.25,
                                 323.6,
                                 20.0,
                                 22.0,
                                 27.2,
                                 26.6,
                                 8.0,
                                 0x1.fffffffffffffp+2,
                                 0x1.0000000000001p-1,
                                 171.62,
                                 0x1.573fae561f647p+7,
                                 0x1.573fae561f648p+7,
                                 0x1p-1024,
                                 0x1.754d9278b51a7p+1014,
                                 0x1.754d9278b51a8p+1014,
                                 0.89,
                                 1.14,
                                 1.82,
                                 2.14,
                                 0x1.0000000000004p-1024};
#define NUM_SPECIAL (sizeof special / sizeof *special)

static double get_special(size_t k) {
    return k < NUM_SPECIAL ? special[k] : -special[k - NUM_SPECIAL];
}

/* ---- Comparison ---- */

struct worst {
    double error, x, y, result;
};

/* The error of `result` in ULP; INFINITY for what is wrong at any bound. */
static double error_of(double result, const mpfr_t true_result) {
    const double nearest = mpfr_get_d(true_result, MPFR_RNDN);
    if (isnan(result) || isnan(nearest)) return isnan(result) && isnan(nearest) ? 0 : INFINITY;
    if (mpfr_inf_p(true_result) || mpfr_zero_p(true_result))
        return result == nearest && !signbit(result) == !signbit(nearest) ? 0 : INFINITY;
    if (!signbit(result) != !signbit(nearest)) return INFINITY;
    int exponent;
    frexp(isinf(nearest) ? GREATEST : nearest, &exponent);
    if (exponent < -1021) exponent = -1021;
    mpfr_t difference;
    mpfr_init2(difference, 200);
    /* an infinity stands for the power of two that it begins with */
    if (isinf(result))
        mpfr_set_ui_2exp(difference, 1, 1024, MPFR_RNDN);
    else
        mpfr_set_d(difference, fabs(result), MPFR_RNDN);
    mpfr_t size;
    mpfr_init2(size, 200);
    mpfr_abs(size, true_result, MPFR_RNDN);
    if (isinf(result) && mpfr_cmp(size, difference) >= 0) mpfr_set(difference, size, MPFR_RNDN);
    mpfr_sub(difference, difference, size, MPFR_RNDN);
    mpfr_mul_2si(difference, difference, 53 - exponent, MPFR_RNDN);
    const double error = fabs(mpfr_get_d(difference, MPFR_RNDN));
    mpfr_clears(difference, size, (mpfr_ptr)0);
    return error;
}

/* lgamma near its zeros on the negative axis promises an absolute error. */
static bool is_absolute(const struct subject *subject, double x, const mpfr_t true_result) {
    return subject->true_one == true_lgamma && x < 0 &&
           fabs(mpfr_get_d(true_result, MPFR_RNDN)) < 0.5;
}

/* The error in units of the last place of 1. */
static double absolute_error_of(double result, const mpfr_t true_result) {
    mpfr_t difference;
    mpfr_init2(difference, 200);
    mpfr_sub_d(difference, true_result, result, MPFR_RNDN);
    const double error = fabs(mpfr_get_d(difference, MPFR_RNDN)) * 0x1p52;
    mpfr_clear(difference);
    return isnan(error) ? INFINITY : error;
}

static void compare(const struct subject *subject, double x, double y, struct worst *worst) {
    static mpfr_t true_x, true_y, true_result;
    static bool is_initialised;
    if (!is_initialised) mpfr_inits2(120, true_x, true_y, true_result, (mpfr_ptr)0);
    is_initialised = true;
    if (isnan(x) || isnan(y)) return;
    mpfr_set_d(true_x, x, MPFR_RNDN);
    mpfr_set_d(true_y, y, MPFR_RNDN);
    if (subject->one)
        subject->true_one(true_result, true_x, MPFR_RNDN);
    else
        subject->true_two(true_result, true_x, true_y, MPFR_RNDN);
    const double result = subject->one ? subject->one(x) : subject->two(x, y);
    const double error = is_absolute(subject, x, true_result)
                             ? absolute_error_of(result, true_result)
                             : error_of(result, true_result);
    if (error > worst->error) *worst = (struct worst){error, x, y, result};
}

static void compare_special(const struct subject *subject, struct worst *worst) {
    for (size_t k = 0; k < 2 * NUM_SPECIAL; k++) {
        if (subject->one) compare(subject, get_special(k), 0, worst);
        for (size_t l = 0; !subject->one && l < 2 * NUM_SPECIAL; l++)
            if (subject->arguments != WHOLE_SECOND ||
                (fabs(get_special(l)) < 2e9 && get_special(l) == (int)get_special(l)))
                compare(subject, get_special(k), get_special(l), worst);
    }
}

/* NaN gives NaN. kernels/builtins.cl answers it for the others. */
static void compare_nan(const struct subject *subject, struct worst *worst) {
    static const char *const others[] = {"pow", "pown", "rootn", "hypot"};
    bool is_right = true;
    for (size_t k = 0; k < sizeof others / sizeof *others; k++)
        if (strcmp(subject->name, others[k]) == 0) return;
    if (subject->one)
        is_right = isnan(subject->one(NAN));
    else
        is_right = isnan(subject->two(NAN, 1.5)) && isnan(subject->two(1.5, NAN)) &&
                   isnan(subject->two(NAN, NAN));
    if (!is_right) *worst = (struct worst){INFINITY, NAN, NAN, 0};
}

static void compare_drawn(const struct subject *subject, long count, struct worst *worst) {
    for (long k = 0; k < count; k++) {
        double x = draw_argument(subject->ranges);
        const double y = subject->two ? draw_argument(subject->second) : 0;
        if (subject->arguments == NEAR_MULTIPLES && draw() & 1) x = draw_multiple(y);
        if (subject->arguments == NEAR_INTEGERS && draw() & 1) x = draw_near_integer(x);
        if (subject->arguments != WHOLE_SECOND)
            compare(subject, x, y, worst);
        else if (fabs(y) < 2e9)
            compare(subject, x, nearbyint(y), worst);
    }
}

int main(int argc, char **argv) {
    for (size_t k = 0; k < NUM_SUBJECTS; k++) {
        const struct subject *subject = &subjects[k];
        if (argc < 3) printf("%s\n", subject->name);
        if (argc < 3 || strcmp(subject->name, argv[1]) != 0) continue;
        struct worst worst = {0, 0, 0, 0};
        compare_special(subject, &worst);
        compare_nan(subject, &worst);
        compare_drawn(subject, atol(argv[2]), &worst);
        printf("%s %.3f of %g ULP, at %a", subject->name, worst.error, subject->bound, worst.x);
        if (subject->two) printf(", %a", worst.y);
        printf(": %a\n", worst.result);
        return worst.error > subject->bound;
    }
    return argc < 3 ? 0 : 2;
}

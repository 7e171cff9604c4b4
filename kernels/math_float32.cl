/* SPDX-License-Identifier: MIT
 *
 * Mathematical functions of float32 for CPUs. They are computed in float64 and rounded once. With
 * 29 bits to spare, nothing needs pairs. The functions that texts call most have polynomials of
 * their own, with a relative error near 2^-30. The others are those of kernels/math_float64.cl,
 * which stands before this file. NaN is as there.
 *
 * kernels/math_float32.sollya computes the coefficients. host/doc/mathematics.md has the errors. */

/* ---- exp ---- */

/* 2^(x scale), for a product from -1000 to 1000. The last bits of sum are those of an integer. */
OUTERFILL_MATH double outerfill_short_exp2(const double x, const double scale) {
    const double sum = fma(x, scale, OUTERFILL_TO_INTEGER);
    const double t = fma(x, scale, -(sum - OUTERFILL_TO_INTEGER)), t2 = t * t;
    const double p0 = fma(t, 0x1.62e430d08888dp-1, 0x1.ffffffff4dbdcp-1);
    const double p2 = fma(t, 0x1.c6aecbfb7ce36p-5, 0x1.ebfbe10e870efp-3);
    const double p4 =
        fma(t2, 0x1.449928e25251p-13, fma(t, 0x1.5f48f45ce7bd7p-10, 0x1.3b2995b6cd567p-7));
    const double p = fma(t2, fma(t2, p4, p2), p0);
    return as_double(as_ulong(p) + (as_ulong(sum) << 52));
}

/* exp(x) - 1 = 2^k (2^t - 1) + (2^k - 1), for x from -40 to 100. */
OUTERFILL_MATH double outerfill_short_expm1(const double x) {
    const double sum = fma(x, OUTERFILL_LOG2_E, OUTERFILL_TO_INTEGER);
    const double k = sum - OUTERFILL_TO_INTEGER, t = fma(x, OUTERFILL_LOG2_E, -k), t2 = t * t;
    const double p0 = fma(t, 0x1.ebfbe04610fa5p-3, 0x1.62e42fef95e68p-1);
    const double p2 = fma(t, 0x1.3b2a1b4d335d9p-7, 0x1.c6b08dc5fde47p-5);
    const double p4 =
        fma(t2, 0x1.00dc679e110ddp-16, fma(t, 0x1.4440230eec58ap-13, 0x1.5d874c5572c1dp-10));
    const double scale = outerfill_power_of_2(k);
    return fma(scale * t, fma(t2, fma(t2, p4, p2), p0), scale - 1.0);
}

OUTERFILL_MATH float outerfill_expf(const float x) {
    return (float)outerfill_short_exp2(OUTERFILL_CLAMP(x, -105.0f, 90.0f), OUTERFILL_LOG2_E);
}

OUTERFILL_MATH float outerfill_exp2f(const float x) {
    return (float)outerfill_short_exp2(OUTERFILL_CLAMP(x, -152.0f, 130.0f), 1.0);
}

OUTERFILL_MATH float outerfill_exp10f(const float x) {
    return (float)outerfill_short_exp2(OUTERFILL_CLAMP(x, -46.0f, 40.0f), 0x1.a934f0979a371p+1);
}

OUTERFILL_MATH float outerfill_expm1f(const float x) {
    const float result = (float)outerfill_short_expm1(OUTERFILL_CLAMP(x, -40.0f, 90.0f));
    return x == 0.0f ? x : result;
}

/* (E + E / (E + 1)) / 2 of E = exp(|x|) - 1 */
OUTERFILL_MATH float outerfill_sinhf(const float x) {
    const double size = fabs((double)x), e = outerfill_short_expm1(size > 90.0 ? 90.0 : size);
    return (float)outerfill_times_sign(0.5 * (e + e / (e + 1.0)), x);
}

OUTERFILL_MATH float outerfill_coshf(const float x) {
    const double size = fabs((double)x),
                 e = outerfill_short_exp2(size > 90.0 ? 90.0 : size, OUTERFILL_LOG2_E);
    return (float)(0.5 * (e + 1.0 / e));
}

/* E / (E + 2) of E = exp(2 |x|) - 1 */
OUTERFILL_MATH float outerfill_tanhf(const float x) {
    const double size = fabs((double)x), e = outerfill_short_expm1(size > 10.0 ? 20.0 : 2.0 * size);
    return (float)outerfill_times_sign(e / (e + 2.0), x);
}

/* ---- log ---- */

/* A positive number as 2^k (1 + f), 1 + f from sqrt(1/2) to sqrt(2). Expands to declarations of k
 * and f. */
#define OUTERFILL_SPLIT_FLOAT(x)                                                                   \
    const float normal_ = (x) < 0x1p-126f ? (x) * 0x1p23f : (x);                                   \
    const uint offset_ = as_uint(normal_) - 0x3f3504f3u + (127u << 23);                            \
    const double k = (double)((int)(offset_ >> 23) - ((x) < 0x1p-126f ? 127 + 23 : 127));          \
    const double f = (double)as_float((offset_ & 0x007fffffu) + 0x3f3504f3u) - 1.0;

/* log(1 + f). */
OUTERFILL_MATH double outerfill_log_of_1_plus(const double f) {
    const double f2 = f * f;
    const double p0 = fma(f, 0x1.55554e26dbde7p-2, -0x1.00000005521edp-1);
    const double p2 = fma(f, 0x1.99a125a8a2863p-3, -0x1.ffffd9751015cp-3);
    const double p4 = fma(f, 0x1.2383d8e384758p-3, -0x1.5564df08ebdd5p-3);
    const double p6 = fma(f, 0x1.e1cb328dcbbe9p-4, -0x1.fb48b1b3b2996p-4);
    const double p8 = fma(f, 0x1.239d95b8b58dfp-4, -0x1.e16d9401739b7p-4);
    const double p = fma(f2, fma(f2, fma(f2, fma(f2, p8, p6), p4), p2), p0);
    return fma(f2, p, f);
}

#define OUTERFILL_LOGF_LIMITS(x, result)                                                           \
    ((x) == 0.0f ? -INFINITY : (x) == INFINITY ? INFINITY : (x) > 0.0f ? (float)(result) : NAN)

OUTERFILL_MATH float outerfill_logf(const float x) {
    OUTERFILL_SPLIT_FLOAT(x)
    const double result = fma(k, OUTERFILL_LN2_HI, outerfill_log_of_1_plus(f));
    return OUTERFILL_LOGF_LIMITS(x, result);
}

OUTERFILL_MATH float outerfill_log2f(const float x) {
    OUTERFILL_SPLIT_FLOAT(x)
    const double result = fma(outerfill_log_of_1_plus(f), OUTERFILL_LOG2_E, k);
    return OUTERFILL_LOGF_LIMITS(x, result);
}

OUTERFILL_MATH float outerfill_log10f(const float x) {
    OUTERFILL_SPLIT_FLOAT(x)
    const double result =
        fma(outerfill_log_of_1_plus(f), OUTERFILL_LOG10_E, k * 0x1.34413509f79ffp-2);
    return OUTERFILL_LOGF_LIMITS(x, result);
}

/* ---- pow ---- */

/* log2(1 + f), to 2^-37. */
OUTERFILL_MATH double outerfill_log2_of_1_plus(const double f) {
    const double f2 = f * f;
    const double p0 = fma(f, 0x1.ec709dc870d77p-2, -0x1.715476528a9d2p-1);
    const double p2 = fma(f, 0x1.2776c145ff5b3p-2, -0x1.7154774c30c48p-2);
    const double p4 = fma(f, 0x1.a618a02672c5p-3, -0x1.ec6fbb5607376p-3);
    const double p6 = fma(f, 0x1.484ae3b1e2ab3p-3, -0x1.717abfafa9f8cp-3);
    const double p8 = fma(f, 0x1.09b74f80deeedp-3, -0x1.2487a977fd2b4p-3);
    const double p10 =
        fma(f2, -0x1.2e902a1b2fa3ap-4, fma(f, 0x1.11a4c1608a68bp-3, -0x1.0f9feeb02a8bbp-3));
    const double p = fma(f2, fma(f2, fma(f2, fma(f2, fma(f2, p10, p8), p6), p4), p2), p0);
    return fma(f2, p, f * OUTERFILL_LOG2_E);
}

/* x^y of x >= 0. */
OUTERFILL_MATH float outerfill_powf_positive(const float x, const double y) {
    OUTERFILL_SPLIT_FLOAT(x)
    const double log_x = x == 0.0f       ? -(double)INFINITY
                         : x == INFINITY ? (double)INFINITY
                                         : k + outerfill_log2_of_1_plus(f);
    const double product = y * log_x;
    return (float)outerfill_short_exp2(OUTERFILL_CLAMP(product, -152.0, 130.0), 1.0);
}

/* The nearest integer to x, from 0 to 2^23. */
OUTERFILL_MATH float outerfill_nearest_positivef(const float x) {
    return (x + 0x1p23f) - 0x1p23f;
}

OUTERFILL_MATH float outerfill_with_sign_of_float(const float magnitude, const float sign) {
    return as_float(as_uint(magnitude) | (as_uint(sign) & 0x80000000u));
}

OUTERFILL_MATH float outerfill_powf(const float x, const float y) {
    const float size = fabs(y), halved = 0.5f * size;
    const bool is_integer = size >= 0x1p23f || outerfill_nearest_positivef(size) == size;
    const bool is_even = size >= 0x1p24f || outerfill_nearest_positivef(halved) == halved;
    const float power = outerfill_powf_positive(fabs(x), (double)y);
    const float with_sign = is_integer && !is_even ? outerfill_with_sign_of_float(power, x) : power;
    const float result = x < 0.0f && !is_integer && x != -INFINITY ? NAN : with_sign;
    return y == 0.0f || (fabs(x) == 1.0f && size == INFINITY) ? 1.0f : result;
}

OUTERFILL_MATH float outerfill_powrf(const float x, const float y) {
    return !(x >= 0.0f) ? NAN : outerfill_powf_positive(fabs(x), (double)y);
}

OUTERFILL_MATH float outerfill_pownf(const float x, const int y) {
    const float power = outerfill_powf_positive(fabs(x), (double)y);
    return y == 0 ? 1.0f : (y & 1) ? outerfill_with_sign_of_float(power, x) : power;
}

OUTERFILL_MATH float outerfill_rootnf(const float x, const int n) {
    const float root = outerfill_powf_positive(fabs(x), 1.0 / (double)n);
    return (n & 1) ? outerfill_with_sign_of_float(root, x) : x < 0.0f || n == 0 ? NAN : root;
}

/* ---- sin, cos, tan ---- */

/* sin(r), |r| <= pi / 4. */
OUTERFILL_MATH double outerfill_short_sine(const double r) {
    const double z = r * r;
    const double p0 = fma(z, 0x1.11110df00e81dp-7, -0x1.555555545e848p-3);
    const double p2 = fma(z, 0x1.6dbe49c0624e7p-19, -0x1.a013a8866ad03p-13);
    return fma(r * z, fma(z * z, p2, p0), r);
}

OUTERFILL_MATH double outerfill_short_cosine(const double r) {
    const double z = r * r;
    const double p0 = fma(z, 0x1.55554cbe1e281p-5, -0x1.fffffffab4f3ep-2);
    const double p2 = fma(z, 0x1.9a6f964ac784ap-16, -0x1.6c0e0a0a1d43ep-10);
    return fma(z, fma(z * z, p2, p0), 1.0);
}

/* x = k pi / 2 + r, |x| <= OUTERFILL_ORDINARY_ANGLE. Expands to declarations of r and quadrant,
 * whose last two bits are those of k. */
#define OUTERFILL_REDUCE_FLOAT_ANGLE(x)                                                            \
    const double sum_ = fma((double)(x), 0x1.45f306dc9c883p-1, OUTERFILL_TO_INTEGER);              \
    const double k_ = sum_ - OUTERFILL_TO_INTEGER;                                                 \
    const double r = fma(-k_, OUTERFILL_HALF_PI_2, fma(-k_, OUTERFILL_HALF_PI_1, (double)(x)));    \
    const ulong quadrant = as_ulong(sum_);

/* sin(quadrant pi / 2 + r); cos with quadrant + 1. */
OUTERFILL_MATH float outerfill_short_sine_of_turn(const double r, const ulong quadrant) {
    const double value =
        OUTERFILL_EITHER((quadrant & 1) != 0, outerfill_short_cosine(r), outerfill_short_sine(r));
    return (float)as_double(as_ulong(value) ^ (quadrant & 2) << 62);
}

OUTERFILL_MATH float outerfill_sinf_ordinary(const float x) {
    OUTERFILL_REDUCE_FLOAT_ANGLE(x)
    return x == 0.0f ? x : outerfill_short_sine_of_turn(r, quadrant);
}

OUTERFILL_MATH float outerfill_cosf_ordinary(const float x) {
    OUTERFILL_REDUCE_FLOAT_ANGLE(x)
    return outerfill_short_sine_of_turn(r, quadrant + 1);
}

OUTERFILL_MATH float outerfill_tanf_ordinary(const float x) {
    OUTERFILL_REDUCE_FLOAT_ANGLE(x)
    const double s = outerfill_short_sine(r), c = outerfill_short_cosine(r);
    const double over = (quadrant & 1) ? -c : s, under = (quadrant & 1) ? s : c;
    return x == 0.0f ? x : (float)(over / under);
}

#define OUTERFILL_ANY_FLOAT_ANGLE(name)                                                            \
    OUTERFILL_MATH float outerfill_##name##f(const float x) {                                      \
        return fabs(x) <= OUTERFILL_ORDINARY_FLOAT_ANGLE                                           \
                   ? outerfill_##name##f_ordinary(x)                                               \
                   : (float)outerfill_##name##_huge((double)x);                                    \
    }
#define OUTERFILL_ORDINARY_FLOAT_ANGLE 0x1p40f
OUTERFILL_ANY_FLOAT_ANGLE(sin)
OUTERFILL_ANY_FLOAT_ANGLE(cos)
OUTERFILL_ANY_FLOAT_ANGLE(tan)

/* ---- erf ---- */

/* erfc(y) = exp(-y^2) g(t) of t = (y - 4) / (y + 4), y from 0 to 10.1, after Shepherd and
 * Laframboise (kernels/math_float64.cl). The square is exact. */
OUTERFILL_MATH double outerfill_short_erfc(const double y) {
    const double t = (y - 4.0) / (y + 4.0), t2 = t * t, t4 = t2 * t2;
    const double p0 = fma(t, -0x1.0949226c9663ap-2, 0x1.18932befa3a85p-3);
    const double p2 = fma(t, -0x1.506669fb09d6ep-3, 0x1.bff01b1715bfcp-3);
    const double p4 = fma(t, -0x1.027d14cc03875p-4, 0x1.be4ff9bf55afdp-4);
    const double p6 = fma(t, -0x1.a4daa010edd53p-7, 0x1.006c077bd5e31p-5);
    const double p8 = fma(t, -0x1.ab29b211cfec3p-11, 0x1.093e907b725c4p-8);
    const double p10 =
        fma(t2, 0x1.0d2132efa1b09p-17, fma(t, 0x1.09fb041e5e097p-13, -0x1.fcfb78b2b9f86p-19));
    const double p = fma(t4, fma(t4, fma(t2, p10, p8), fma(t2, p6, p4)), fma(t2, p2, p0));
    return p * outerfill_short_exp2(-y * y, OUTERFILL_LOG2_E);
}

OUTERFILL_MATH float outerfill_erfcf(const float x) {
    const double y = fabs((double)x), far = outerfill_short_erfc(y > 10.1 ? 10.1 : y);
    return (float)(x < 0.0f ? 2.0 - far : far);
}

OUTERFILL_MATH float outerfill_erff(const float x) {
    const double y = fabs((double)x), z = y * y, z2 = z * z;
    const double p0 = fma(z, -0x1.81273eca98843p-2, 0x1.20dd74ff16423p+0);
    const double p2 = fma(z, -0x1.b7fbb44c91e58p-6, 0x1.ce2d1f957f065p-4);
    const double p4 =
        fma(z2, 0x1.4ae4c765c62cp-14, fma(z, -0x1.a485e8c79656dp-11, 0x1.5419f4812b1bbp-8));
    const double near = y * fma(z2, fma(z2, p4, p2), p0);
    const double result =
        OUTERFILL_EITHER(y < 1.0, near, 1.0 - outerfill_short_erfc(y > 5.0 ? 5.0 : y));
    return (float)outerfill_times_sign(result, x);
}

/* ---- tgamma ---- */

/* log2(Gamma(y)) by Stirling's series, y from 7.5 to 72. */
OUTERFILL_MATH double outerfill_short_log2_gamma(const double y) {
    OUTERFILL_SPLIT_NUMBER(y)
    const double w = 1.0 / y, z = w * w;
    const double series =
        w * fma(z, fma(z, fma(z, -1.0 / 1680.0, 1.0 / 1260.0), -1.0 / 360.0), 1.0 / 12.0);
    const double log = k + outerfill_log2_of_1_plus(m - 1.0);
    /* log2(2 pi) / 2 - y log2(e) */
    return fma(y - 0.5, log, fma(series - y, OUTERFILL_LOG2_E, 0x1.536439a4c6efcp+0));
}

/* The scheme is that of outerfill_tgamma. */
OUTERFILL_MATH float outerfill_tgammaf(const float x) {
    const double exact = (double)x, limited = OUTERFILL_CLAMP(exact, -64.0, 64.0);
    const bool is_left = x < -0.5f, is_near = fabs(x) < 8.0f;
    const double z = is_left ? -limited : limited,
                 log = outerfill_short_log2_gamma(is_near ? z + 8.0 : z);
    const double t = z + 4.0, t2 = t * t;
    const double factors = is_near ? t * (t2 - 1.0) * (t2 - 4.0) * (t2 - 9.0) : 1.0;
    OUTERFILL_REDUCE_TURN(exact)
    const double sine = (quadrant & 1) ? outerfill_short_cosine(r) : outerfill_short_sine(r);
    const double minus_sine = as_double(as_ulong(sine) ^ (~quadrant & 2) << 62);
    const double over = is_left ? 0x1.921fb54442d18p+1 * factors : 1.0;
    const double under = is_left   ? minus_sine * (is_near ? 1.0 : z)
                         : is_near ? factors * exact
                                   : 1.0;
    const double value = over / under * outerfill_short_exp2(is_left ? -log : log, 1.0);
    return is_left && sine == 0.0 ? NAN : (float)value;
}

/* ---- The others ---- */

/* The sum of two squares of floats neither overflows nor vanishes in float64. */
OUTERFILL_MATH float outerfill_hypotf(const float x, const float y) {
    return (float)sqrt(fma((double)x, (double)x, (double)y * (double)y));
}

#define OUTERFILL_ROUNDED_1(name)                                                                  \
    OUTERFILL_MATH float outerfill_##name##f(const float x) {                                      \
        return (float)outerfill_##name((double)x);                                                 \
    }
OUTERFILL_ROUNDED_1(acos)
OUTERFILL_ROUNDED_1(acosh)
OUTERFILL_ROUNDED_1(acospi)
OUTERFILL_ROUNDED_1(asin)
OUTERFILL_ROUNDED_1(asinh)
OUTERFILL_ROUNDED_1(asinpi)
OUTERFILL_ROUNDED_1(atan)
OUTERFILL_ROUNDED_1(atanh)
OUTERFILL_ROUNDED_1(atanpi)
OUTERFILL_ROUNDED_1(cbrt)
OUTERFILL_ROUNDED_1(cospi)
OUTERFILL_ROUNDED_1(lgamma)
OUTERFILL_ROUNDED_1(log1p)
OUTERFILL_ROUNDED_1(sinpi)
OUTERFILL_ROUNDED_1(tanpi)

#define OUTERFILL_ROUNDED_2(name)                                                                  \
    OUTERFILL_MATH float outerfill_##name##f(const float x, const float y) {                       \
        return (float)outerfill_##name((double)x, (double)y);                                      \
    }
OUTERFILL_ROUNDED_2(atan2)
OUTERFILL_ROUNDED_2(atan2pi)
OUTERFILL_ROUNDED_2(fmod) /* which is exact */
OUTERFILL_ROUNDED_2(remainder)

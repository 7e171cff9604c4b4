/* SPDX-License-Identifier: MIT
 *
 * Mathematical functions of float64 for CPUs, in place of the driver's. They have no branches and
 * call nothing but fma, fabs and sqrt, so that a compiler makes vector instructions of a loop that
 * calls them, also inside of ?: and if. Three kinds have branches: angles beyond 2^40, quotients of
 * fmod and remainder beyond 2^52, and the functions of a text with a loop. The bits of a result
 * depend on the arguments alone. NaN gives NaN, but for pow, pown, rootn and hypot, of which no
 * argument may be NaN.
 *
 * kernels/math_float64.sollya computes the coefficients. host/doc/mathematics.md has the errors.
 * The file also compiles as C, which is how tests/checks/mathematics measures them.
 *
 * The schemes are those of:
 *     W. J. Cody, W. Waite, Software Manual for the Elementary Functions, 1980 (reductions)
 *     Sun's fdlibm (log(1 + f) = f - (f^2 / 2 - s (f^2 / 2 + R)), and the range of atan and asin)
 *     T. J. Dekker, A floating-point technique for extending the available precision, 1971
 *     M. M. Shepherd, J. G. Laframboise, Math. Comp. 36 (1981) (erfc)
 *     J.-M. Muller et al., Handbook of Floating-Point Arithmetic, 2010 (exact rests of quotients)
 *
 * A pair (hi, lo) stands for the sum of its parts. lo is so small that hi is the sum rounded. */

#define OUTERFILL_MATH static inline __attribute__((const, always_inline))

struct outerfill_pair {
    double hi, lo;
};

/* a + b of |a| >= |b|. */
OUTERFILL_MATH struct outerfill_pair outerfill_pair_of(const double a, const double b) {
    const double sum = a + b;
    return (struct outerfill_pair){sum, (a - sum) + b};
}

/* (a + a_rest) / (b + b_rest), to little more than half a unit in the last place. */
OUTERFILL_MATH double outerfill_quotient(const double a, const double a_rest, const double b,
                                         const double b_rest) {
    const double inverse = 1.0 / b, q = a * inverse;
    return fma(fma(-q, b_rest, fma(-q, b, a) + a_rest), inverse, q);
}

/* Added to a number below 2^51, it leaves the nearest integer, which the last bits of the sum
 * hold. */
#define OUTERFILL_TO_INTEGER 0x1.8p52

/* One of two values that cost much. In a loop of the caller's, which is not vectorised, a branch
 * leaves the other one out. In a row that is vectorised both are computed, so that the compiler may
 * take what depends on a[i] alone out of the row. */
OUTERFILL_MATH double outerfill_select(const bool condition, const double x, const double y) {
    return condition ? x : y;
}
#ifdef OUTERFILL_HAS_LOOP
#define OUTERFILL_EITHER(condition, x, y) ((condition) ? (x) : (y))
#else
#define OUTERFILL_EITHER(condition, x, y) outerfill_select(condition, x, y)
#endif

#define OUTERFILL_SIGN   0x8000000000000000ul
#define OUTERFILL_LN2_HI 0x1.62e42fefa39efp-1
#define OUTERFILL_LN2_LO 0x1.abc9e3b39803fp-56
#define OUTERFILL_LOG2_E 0x1.71547652b82fep+0

OUTERFILL_MATH double outerfill_with_sign(const double magnitude, const double sign) {
    return as_double(as_ulong(magnitude) | (as_ulong(sign) & OUTERFILL_SIGN));
}

/* Changes the sign of x if `sign` is negative. */
OUTERFILL_MATH double outerfill_times_sign(const double x, const double sign) {
    return as_double(as_ulong(x) ^ (as_ulong(sign) & OUTERFILL_SIGN));
}

/* The nearest integer to x, |x| < 2^51. */
OUTERFILL_MATH double outerfill_nearest(const double x) {
    return (x + OUTERFILL_TO_INTEGER) - OUTERFILL_TO_INTEGER;
}

/* ---- exp ---- */

/* 2^k of an integer k from -1022 to 1023. */
OUTERFILL_MATH double outerfill_power_of_2(const double k) {
    return as_double(as_ulong(k + (OUTERFILL_TO_INTEGER + 1023.0)) << 52);
}

/* Added to k, it leaves k + 2046 in the last bits of the sum. */
#define OUTERFILL_TO_EXPONENT (OUTERFILL_TO_INTEGER + 2046.0)

/* x 2^k, where sum is k + OUTERFILL_TO_EXPONENT, k from -2044 to 2046. Two factors round a
 * subnormal result once only. */
OUTERFILL_MATH double outerfill_scale(const double x, const double sum) {
    const ulong both = as_ulong(sum), first = both >> 1;
    return x * as_double(first << 52) * as_double((both - first) << 52);
}

/* (exp(r) - 1 - r - r^2 / 2) / r^3, |r| <= 0.3466. A processor computes the short chains side by
 * side. */
OUTERFILL_MATH double outerfill_exp_cubic(const double r) {
    const double s = r * r;
    const double p0 = fma(r, 0x1.5555555555557p-5, 0x1.5555555555557p-3);
    const double p2 = fma(r, 0x1.6c16c16c156a5p-10, 0x1.1111111110051p-7);
    const double p4 = fma(r, 0x1.a01a01ab9879cp-16, 0x1.a01a01ac1dc6cp-13);
    const double p6 = fma(r, 0x1.27e4cfaf3f683p-22, 0x1.71de01adc10d7p-19);
    const double p8 = fma(r, 0x1.1f86f02da59e6p-29, 0x1.af4ec8740ac08p-26);
    return fma(s * s, fma(s, fma(s, p8, p6), p4), fma(s, p2, p0));
}

/* exp(r + rest), |r| <= 0.3466. */
OUTERFILL_MATH double outerfill_exp_reduced(const double r, const double rest) {
    return 1.0 + (r + fma(r * r, fma(r, outerfill_exp_cubic(r), 0.5), rest));
}

/* 2^-halvings exp(hi + lo), for hi from -746 to 710 and halvings from 0 to 900. */
OUTERFILL_MATH double outerfill_exp_pair(const double hi, const double lo, const double halvings) {
    const double sum = fma(hi, OUTERFILL_LOG2_E, OUTERFILL_TO_EXPONENT);
    const double k = sum - OUTERFILL_TO_EXPONENT, head = fma(-k, OUTERFILL_LN2_HI, hi); /* exact */
    const double tail = fma(-k, OUTERFILL_LN2_LO, lo);
    const double r = head + tail, rest = (head - r) + tail;
    return outerfill_scale(outerfill_exp_reduced(r, rest), sum - halvings);
}

/* NaN stays NaN. */
#define OUTERFILL_CLAMP(x, least, greatest)                                                        \
    ((x) > (greatest) ? (greatest) : (x) < (least) ? (least) : (x))

/* Answers for what is too large or too small for outerfill_exp_pair. A clamp would be slower where
 * it makes processors compute numbers that vanish. */
#define OUTERFILL_EXP_LIMITS(x, greatest, least, result)                                           \
    ((x) > (greatest) ? (double)INFINITY : (x) < (least) ? 0.0 : (result))

OUTERFILL_MATH double outerfill_exp(const double x) {
    return OUTERFILL_EXP_LIMITS(x, 709.79, -745.14, outerfill_exp_pair(x, 0.0, 0.0));
}

/* 2^x = 2^k exp(r log 2) of x = k + r. The product r log 2 is t + t_rest. */
OUTERFILL_MATH double outerfill_exp2(const double x) {
    const double sum = x + OUTERFILL_TO_EXPONENT, r = x - (sum - OUTERFILL_TO_EXPONENT);
    const double t = r * OUTERFILL_LN2_HI,
                 t_rest = fma(r, OUTERFILL_LN2_LO, fma(r, OUTERFILL_LN2_HI, -t));
    return OUTERFILL_EXP_LIMITS(x, 1024.5, -1075.5,
                                outerfill_scale(outerfill_exp_reduced(t, t_rest), sum));
}

OUTERFILL_MATH double outerfill_exp10(const double x) {
    const double sum = fma(x, 0x1.a934f0979a371p+1, OUTERFILL_TO_EXPONENT);
    const double k = sum - OUTERFILL_TO_EXPONENT;
    const double head = fma(-k, 0x1.34413509f79ffp-2, x);
    const double r = fma(-k, -0x1.9dc1da994fd21p-59, head),
                 r_rest = fma(-k, -0x1.9dc1da994fd21p-59, head - r);
    const double t = r * 0x1.26bb1bbb55516p+1;
    const double t_rest = fma(r, -0x1.f48ad494ea3e9p-53,
                              fma(r_rest, 0x1.26bb1bbb55516p+1, fma(r, 0x1.26bb1bbb55516p+1, -t)));
    return OUTERFILL_EXP_LIMITS(x, 308.3, -323.7,
                                outerfill_scale(outerfill_exp_reduced(t, t_rest), sum));
}

/* (exp(x) - 1) / 4, for x from -40 to 711. */
OUTERFILL_MATH struct outerfill_pair outerfill_quarter_expm1(const double x) {
    const double k = outerfill_nearest(x * OUTERFILL_LOG2_E);
    const double head = fma(-k, OUTERFILL_LN2_HI, x);
    const double r = fma(-k, OUTERFILL_LN2_LO, head), r_rest = fma(-k, OUTERFILL_LN2_LO, head - r);
    const double square = 0.5 * r * r, square_rest = fma(0.5 * r, r, -square);
    const double rest = fma(r * r * r, outerfill_exp_cubic(r), fma(r, r_rest, r_rest));
    const double q = r + square, q_rest = ((r - q) + square) + (square_rest + rest);
    /* exp(r) - 1 = q + q_rest */
    const double scale = outerfill_power_of_2(k - 2.0), a = scale - 0.25, b = scale * q;
    const double sum = a + b, a_part = sum - b;
    const double sum_rest = (a - a_part) + (b - (sum - a_part)), a_rest = (scale - a) - 0.25;
    return outerfill_pair_of(sum, fma(scale, q_rest, sum_rest + a_rest));
}

OUTERFILL_MATH double outerfill_expm1(const double x) {
    const double result = 4.0 * outerfill_quarter_expm1(x < -40.0 ? -40.0 : x).hi;
    return x > 709.79 ? (double)INFINITY : fabs(x) < 0x1p-54 ? x : result;
}

/* h + h / (2 h + 1) of h = (exp(x) - 1) / 2 */
OUTERFILL_MATH double outerfill_sinh(const double x) {
    const struct outerfill_pair quarter = outerfill_quarter_expm1(fabs(x));
    const double h = 2.0 * quarter.hi, h_rest = 2.0 * quarter.lo, d = 2.0 * h + 1.0;
    const double d_rest = h < 1.0 ? (1.0 - d) + 2.0 * h + 2.0 * h_rest : 0.0;
    const double q = outerfill_quotient(h, h_rest, d, d_rest);
    const double result = h + (h > 0x1p60 ? 0.0 : q + h_rest);
    const double limited = fabs(x) > 710.5 ? (double)INFINITY : result;
    return fabs(x) < 0x1p-30 ? x : outerfill_times_sign(limited, x);
}

OUTERFILL_MATH double outerfill_cosh(const double x) {
    const double e = outerfill_exp_pair(fabs(x) > 720.0 ? 720.0 : fabs(x), 0.0, 1.0);
    return e + 0.25 / e;
}

/* h / (h + 1) of h = (exp(2 x) - 1) / 2 */
OUTERFILL_MATH double outerfill_tanh(const double x) {
    const struct outerfill_pair quarter =
        outerfill_quarter_expm1(2.0 * (fabs(x) > 20.0 ? 20.0 : fabs(x)));
    const double h = 2.0 * quarter.hi, h_rest = 2.0 * quarter.lo, d = h + 1.0;
    const double d_rest = (h > 1.0 ? (h - d) + 1.0 : (1.0 - d) + h) + h_rest;
    const double result = outerfill_times_sign(outerfill_quotient(h, h_rest, d, d_rest), x);
    return fabs(x) < 0x1p-30 ? x : result;
}

/* ---- log ---- */

/* A positive number as 2^k m, m from sqrt(1/2) to sqrt(2). Expands to declarations of k and m. */
#define OUTERFILL_SPLIT_NUMBER(x)                                                                  \
    const double normal_ = (x) < 0x1p-1022 ? (x) * 0x1p54 : (x);                                   \
    const ulong offset_ = as_ulong(normal_) - 0x3fe6a09e667f3bcdul + (1023ul << 52);               \
    const double k = as_double((offset_ >> 52) | 0x4330000000000000ul) -                           \
                     (0x1p52 + 1023.0 + ((x) < 0x1p-1022 ? 54.0 : 0.0));                           \
    const double m = as_double((offset_ & 0x000ffffffffffffful) + 0x3fe6a09e667f3bcdul);

/* log of what is not positive, or not finite. */
#define OUTERFILL_LOG_LIMITS(x, result)                                                            \
    ((x) == 0.0                ? -(double)INFINITY                                                 \
     : (x) == (double)INFINITY ? (x)                                                               \
     : (x) > 0.0               ? (result)                                                          \
                               : (double)NAN)

/* (2 atanh(s) - 2 s) / s of z = s^2, for s = f / (2 + f). */
OUTERFILL_MATH double outerfill_log_rest(const double z) {
    const double z2 = z * z;
    const double p0 = fma(z, 0x1.99999999952d2p-2, 0x1.5555555555558p-1);
    const double p2 = fma(z, 0x1.c71c62dad4db8p-3, 0x1.2492492df8483p-2);
    const double p4 =
        fma(fma(z, 0x1.2b5d203d23b42p-3, 0x1.39fdf94336bfep-3), z, 0x1.7462b7ceeaa36p-3);
    return z * fma(z2, fma(z2, p4, p2), p0);
}

OUTERFILL_MATH double outerfill_log(const double x) {
    OUTERFILL_SPLIT_NUMBER(x)
    const double f = m - 1.0, s = f / (2.0 + f), halved = 0.5 * f * f;
    /* log(1 + f) = f - (halved - s (halved + rest)); the last digits of k log 2 come first */
    const double tail = fma(s, halved + outerfill_log_rest(s * s), k * 0x1.ef35793c76730p-45);
    const double result = fma(k, 0x1.62e42fefa3800p-1, f - (halved - tail));
    return OUTERFILL_LOG_LIMITS(x, result);
}

/* log(1 + f + f_rest) to about 66 bits, f from -0.293 to 0.415: 2 atanh(s) of s = f / (2 + f), as
 * 2 s + 2/3 s^3 + s^5 (...). Expands to declarations of log_hi and log_lo. */
#define OUTERFILL_LOG_PAIR(f, f_rest)                                                              \
    const double d_ = 2.0 + (f), d_rest_ = ((f) - (d_ - 2.0)) + (f_rest), inverse_ = 1.0 / d_;     \
    const double s_ = (f) * inverse_,                                                              \
                 s_rest_ = fma(-s_, d_rest_, fma(-s_, d_, (f)) + (f_rest)) * inverse_;             \
    const double z_ = s_ * s_, z_rest_ = fma(s_ + s_, s_rest_, fma(s_, s_, -z_)), z2_ = z_ * z_;   \
    const double c_ = s_ * z_, c_rest_ = fma(s_, z_rest_, fma(s_rest_, z_, fma(s_, z_, -c_)));     \
    const double p0_ = fma(z_, 0x1.24924924922fdp-2, 0x1.999999999999ap-2);                        \
    const double p2_ = fma(z_, 0x1.745d173ca3a17p-3, 0x1.c71c71c74cc42p-3);                        \
    const double p4_ = fma(z_, 0x1.11154bd7ba1bap-3, 0x1.3b13a9e564ebap-3);                        \
    const double p6_ = fma(z_, 0x1.da9a904c4ee78p-4, 0x1.e01a813fbd676p-4);                        \
    const double q_ = fma(z2_ * z2_, fma(z2_, p6_, p4_), fma(z2_, p2_, p0_));                      \
    const double v_ = z_ * q_, g_ = 0x1.5555555555555p-1 + v_;                                     \
    const double g_rest_ = ((0x1.5555555555555p-1 - g_) + v_) +                                    \
                           fma(z_rest_, q_, fma(z_, q_, -v_) + 0x1.5555555555555p-55);             \
    const double third_ = c_ * g_, twice_ = s_ + s_;                                               \
    const double third_rest_ = fma(c_, g_rest_, fma(c_rest_, g_, fma(c_, g_, -third_)));           \
    const double odd_ = third_ + third_rest_, odd_rest_ = (third_ - odd_) + third_rest_;           \
    const double log_hi = twice_ + odd_,                                                           \
                 log_lo = ((twice_ - log_hi) + odd_) + fma(2.0, s_rest_, odd_rest_);

/* k log 2 + log_hi + log_lo. Expands to declarations of sum_hi and sum_lo. */
#define OUTERFILL_ADD_K_LN2                                                                        \
    const double k_ln2_ = k * 0x1.62e42fefa3800p-1, sum_hi = k_ln2_ + log_hi; /* exact product */  \
    const double sum_lo = ((k_ln2_ - sum_hi) + log_hi) + fma(k, 0x1.ef35793c76730p-45, log_lo);

/* log(1 + x + rest). */
OUTERFILL_MATH double outerfill_log1p_pair(const double x, const double rest) {
    const double u = 1.0 + x, u_rest = (x > 1.0 ? 1.0 - (u - x) : x - (u - 1.0)) + rest;
    OUTERFILL_SPLIT_NUMBER(u)
    const double down = outerfill_power_of_2(k < 1000.0 ? -k : -1000.0);
    const struct outerfill_pair f = outerfill_pair_of(m - 1.0, u_rest * down);
    OUTERFILL_LOG_PAIR(f.hi, f.lo)
    OUTERFILL_ADD_K_LN2
    const double result = OUTERFILL_LOG_LIMITS(u, sum_hi + sum_lo);
    return fabs(x) < 0x1p-54 ? x : result;
}

OUTERFILL_MATH double outerfill_log1p(const double x) {
    return outerfill_log1p_pair(x, 0.0);
}

/* log(m) of m from sqrt(1/2) to sqrt(2), to about 60 bits, as a pair. */
OUTERFILL_MATH struct outerfill_pair outerfill_log_of_mantissa(const double m) {
    const double f = m - 1.0, s = f / (2.0 + f), halved = 0.5 * f * f;
    const struct outerfill_pair head = outerfill_pair_of(f, -halved);
    const double tail = fma(s, halved + outerfill_log_rest(s * s), -fma(0.5 * f, f, -halved));
    return (struct outerfill_pair){head.hi, head.lo + tail};
}

/* (k log 2 + log(m)) / log(base). */
OUTERFILL_MATH double outerfill_log2(const double x) {
    OUTERFILL_SPLIT_NUMBER(x)
    const struct outerfill_pair log = outerfill_log_of_mantissa(m);
    const double t = log.hi * OUTERFILL_LOG2_E, t_rest = fma(log.hi, OUTERFILL_LOG2_E, -t);
    const double rest = fma(log.hi, 0x1.777d0ffda0d24p-56, fma(log.lo, OUTERFILL_LOG2_E, t_rest));
    const struct outerfill_pair sum = outerfill_pair_of(k, t);
    return OUTERFILL_LOG_LIMITS(x, sum.hi + (sum.lo + rest));
}

#define OUTERFILL_LOG10_E 0x1.bcb7b1526e50ep-2
OUTERFILL_MATH double outerfill_log10(const double x) {
    OUTERFILL_SPLIT_NUMBER(x)
    const struct outerfill_pair log = outerfill_log_of_mantissa(m);
    const double t = log.hi * OUTERFILL_LOG10_E, t_rest = fma(log.hi, OUTERFILL_LOG10_E, -t);
    const double rest = fma(log.hi, 0x1.95355baaafad3p-57, fma(log.lo, OUTERFILL_LOG10_E, t_rest));
    const double whole = k * 0x1.34413509f7800p-2; /* exact */
    const struct outerfill_pair sum = outerfill_pair_of(whole, t);
    return OUTERFILL_LOG_LIMITS(x, sum.hi + (sum.lo + fma(k, 0x1.fef311f12b358p-46, rest)));
}

OUTERFILL_MATH double outerfill_asinh(const double x) {
    const double size = fabs(x), square = size * size;
    const struct outerfill_pair t = outerfill_pair_of(size, square / (1.0 + sqrt(1.0 + square)));
    const double result = OUTERFILL_EITHER(size > 0x1p28, outerfill_log(size) + OUTERFILL_LN2_HI,
                                           outerfill_log1p_pair(t.hi, t.lo));
    return outerfill_times_sign(result, x);
}

OUTERFILL_MATH double outerfill_acosh(const double x) {
    const double t = x - 1.0, root = sqrt(fma(t, t, 2.0 * t));
    const struct outerfill_pair sum = outerfill_pair_of(root, t);
    const double result = OUTERFILL_EITHER(x > 0x1p28, outerfill_log(x) + OUTERFILL_LN2_HI,
                                           outerfill_log1p_pair(sum.hi, sum.lo));
    return x >= 1.0 ? result : (double)NAN;
}

OUTERFILL_MATH double outerfill_atanh(const double x) {
    const double size = fabs(x), result = 0.5 * outerfill_log1p(2.0 * size / (1.0 - size));
    return outerfill_times_sign(result, x);
}

/* ---- pow ---- */

/* x^(y + y_rest) of x >= 0. */
OUTERFILL_MATH double outerfill_pow_positive(const double x, const double y, const double y_rest) {
    OUTERFILL_SPLIT_NUMBER(x)
    OUTERFILL_LOG_PAIR(m - 1.0, 0.0)
    OUTERFILL_ADD_K_LN2
    const double log_x = x == 0.0                ? -(double)INFINITY
                         : x == (double)INFINITY ? (double)INFINITY
                                                 : sum_hi;
    const double hi = y * log_x, lo = fma(y, sum_hi, -hi) + fma(y, sum_lo, y_rest * sum_hi);
    return OUTERFILL_EXP_LIMITS(hi, 709.79, -745.14, outerfill_exp_pair(hi, lo, 0.0));
}

/* The nearest integer to x, from 0 to 2^52. */
OUTERFILL_MATH double outerfill_nearest_positive(const double x) {
    return (x + 0x1p52) - 0x1p52;
}

OUTERFILL_MATH double outerfill_pow(const double x, const double y) {
    const double size = fabs(y), halved = 0.5 * size;
    const bool is_integer = size >= 0x1p52 || outerfill_nearest_positive(size) == size;
    const bool is_even = size >= 0x1p53 || outerfill_nearest_positive(halved) == halved;
    const double power = outerfill_pow_positive(fabs(x), y, 0.0);
    const double with_sign = is_integer && !is_even ? outerfill_times_sign(power, x) : power;
    const double result =
        x < 0.0 && !is_integer && x != -(double)INFINITY ? (double)NAN : with_sign;
    return y == 0.0 || (fabs(x) == 1.0 && size == (double)INFINITY) ? 1.0 : result;
}

/* p q + p_rest q. */
OUTERFILL_MATH double outerfill_pair_times(const double p, const double p_rest, const double q) {
    const double product = p * q;
    const bool is_limit = product == 0.0 || fabs(product) == (double)INFINITY;
    return is_limit ? product : fma(p, q, p_rest * q);
}

/* x^3, x^4 and x^5 for kernels/constant_powers.cl, by exact products: x^2 and x^4 are pairs.
 * outerfill_pow has other last bits there, since comparing its exponent with these numbers would
 * take a fifth of its speed. */
OUTERFILL_MATH double outerfill_pow_3(const double x) {
    const double x2 = x * x, x2_rest = fma(x, x, -x2);
    return outerfill_pair_times(x2, x2_rest, x);
}

/* x^4 q, for a q of 1 or x. */
OUTERFILL_MATH double outerfill_pow_4_times(const double x, const double q) {
    const double x2 = x * x, x2_rest = fma(x, x, -x2), x4 = x2 * x2;
    return outerfill_pair_times(x4, fma(x2 + x2, x2_rest, fma(x2, x2, -x4)), q);
}

OUTERFILL_MATH double outerfill_pow_4(const double x) {
    return outerfill_pow_4_times(x, 1.0);
}

OUTERFILL_MATH double outerfill_pow_5(const double x) {
    return outerfill_pow_4_times(x, x);
}

OUTERFILL_MATH double outerfill_powr(const double x, const double y) {
    return !(x >= 0.0) ? (double)NAN : outerfill_pow_positive(x, y, 0.0);
}

OUTERFILL_MATH double outerfill_pown(const double x, const int y) {
    return outerfill_pow(x, (double)y);
}

OUTERFILL_MATH double outerfill_rootn(const double x, const int n) {
    const double divisor = (double)n, y = 1.0 / divisor, y_rest = fma(-y, divisor, 1.0) * y;
    const double root = outerfill_pow_positive(fabs(x), y, y_rest);
    return (n & 1) ? outerfill_times_sign(root, x) : x < 0.0 || n == 0 ? (double)NAN : root;
}

/* x = 2^(3 third) t, t from 0.353 to 2.83. y is 1 / cbrt(t): a polynomial, and two steps of the
 * series of (1 - error)^(-1/3), without a division. */
OUTERFILL_MATH double outerfill_cbrt(const double x) {
    const double size = fabs(x);
    OUTERFILL_SPLIT_NUMBER(size)
    const double third = outerfill_nearest(k * 0x1.5555555555555p-2);
    const double t = m * outerfill_power_of_2(k - 3.0 * third), t2 = t * t;
    const double y0 = fma(t2 * t2, 0x1.b204dbea323ebp-5,
                          fma(t2, fma(t, -0x1.a998047577898p-2, 0x1.3a4b12c895bfap0),
                              fma(t, -0x1.c372281ad181cp0, 0x1.e44f88838367dp0)));
    const double e0 = fma(-t * y0, y0 * y0, 1.0);
    const double y1 =
        fma(y0 * e0, fma(fma(e0, 14.0 / 81.0, 2.0 / 9.0), e0, 0x1.5555555555555p-2), y0);
    const double e1 = fma(-t * y1, y1 * y1, 1.0);
    const double y = fma(y1 * e1, fma(e1, 2.0 / 9.0, 0x1.5555555555555p-2), y1);
    const double c = t * y * y, square = c * c;
    const double rest = fma(-square, c, t) - fma(c, c, -square) * c;
    const double root = fma(rest * 0x1.5555555555555p-2, y * y, c);
    const double result = outerfill_times_sign(root * outerfill_power_of_2(third), x);
    return size > 0.0 && size < (double)INFINITY ? result : x;
}

/* sqrt(x^2 + y^2). The power of two near the greater one is taken out, so that no square is too
 * large or too small. */
OUTERFILL_MATH double outerfill_hypot(const double x, const double y) {
    const double u = fabs(x), v = fabs(y), greater = u > v ? u : v, less = u > v ? v : u;
    const double clamped = greater < 0x1p-1000  ? 0x1p-1000
                           : greater > 0x1p1000 ? 0x1p1000
                                                : greater;
    const ulong power = as_ulong(clamped) & 0x7ff0000000000000ul;
    const double inverse = as_double(0x7fe0000000000000ul - power);
    const double s = greater * inverse, t = less * inverse;
    const double result = sqrt(fma(s, s, t * t)) * as_double(power);
    return greater == (double)INFINITY ? greater : result;
}

/* ---- sin, cos, tan ---- */

#define OUTERFILL_HALF_PI_1 0x1.921fb54442d18p+0
#define OUTERFILL_HALF_PI_2 0x1.1a62633145c07p-54
#define OUTERFILL_HALF_PI_3 -0x1.f1976b7ed8fbcp-110

/* Up to this magnitude three parts of pi / 2 are enough. */
#define OUTERFILL_ORDINARY_ANGLE 0x1p40

/* x = k pi / 2 + r + rest. Expands to declarations of r, rest and quadrant, whose last two bits are
 * those of k. */
#define OUTERFILL_REDUCE_ANGLE(x)                                                                  \
    const double sum_ = fma((x), 0x1.45f306dc9c883p-1, OUTERFILL_TO_INTEGER);                      \
    const double k_ = sum_ - OUTERFILL_TO_INTEGER, head_ = fma(-k_, OUTERFILL_HALF_PI_1, (x));     \
    const double part_ = k_ * OUTERFILL_HALF_PI_2,                                                 \
                 part_rest_ = fma(k_, OUTERFILL_HALF_PI_2, -part_);                                \
    const double r = head_ - part_, back_ = r - head_;                                             \
    const double rest =                                                                            \
        ((head_ - (r - back_)) - (part_ + back_)) - fma(k_, OUTERFILL_HALF_PI_3, part_rest_);      \
    const ulong quadrant = as_ulong(sum_);

/* sin of r + rest, |r| <= pi / 4, as a pair. */
OUTERFILL_MATH struct outerfill_pair outerfill_sine(const double r, const double rest) {
    const double z = r * r, z2 = z * z;
    const double p0 = fma(z, 0x1.1111111110c84p-7, -0x1.5555555555555p-3);
    const double p2 = fma(z, 0x1.71de37b235b35p-19, -0x1.a01a019ea17c5p-13);
    const double p4 = fma(z, 0x1.5e11ba5d3813bp-33, -0x1.ae60217812a5cp-26);
    const double p = fma(z2, fma(z2, p4, p2), p0);
    const double tail = fma(r * z, p, fma(z, -0.5 * rest, rest));
    return outerfill_pair_of(r, tail);
}

OUTERFILL_MATH struct outerfill_pair outerfill_cosine(const double r, const double rest) {
    const double z = r * r, z2 = z * z, halved = 0.5 * z, head = 1.0 - halved;
    const double p0 = fma(z, -0x1.6c16c16c168ccp-10, 0x1.5555555555555p-5);
    const double p2 = fma(z, -0x1.27e4fa03844e4p-22, 0x1.a01a019f38ba5p-16);
    const double p4 = fma(z, -0x1.9073edb1d643p-37, 0x1.1eeb586f37844p-29);
    const double p = fma(z2, fma(z2, p4, p2), p0);
    const double tail = ((1.0 - head) - halved) + fma(z2, p, -r * rest);
    return outerfill_pair_of(head, tail);
}

/* sin of quadrant pi / 2 + r + rest; cos with quadrant + 1. */
OUTERFILL_MATH double outerfill_sine_of_turn(const double r, const double rest,
                                             const ulong quadrant) {
    const double value = OUTERFILL_EITHER((quadrant & 1) != 0, outerfill_cosine(r, rest).hi,
                                          outerfill_sine(r, rest).hi);
    return as_double(as_ulong(value) ^ (quadrant & 2) << 62);
}

OUTERFILL_MATH double outerfill_tangent_of_turn(const double r, const double rest,
                                                const ulong quadrant) {
    const struct outerfill_pair s = outerfill_sine(r, rest), c = outerfill_cosine(r, rest);
    const bool is_even = !(quadrant & 1);
    const double over = is_even ? s.hi : -c.hi, over_rest = is_even ? s.lo : -c.lo;
    const double under = is_even ? c.hi : s.hi, under_rest = is_even ? c.lo : s.lo;
    return outerfill_quotient(over, over_rest, under, under_rest);
}

OUTERFILL_MATH double outerfill_sin_ordinary(const double x) {
    OUTERFILL_REDUCE_ANGLE(x)
    return x == 0.0 ? x : outerfill_sine_of_turn(r, rest, quadrant);
}

OUTERFILL_MATH double outerfill_cos_ordinary(const double x) {
    OUTERFILL_REDUCE_ANGLE(x)
    return outerfill_sine_of_turn(r, rest, quadrant + 1);
}

OUTERFILL_MATH double outerfill_tan_ordinary(const double x) {
    OUTERFILL_REDUCE_ANGLE(x)
    return x == 0.0 ? x : outerfill_tangent_of_turn(r, rest, quadrant);
}

/* 2 / pi in binary, behind 64 zeros. */
__constant ulong outerfill_two_over_pi[21] = {
    0x0000000000000000ul, 0xa2f9836e4e441529ul, 0xfc2757d1f534ddc0ul, 0xdb6295993c439041ul,
    0xfe5163abdebbc561ul, 0xb7246e3a424dd2e0ul, 0x06492eea09d1921cul, 0xfe1deb1cb129a73eul,
    0xe88235f52ebb4484ul, 0xe99c7026b45f7e41ul, 0x3991d639835339f4ul, 0x9c845f8bbdf9283bul,
    0x1ff897ffde05980ful, 0xef2f118b5a0a6d1ful, 0x6d367ecf27cb09b7ul, 0x4f463f669e5fea2dul,
    0x7527bac7ebe5f17bul, 0x3d0739f78a5292eaul, 0x6bfb5fb11f8d5d08ul, 0x56033046fc7b6babul,
    0xf0cfbc209af4361dul};

/* The 64 bits of 2 / pi from a place on. */
OUTERFILL_MATH ulong outerfill_bits_of_two_over_pi(const uint place) {
    const uint word = place >> 6, shift = place & 63;
    const ulong bits = outerfill_two_over_pi[word] << shift;
    return shift ? bits | outerfill_two_over_pi[word + 1] >> (64 - shift) : bits;
}

/* r and rest of a finite |x| > 2^39, after M. H. Payne and R. N. Hanek, Radian reduction for
 * trigonometric functions, SIGNUM Newsletter 18 (1983): of x = i 2^e the integer i is multiplied
 * with 192 bits of 2 / pi. The bits in front of them make multiples of four quadrants. Returns the
 * quadrant. */
static inline ulong outerfill_reduce_huge_angle(const double x, double *r, double *rest) {
    const ulong bits = as_ulong(x), i = (bits & 0x000ffffffffffffful) | 0x0010000000000000ul;
    const uint place = (uint)(bits >> 52 & 2047) - (1075 + 2 - 64);
    const ulong u0 = outerfill_bits_of_two_over_pi(place),
                u1 = outerfill_bits_of_two_over_pi(place + 64),
                u2 = outerfill_bits_of_two_over_pi(place + 128);
    const ulong p2 = u2 * i, p1 = u1 * i + mul_hi(u2, i),
                p0 = u0 * i + mul_hi(u1, i) + (p1 < u1 * i);
    /* p0 p1 p2 are 192 bits behind the point of a number of turns */
    const ulong quadrant = (p0 + (1ul << 61)) >> 62;
    ulong high = p0 << 2 | p1 >> 62, low = p1 << 2 | p2 >> 62;
    const ulong is_negative = high >> 63;
    if (is_negative) {
        high = ~high + (low == 0);
        low = ~low + 1;
    }
    double unit = 0x1p-64;
    if (high == 0) {
        high = low;
        low = 0;
        unit = 0x1p-128;
    }
    const uint shift = (uint)clz(high | 1);
    const ulong top = shift ? high << shift | low >> (64 - shift) : high;
    unit *= outerfill_power_of_2(-(double)shift);
    const double sign = is_negative != bits >> 63 ? -unit : unit;
    const double f = sign * (double)(top & ~0x7fful), f_rest = sign * (double)(top & 0x7fful);
    *r = f * OUTERFILL_HALF_PI_1;
    *rest = fma(f, OUTERFILL_HALF_PI_1, -*r) +
            fma(f, OUTERFILL_HALF_PI_2, f_rest * OUTERFILL_HALF_PI_1);
    return bits >> 63 ? 4 - quadrant : quadrant;
}

#define OUTERFILL_RARE static __attribute__((const, noinline))

OUTERFILL_RARE double outerfill_sin_huge(const double x) {
    double r, rest;
    const ulong quadrant = outerfill_reduce_huge_angle(x, &r, &rest);
    return fabs(x) < (double)INFINITY ? outerfill_sine_of_turn(r, rest, quadrant) : (double)NAN;
}

OUTERFILL_RARE double outerfill_cos_huge(const double x) {
    double r, rest;
    const ulong quadrant = outerfill_reduce_huge_angle(x, &r, &rest) + 1;
    return fabs(x) < (double)INFINITY ? outerfill_sine_of_turn(r, rest, quadrant) : (double)NAN;
}

OUTERFILL_RARE double outerfill_tan_huge(const double x) {
    double r, rest;
    const ulong quadrant = outerfill_reduce_huge_angle(x, &r, &rest);
    return fabs(x) < (double)INFINITY ? outerfill_tangent_of_turn(r, rest, quadrant) : (double)NAN;
}

#define OUTERFILL_ANY_ANGLE(name)                                                                  \
    OUTERFILL_MATH double outerfill_##name(const double x) {                                       \
        return fabs(x) <= OUTERFILL_ORDINARY_ANGLE ? outerfill_##name##_ordinary(x)                \
                                                   : outerfill_##name##_huge(x);                   \
    }
OUTERFILL_ANY_ANGLE(sin)
OUTERFILL_ANY_ANGLE(cos)
OUTERFILL_ANY_ANGLE(tan)

/* |x| pi = quadrant pi / 2 + r + rest. Expands to declarations of these three. */
#define OUTERFILL_REDUCE_TURN(x)                                                                   \
    const double size_ = fabs(x), even_ = 2.0 * outerfill_nearest_positive(0.5 * size_);           \
    const double y_ = size_ < 0x1p53 ? size_ - even_ : 0.0;                                        \
    const double sum_ = 2.0 * y_ + OUTERFILL_TO_INTEGER;                                           \
    const double part_ = y_ - 0.5 * (sum_ - OUTERFILL_TO_INTEGER);                                 \
    const double r = part_ * 0x1.921fb54442d18p+1;                                                 \
    const double product_rest_ = fma(part_, 0x1.921fb54442d18p+1, -r);                             \
    const double rest = fabs(part_) < 0x1p-900 /* where the rest would be rounded coarsely */      \
                            ? 0.0                                                                  \
                            : fma(part_, 0x1.1a62633145c07p-53, product_rest_);                    \
    const ulong quadrant = as_ulong(sum_);

/* Zeros have the sign of x. */
OUTERFILL_MATH double outerfill_sinpi(const double x) {
    OUTERFILL_REDUCE_TURN(x)
    const double value = outerfill_sine_of_turn(r, rest, quadrant);
    const double result = outerfill_times_sign(value == 0.0 ? 0.0 : value, x);
    return !(size_ < (double)INFINITY) ? (double)NAN : result;
}

/* Zeros are positive. */
OUTERFILL_MATH double outerfill_cospi(const double x) {
    OUTERFILL_REDUCE_TURN(x)
    const double value = outerfill_sine_of_turn(r, rest, quadrant + 1);
    return !(size_ < (double)INFINITY) ? (double)NAN : value == 0.0 ? 0.0 : value;
}

/* Zeros and poles change their signs from one to the next, as OpenCL C 7.5.1 asks for. */
OUTERFILL_MATH double outerfill_tanpi(const double x) {
    OUTERFILL_REDUCE_TURN(x)
    const double pole = (quadrant & 1) ? (double)INFINITY : 0.0;
    const double special = as_double(as_ulong(pole) ^ (quadrant & 2) << 62);
    const double value = r == 0.0 ? special : outerfill_tangent_of_turn(r, rest, quadrant);
    return !(size_ < (double)INFINITY) ? (double)NAN : outerfill_times_sign(value, x);
}

/* ---- atan, asin, acos ---- */

/* (atan(r) - r) / r^3 of z = r^2, |r| <= tan(pi / 8). */
OUTERFILL_MATH double outerfill_atan_cubic(const double z) {
    const double z2 = z * z, z4 = z2 * z2;
    const double p0 = fma(z, 0x1.9999999999452p-3, -0x1.5555555555555p-2);
    const double p2 = fma(z, 0x1.c71c718a1a80ap-4, -0x1.249249243faa8p-3);
    const double p4 = fma(z, 0x1.3b12709f8e55bp-4, -0x1.745d0bd21e5ap-4);
    const double p6 = fma(z, 0x1.dff0fee41c01cp-5, -0x1.10fb2462ea3d8p-4);
    const double p8 =
        fma(fma(z, -0x1.3b6fe9cb3fda3p-6, 0x1.41eda3ba72773p-5), z, -0x1.a0cd518a9392bp-5);
    return fma(z4, fma(z4, p8, fma(z2, p6, p4)), fma(z2, p2, p0));
}

/* The angle of the point (x, y), 0 <= y <= x and x > 0: atan(y / x), or beyond tan(pi / 8)
 * pi / 4 + atan((y - x) / (y + x)). base + base_rest is added. */
OUTERFILL_MATH double outerfill_angle(const double y, const double x, const double base,
                                      const double base_rest, const double sign) {
    const bool is_flat = y <= x * 0x1.a827999fcef32p-2;
    const double over = is_flat ? y : y - x, under = is_flat ? x : y + x;
    const double quotient = over / under, r = sign * quotient;
    const double quarter = is_flat ? 0.0 : sign * 0x1.921fb54442d18p-1;
    const double quarter_rest = is_flat ? 0.0 : sign * 0x1.1a62633145c07p-55;
    const double z = r * r;
    /* |quarter| is 0, or not more than |base|, or base is 0: the sum is exact */
    return (base + quarter) + (r + fma(r * z, outerfill_atan_cubic(z), base_rest + quarter_rest));
}

OUTERFILL_MATH double outerfill_atan(const double x) {
    const double size = fabs(x);
    const bool is_steep = size > 1.0;
    const double angle = outerfill_angle(
        is_steep ? 1.0 : size, is_steep ? size : 1.0, is_steep ? OUTERFILL_HALF_PI_1 : 0.0,
        is_steep ? OUTERFILL_HALF_PI_2 : 0.0, is_steep ? -1.0 : 1.0);
    return outerfill_with_sign(size > 0x1p60 ? OUTERFILL_HALF_PI_1 : angle, x);
}

OUTERFILL_MATH double outerfill_atan2(const double y, const double x) {
    const double u = fabs(x), v = fabs(y), greater = u > v ? u : v, less = u > v ? v : u;
    const double down = greater > 0x1p1000 ? 0x1p-2 : 1.0; /* the sum of both must stay finite */
    const double over = less == (double)INFINITY ? 1.0 : less * down;
    const double under = less == (double)INFINITY ? 1.0 : greater == 0.0 ? 1.0 : greater * down;
    const bool is_steep = v > u, is_left = as_ulong(x) >> 63;
    const double base = is_steep ? OUTERFILL_HALF_PI_1 : is_left ? 2.0 * OUTERFILL_HALF_PI_1 : 0.0;
    const double base_rest = is_steep  ? OUTERFILL_HALF_PI_2
                             : is_left ? 2.0 * OUTERFILL_HALF_PI_2
                                       : 0.0;
    const double angle =
        outerfill_angle(over, under, base, base_rest, is_steep != is_left ? -1.0 : 1.0);
    return outerfill_with_sign(angle, y);
}

/* (asin(x) - x) / x of z = x^2, |x| <= 1/2. */
OUTERFILL_MATH double outerfill_asin_rest(const double z) {
    const double z2 = z * z, z4 = z2 * z2;
    const double p0 = fma(z, 0x1.3333333332da2p-4, 0x1.5555555555556p-3);
    const double p2 = fma(z, 0x1.f1c71c11deeadp-6, 0x1.6db6db6e48603p-5);
    const double p4 = fma(z, 0x1.1c4d112cf67ccp-6, 0x1.6e8bb3752168fp-6);
    const double p6 = fma(z, 0x1.7801022f18ed1p-7, 0x1.c9d30ac27c611p-7);
    const double p8 = fma(z, 0x1.5e2919d206645p-8, 0x1.532a90dc25c29p-7);
    const double p10 =
        fma(fma(z, 0x1.dc181a203948cp-6, -0x1.f58c4e7e5557dp-7), z, 0x1.22053f1c51167p-6);
    return z * fma(z4, fma(z4, fma(z2, p10, p8), fma(z2, p6, p4)), fma(z2, p2, p0));
}

/* asin(x) = pi / 2 - 2 asin(sqrt((1 - x) / 2)) beyond 1/2. */
OUTERFILL_MATH double outerfill_asin(const double x) {
    const double size = fabs(x), z = size < 0.5 ? x * x : 0.5 * (1.0 - size);
    const double s = size < 0.5 ? size : sqrt(z), rest = s * outerfill_asin_rest(z);
    const double s_rest = fma(-s, s, z) * (0.5 / (s == 0.0 ? 1.0 : s)); /* of the square root */
    const double far =
        (OUTERFILL_HALF_PI_1 - 2.0 * s) + (OUTERFILL_HALF_PI_2 - 2.0 * (rest + s_rest));
    return size > 1.0 ? (double)NAN : outerfill_times_sign(size < 0.5 ? s + rest : far, x);
}

OUTERFILL_MATH double outerfill_acos(const double x) {
    const double size = fabs(x), z = size < 0.5 ? x * x : 0.5 * (1.0 - size);
    const double s = size < 0.5 ? x : sqrt(z), rest = s * outerfill_asin_rest(z);
    const double near = OUTERFILL_HALF_PI_1 - (s - (OUTERFILL_HALF_PI_2 - rest));
    const double left = 2.0 * (OUTERFILL_HALF_PI_1 - (s - (OUTERFILL_HALF_PI_2 - rest)));
    const double far = x < 0.0 ? left : 2.0 * (s + rest);
    return size > 1.0 ? (double)NAN : size < 0.5 ? near : far;
}

/* ---- asinpi, acospi, atanpi, atan2pi ---- */

/* base + factor (r + rest) / pi, for a base of 0, or of no less than the quotient, and a factor of
 * 1 or 2 with a sign. Multiples of 1/4 are exact, since base is. */
OUTERFILL_MATH double outerfill_over_pi(const double r, const double rest, const double base,
                                        const double factor) {
    const struct outerfill_pair angle = outerfill_pair_of(r, rest);
    const double t = angle.hi * 0x1.45f306dc9c883p-2;
    const double t_rest =
        fma(angle.hi, -0x1.6b01ec5417056p-56,
            fma(angle.lo, 0x1.45f306dc9c883p-2, fma(angle.hi, 0x1.45f306dc9c883p-2, -t)));
    const struct outerfill_pair sum = outerfill_pair_of(base, factor * t);
    return sum.hi + fma(factor, t_rest, sum.lo);
}

/* outerfill_asin and outerfill_acos with s_rest, over pi. */
OUTERFILL_MATH double outerfill_asinpi(const double x) {
    const double size = fabs(x), z = size < 0.5 ? x * x : 0.5 * (1.0 - size);
    const double s = size < 0.5 ? size : sqrt(z),
                 s_rest = fma(-s, s, z) * (0.5 / (s == 0.0 ? 1.0 : s));
    const double rest = fma(s, outerfill_asin_rest(z), size < 0.5 ? 0.0 : s_rest);
    const double result =
        outerfill_over_pi(s, rest, size < 0.5 ? 0.0 : 0.5, size < 0.5 ? 1.0 : -2.0);
    return size > 1.0 ? (double)NAN : outerfill_times_sign(result, x);
}

OUTERFILL_MATH double outerfill_acospi(const double x) {
    const double size = fabs(x), z = size < 0.5 ? x * x : 0.5 * (1.0 - size);
    const double s = size < 0.5 ? x : sqrt(z),
                 s_rest = fma(-s, s, z) * (0.5 / (s == 0.0 ? 1.0 : s));
    const double rest = fma(s, outerfill_asin_rest(z), size < 0.5 ? 0.0 : s_rest);
    const double result = outerfill_over_pi(s, rest,
                                            size < 0.5 ? 0.5
                                            : x < 0.0  ? 1.0
                                                       : 0.0,
                                            size < 0.5 ? -1.0
                                            : x < 0.0  ? -2.0
                                                       : 2.0);
    return size > 1.0 ? (double)NAN : result;
}

/* base + sign atan(y / x) / pi, for 0 <= y <= x and x > 0, whose sum and quotient's inverse are
 * finite. The scheme is that of outerfill_angle. The quotient has a rest here. */
OUTERFILL_MATH double outerfill_turn(const double y, const double x, const double base,
                                     const double sign) {
    const bool is_flat = y <= x * 0x1.a827999fcef32p-2;
    const struct outerfill_pair less = outerfill_pair_of(-x, y), sum = outerfill_pair_of(x, y);
    const double over = is_flat ? y : less.hi, over_rest = is_flat ? 0.0 : less.lo;
    const double under = is_flat ? x : sum.hi, under_rest = is_flat ? 0.0 : sum.lo;
    const double inverse = 1.0 / under, r = over * inverse;
    const double r_rest = fma(-r, under_rest, fma(-r, under, over) + over_rest) * inverse;
    const double z = r * r, rest = fma(r * z, outerfill_atan_cubic(z), r_rest);
    return outerfill_over_pi(r, rest, is_flat ? base : fma(sign, 0.25, base), sign);
}

OUTERFILL_MATH double outerfill_atanpi(const double x) {
    const double size = fabs(x), limited = size < 0x1p60 ? size : 0x1p60;
    const bool is_steep = size > 1.0;
    const double turn = outerfill_turn(is_steep ? 1.0 : size, is_steep ? limited : 1.0,
                                       is_steep ? 0.5 : 0.0, is_steep ? -1.0 : 1.0);
    return outerfill_with_sign(turn, x);
}

/* The power of two near the greater magnitude is taken out, as in outerfill_hypot. */
OUTERFILL_MATH double outerfill_atan2pi(const double y, const double x) {
    const double u = fabs(x), v = fabs(y), greater = u > v ? u : v, less = u > v ? v : u;
    const double clamped = greater < 0x1p-1000  ? 0x1p-1000
                           : greater > 0x1p1000 ? 0x1p1000
                                                : greater;
    const ulong power = as_ulong(clamped) & 0x7ff0000000000000ul;
    const double scale = as_double(0x7fe0000000000000ul - power);
    const bool is_limit = greater == 0.0 || greater == (double)INFINITY;
    const double over = less == (double)INFINITY ? 1.0 : is_limit ? 0.0 : less * scale;
    const double under = is_limit ? 1.0 : greater * scale;
    const bool is_steep = v > u, is_left = as_ulong(x) >> 63;
    const double turn = outerfill_turn(over, under,
                                       is_steep  ? 0.5
                                       : is_left ? 1.0
                                                 : 0.0,
                                       is_steep != is_left ? -1.0 : 1.0);
    return outerfill_with_sign(turn, y);
}

/* ---- fmod, remainder ---- */

/* Both are exact. The nearest integer n to the rounded quotient of a = |x| and b = |y| is at most
 * one beside the wanted one, if that is below 2^52. a - n b is a multiple of the last place of b
 * and no greater than b, so that fma gives it exactly, and then one b is added or taken away. */
#define OUTERFILL_ORDINARY_QUOTIENT 0x1p52

/* Infinities and zeros are ordinary. */
OUTERFILL_MATH bool outerfill_fmod_is_ordinary(const double x, const double y) {
    const double a = fabs(x), b = fabs(y);
    return !(a / b >= OUTERFILL_ORDINARY_QUOTIENT) || a == (double)INFINITY || b == 0.0;
}

OUTERFILL_MATH bool outerfill_remainder_is_ordinary(const double x, const double y) {
    return outerfill_fmod_is_ordinary(x, y);
}

/* x for a finite x and an infinite y, NaN for an infinite x or y = 0, otherwise the result. */
#define OUTERFILL_FMOD_LIMITS(a, b, result)                                                        \
    ((a) == (double)INFINITY || (b) == 0.0 ? (double)NAN : (b) == (double)INFINITY ? (a) : (result))

OUTERFILL_MATH double outerfill_fmod_ordinary(const double x, const double y) {
    const double a = fabs(x), b = fabs(y), n = outerfill_nearest_positive(a / b);
    const double rest = fma(-n, b, a), positive = rest < 0.0 ? rest + b : rest;
    return outerfill_times_sign(OUTERFILL_FMOD_LIMITS(a, b, positive), x);
}

OUTERFILL_MATH double outerfill_remainder_ordinary(const double x, const double y) {
    const double a = fabs(x), b = fabs(y), sum = a / b + 0x1p52, n = sum - 0x1p52;
    const double rest = fma(-n, b, a), twice = 2.0 * fabs(rest);
    const bool is_odd = as_ulong(sum) & 1, is_beyond = twice > b || (twice == b && is_odd);
    const double beside = rest < 0.0 ? rest + b : rest - b, least = is_beyond ? beside : rest;
    return outerfill_times_sign(OUTERFILL_FMOD_LIMITS(a, b, least), x);
}

/* A positive number is its significand times a power of two with this exponent. */
OUTERFILL_MATH ulong outerfill_significand(const double x) {
    const ulong bits = as_ulong(x), fraction = bits & 0x000ffffffffffffful;
    return bits >> 52 ? fraction | 0x0010000000000000ul : fraction;
}

OUTERFILL_MATH int outerfill_exponent(const double x) {
    const int biased = (int)(as_ulong(x) >> 52);
    return (biased ? biased : 1) - 1075;
}

/* a modulo b, for finite a >= b > 0, as a multiple of the last place of b: long division, eleven
 * binary digits at a time. */
static inline ulong outerfill_long_division(const double a, const double b) {
    const ulong divisor = outerfill_significand(b);
    int digits = outerfill_exponent(a) - outerfill_exponent(b);
    ulong rest = outerfill_significand(a) % divisor;
    for (; digits > 11; digits -= 11) rest = (rest << 11) % divisor;
    return (rest << digits) % divisor;
}

OUTERFILL_RARE double outerfill_fmod_huge(const double x, const double y) {
    const double a = fabs(x), b = fabs(y);
    if (outerfill_fmod_is_ordinary(x, y)) return outerfill_fmod_ordinary(x, y);
    const double rest = (double)outerfill_long_division(a, b);
    const double unit = (double)outerfill_exponent(b) + OUTERFILL_TO_EXPONENT;
    return outerfill_times_sign(outerfill_scale(rest, unit), x);
}

/* The quotient is never half-way between two integers: x would have more than 53 digits. */
OUTERFILL_RARE double outerfill_remainder_huge(const double x, const double y) {
    const double a = fabs(x), b = fabs(y);
    if (outerfill_remainder_is_ordinary(x, y)) return outerfill_remainder_ordinary(x, y);
    const ulong divisor = outerfill_significand(b), rest = outerfill_long_division(a, b);
    const double least = 2 * rest > divisor ? -(double)(divisor - rest) : (double)rest;
    const double unit = (double)outerfill_exponent(b) + OUTERFILL_TO_EXPONENT;
    return outerfill_times_sign(outerfill_scale(least, unit), x);
}

#define OUTERFILL_ANY_QUOTIENT(name)                                                               \
    OUTERFILL_MATH double outerfill_##name(const double x, const double y) {                       \
        return outerfill_##name##_is_ordinary(x, y) ? outerfill_##name##_ordinary(x, y)            \
                                                    : outerfill_##name##_huge(x, y);               \
    }
OUTERFILL_ANY_QUOTIENT(fmod)
OUTERFILL_ANY_QUOTIENT(remainder)

/* ---- tgamma, lgamma ---- */

/* With z = |x|, and y = z + 8 for z < 8 and y = z beyond:
 *     x >= -1/2, z < 8:  Gamma(x) = Gamma(y) / (x (x + 1) ... (x + 7))
 *     x < -1/2:          Gamma(x) = -pi / (sin(pi z) Gamma(1 + z)), and for z < 8
 *                        Gamma(1 + z) = Gamma(y) / ((z + 1) ... (z + 7))
 * log Gamma(y) is Stirling's series, y >= 7.5. Gamma is an exponential over a divisor, and both
 * are pairs. M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 1964: 6.1.16 is the
 * product, 6.1.17 the reflection, 6.1.40 the series. */

OUTERFILL_MATH struct outerfill_pair outerfill_pair_product(const struct outerfill_pair a,
                                                            const struct outerfill_pair b) {
    const double product = a.hi * b.hi, rest = fma(a.hi, b.hi, -product);
    return outerfill_pair_of(product, rest + fma(a.hi, b.lo, a.lo * b.hi));
}

/* a - b of a.hi >= b. */
OUTERFILL_MATH struct outerfill_pair outerfill_pair_minus(const struct outerfill_pair a,
                                                          const double b) {
    const struct outerfill_pair difference = outerfill_pair_of(a.hi, -b);
    return outerfill_pair_of(difference.hi, difference.lo + a.lo);
}

/* (x + 1) ... (x + 7), x from -1/2 to 8: t (t^2 - 1) (t^2 - 4) (t^2 - 9) of t = x + 4. */
OUTERFILL_MATH struct outerfill_pair outerfill_seven_factors(const double x) {
    const double t_hi = x + 4.0;
    const struct outerfill_pair t = {t_hi, x - (t_hi - 4.0)};
    const struct outerfill_pair square = outerfill_pair_product(t, t);
    const struct outerfill_pair inner =
        outerfill_pair_product(t, outerfill_pair_minus(square, 1.0));
    const struct outerfill_pair outer = outerfill_pair_product(outerfill_pair_minus(square, 4.0),
                                                               outerfill_pair_minus(square, 9.0));
    return outerfill_pair_product(inner, outer);
}

/* -sin(pi |x|). */
OUTERFILL_MATH struct outerfill_pair outerfill_minus_sinpi(const double x) {
    OUTERFILL_REDUCE_TURN(x)
    const struct outerfill_pair s = outerfill_sine(r, rest), c = outerfill_cosine(r, rest);
    const bool is_odd = quadrant & 1;
    const double hi = is_odd ? c.hi : s.hi, lo = is_odd ? c.lo : s.lo;
    const ulong sign = (~quadrant & 2) << 62;
    return (struct outerfill_pair){as_double(as_ulong(hi) ^ sign), as_double(as_ulong(lo) ^ sign)};
}

/* The divisor of Gamma(x). It is 0 where Gamma has a pole. */
OUTERFILL_MATH struct outerfill_pair outerfill_gamma_divisor(const double x) {
    const bool is_left = x < -0.5, is_near = fabs(x) < 8.0;
    const struct outerfill_pair factors = outerfill_seven_factors(is_left ? -x : x);
    const double p = is_near ? factors.hi : 1.0, p_rest = is_near ? factors.lo : 0.0;
    const double last = is_near ? x : 1.0, product = p * last;
    const double product_rest = fma(p_rest, last, fma(p, last, -product));
    const struct outerfill_pair sine = outerfill_minus_sinpi(x);
    const double inverse = 1.0 / p, q = sine.hi * inverse;
    const double q_rest = (fma(-q, p, sine.hi) + fma(-q, p_rest, sine.lo)) * inverse;
    return (struct outerfill_pair){is_left ? q : product, is_left ? q_rest : product_rest};
}

/* y (log Gamma(y) - (y - 1/2) log(y) + y - log(2 pi) / 2) of z = 1 / y^2, y >= 7.5. */
OUTERFILL_MATH double outerfill_stirling_rest(const double z) {
    const double z2 = z * z;
    const double p0 = fma(z, -0x1.6c16c16c11308p-9, 0x1.5555555555555p-4);
    const double p2 = fma(z, -0x1.381346cddf1b6p-11, 0x1.a01a016a07bc9p-11);
    const double p4 = fma(z, -0x1.f18e9e100dd91p-10, 0x1.b930fd413d19p-11);
    const double p6 = fma(z, -0x1.68ee3e71d7cf3p-7, 0x1.6c95c25b2a652p-8);
    return fma(z2 * z2, fma(z2, p6, p4), fma(z2, p2, p0));
}

/* The logarithm of the exponential of Gamma(x): log Gamma(y) for x >= -1/2, otherwise
 * log(pi) - log Gamma(y), or log(pi) - log Gamma(1 + y). log Gamma(y) is
 * (y - 1/2) (log(y) - 1) + base + rest(y), and that of 1 + y has 1/2 instead of -1/2. */
OUTERFILL_MATH struct outerfill_pair outerfill_gamma_exponent(const double x) {
    const bool is_left = x < -0.5, is_near = fabs(x) < 8.0, is_beside = is_left && !is_near;
    const double z = is_left ? -x : x, y = is_near ? z + 8.0 : z;
    const double y_rest = is_near ? z - (y - 8.0) : 0.0;
    OUTERFILL_SPLIT_NUMBER(y)
    OUTERFILL_LOG_PAIR(m - 1.0, y_rest * (k > 3.0 ? 0x1p-4 : 0x1p-3)) /* 2^-k, if there is a rest */
    OUTERFILL_ADD_K_LN2
    const struct outerfill_pair log = outerfill_pair_of(sum_hi, -1.0);
    const double log_rest = log.lo + sum_lo, side = is_beside ? 0.5 : -0.5;
    const double u = y + side, u_rest = ((y - u) + side) + y_rest, t = u * log.hi;
    const double t_rest = fma(u, log.hi, -t) + fma(u, log_rest, u_rest * log.hi);
    const double w = 1.0 / y, w_rest = (fma(-w, y, 1.0) - w * y_rest) * w;
    const double series = w * outerfill_stirling_rest(w * w);
    /* log(2 pi) / 2 - 1/2, or + 1/2, less log(pi) on the left */
    const double base = is_beside ? 0x1.18ca26d2af675p-2
                        : is_left ? -0x1.739aec96a84c5p-1
                                  : 0x1.acfe390c97d69p-2;
    const double base_rest = is_beside ? 0x1.dcd49c8e5aff6p-58
                             : is_left ? -0x1.c4656c6e34a01p-55
                                       : 0x1.3494bc9001442p-56;
    const struct outerfill_pair small = outerfill_pair_of(base, series);
    const struct outerfill_pair sum = outerfill_pair_of(t, small.hi);
    const double rest = sum.lo + (small.lo + fma(w_rest, 1.0 / 12.0, t_rest + base_rest));
    const double sign = is_left ? -1.0 : 1.0;
    return outerfill_pair_of(sign * sum.hi, sign * rest);
}

/* The exponential over the divisor. The power of two comes last, and rounds a subnormal result once
 * only. */
OUTERFILL_MATH double outerfill_tgamma(const double x) {
    const struct outerfill_pair exponent = outerfill_gamma_exponent(x);
    const struct outerfill_pair divisor = outerfill_gamma_divisor(x);
    const double sum = fma(exponent.hi, OUTERFILL_LOG2_E, OUTERFILL_TO_EXPONENT);
    const double k = sum - OUTERFILL_TO_EXPONENT, head = fma(-k, OUTERFILL_LN2_HI, exponent.hi);
    const double tail = fma(-k, OUTERFILL_LN2_LO, exponent.lo);
    const double r = head + tail, rest = (head - r) + tail;
    const struct outerfill_pair e_minus_1 =
        outerfill_pair_of(r, fma(r * r, fma(r, outerfill_exp_cubic(r), 0.5), rest));
    const struct outerfill_pair e = outerfill_pair_of(1.0, e_minus_1.hi);
    const double q = outerfill_quotient(e.hi, e.lo + e_minus_1.lo, divisor.hi, divisor.lo);
    const double value =
        x < -190.0 ? outerfill_with_sign(0.0, divisor.hi) : outerfill_scale(q, sum);
    const double limited =
        x > 172.0 || fabs(x) <= 0x1p-1024 ? outerfill_with_sign((double)INFINITY, x) : value;
    return x < -0.5 && divisor.hi == 0.0 ? (double)NAN : limited;
}

/* log Gamma(1 + t), t from -0.11 to 0.14. */
OUTERFILL_MATH double outerfill_lgamma_at_1(const double t) {
    const double t2 = t * t, t4 = t2 * t2;
    const double p0 = fma(t, -0x1.9a4d55beab21ap-2, 0x1.a51a6625307d2p-1);
    const double p2 = fma(t, -0x1.a8b9c17ae2269p-3, 0x1.151322ac7ee52p-2);
    const double p4 = fma(t, -0x1.2703a1914a24fp-3, 0x1.5b40cb093cc52p-3);
    const double p6 = fma(t, -0x1.c806dffb28a6bp-4, 0x1.010b3db194cdp-3);
    const double p8 = fma(t, -0x1.745b83fa6d4ebp-4, 0x1.99faf9e6f9394p-4);
    const double p10 =
        fma(fma(t, 0x1.049c0fccb2b18p-4, -0x1.467d5372a0e98p-4), t, 0x1.570360797b5eap-4);
    const double p = fma(t4 * t4, fma(t2, p10, p8), fma(t4, fma(t2, p6, p4), fma(t2, p2, p0)));
    const double linear = t * -0x1.2788cfc6fb619p-1,
                 linear_rest = fma(t, -0x1.2788cfc6fb619p-1, -linear);
    return linear + fma(t2, p, linear_rest);
}

/* log Gamma(2 + t), t from -0.18 to 0.14. */
OUTERFILL_MATH double outerfill_lgamma_at_2(const double t) {
    const double t2 = t * t, t4 = t2 * t2;
    const double p0 = fma(t, -0x1.13e001a5574b8p-4, 0x1.4a34cc4a60fa4p-2);
    const double p2 = fma(t, -0x1.e404fc22ccd27p-8, 0x1.51322ac7e0991p-6);
    const double p4 = fma(t, -0x1.38ac5ab85c968p-10, 0x1.7add6e67b42cap-9);
    const double p6 = fma(t, -0x1.d3fcb09f1fa1ap-13, 0x1.0b3729d1adaecp-11);
    const double p8 =
        fma(fma(t, 0x1.900e1ff1fb933p-16, -0x1.7bbfb8f8706p-15), t, 0x1.a06964bed4baep-14);
    const double p = fma(t4 * t4, p8, fma(t4, fma(t2, p6, p4), fma(t2, p2, p0)));
    const double linear = t * 0x1.b0ee6072093cep-2,
                 linear_rest = fma(t, 0x1.b0ee6072093cep-2, -linear);
    return linear + fma(t2, p, linear_rest);
}

/* The greatest x with a finite log Gamma(x). */
#define OUTERFILL_LGAMMA_GREATEST 0x1.754d9278b51a7p+1014

/* The exponent less the logarithm of the divisor, unless x is near 1 or 2, where that is 0. */
OUTERFILL_MATH double outerfill_lgamma(const double x) {
    const bool is_tiny = fabs(x) < 0x1p-60; /* -log|x| */
    const struct outerfill_pair exponent = outerfill_gamma_exponent(x);
    const struct outerfill_pair divisor = outerfill_gamma_divisor(x);
    const double size = fabs(is_tiny ? x : divisor.hi);
    const double size_rest = is_tiny ? 0.0 : outerfill_times_sign(divisor.lo, divisor.hi);
    OUTERFILL_SPLIT_NUMBER(size)
    OUTERFILL_LOG_PAIR(m - 1.0, size_rest * outerfill_power_of_2(is_tiny ? 0.0 : -k))
    OUTERFILL_ADD_K_LN2
    const double whole = is_tiny ? 0.0 : exponent.hi, part = is_tiny ? 0.0 : exponent.lo;
    const double far = whole - sum_hi, back = far - whole;
    const double far_rest = (whole - (far - back)) - (sum_hi + back);
    const double value = far + (far_rest + (part - sum_lo));
    const double near_1 = x >= 0.89 && x <= 1.14 ? outerfill_lgamma_at_1(x - 1.0) : value;
    const double near_2 = x >= 1.82 && x <= 2.14 ? outerfill_lgamma_at_2(x - 2.0) : near_1;
    return size == 0.0 || fabs(x) > OUTERFILL_LGAMMA_GREATEST ? (double)INFINITY : near_2;
}

/* ---- erf ---- */

/* (erf(x) - x) / x of z = x^2, |x| <= 1. */
OUTERFILL_MATH double outerfill_erf_rest(const double z) {
    const double z2 = z * z, z4 = z2 * z2;
    const double p0 = fma(z, -0x1.812746b0379fdp-2, 0x1.06eba8214db69p-3);
    const double p2 = fma(z, -0x1.b82ce312abf08p-6, 0x1.ce2f21a04362dp-4);
    const double p4 = fma(z, -0x1.c02db49b09506p-11, 0x1.565bcd12991cp-8);
    const double p6 = fma(z, -0x1.f4d333884b5cap-17, 0x1.f9a335388d2f5p-14);
    const double p8 = fma(z, -0x1.5f9828c55da45p-23, 0x1.b9ee95850f6f5p-20);
    const double p10 =
        fma(fma(z, 0x1.2978304266ff7p-34, -0x1.46794feb16f44p-30), z, 0x1.fc78cbccf6129p-27);
    return fma(z4, fma(z4, fma(z2, p10, p8), fma(z2, p6, p4)), fma(z2, p2, p0));
}

/* (1 + 2 y) exp(y^2) erfc(y) - 1 of t = (y - 4) / (y + 4), y from 1/2 to 28: an interpolation in
 * Chebyshev points of degree 21, after Shepherd and Laframboise. */
OUTERFILL_MATH double outerfill_erfc_rest(const double t) {
    const double t2 = t * t, t4 = t2 * t2, t8 = t4 * t4;
    const double p0 = fma(t, -0.13962111684056253, 0.2329951186255525);
    const double p2 = fma(t, 0.0680970542546948, 0.015379652102619027);
    const double p4 = fma(t, 0.09373283499828751, -0.10103906603625375);
    const double p6 = fma(t, 0.03716751553818893, -0.06633036581360713);
    const double p8 = fma(t, 0.0050319699756138135, -0.01619773403826592);
    const double p10 = fma(t, -0.00019925671345040716, -0.0007577734486762808);
    const double p12 = fma(t, -2.4398983809134553e-05, 0.00015062249512264785);
    const double p14 = fma(t, 5.7086428044048145e-06, -1.12247322473501e-05);
    const double p16 = fma(t, -8.22559563206072e-07, 2.9955790685567077e-07);
    const double p18 = fma(t, 1.0568025135820959e-07, 6.702452833728971e-08);
    const double p20 = fma(t, -1.0476718674668371e-08, -1.2224048303152388e-08);
    const double low = fma(t4, fma(t2, p6, p4), fma(t2, p2, p0));
    const double middle = fma(t4, fma(t2, p14, p12), fma(t2, p10, p8));
    const double high = fma(t4, p20, fma(t2, p18, p16));
    return fma(t8, fma(t8, high, middle), low);
}

/* exp(-y^2) (1 + rest(t)) / (1 + 2 y), y from 1/2 to 28. Quotients are completed by their
 * remainders. */
OUTERFILL_MATH double outerfill_erfc_far(const double y) {
    const double to_t = 1.0 / (y + 4.0), t_hi = (y - 4.0) * to_t;
    const double f = outerfill_erfc_rest(fma(to_t, fma(-t_hi, y, fma(t_hi + 1.0, -4.0, y)), t_hi));
    const double d = fma(2.0, y, 1.0), d_rest = 1.0 - (d - 2.0 * y);
    const double n = 1.0 + f, n_rest = f - (n - 1.0), inverse = 1.0 / d, q = n * inverse;
    const double q_rest = (fma(-q, d, n) + fma(-q, d_rest, n_rest)) * inverse;
    const double square = y * y, square_rest = fma(y, y, -square);
    const double sum = fma(square, -OUTERFILL_LOG2_E, OUTERFILL_TO_EXPONENT);
    const double k = sum - OUTERFILL_TO_EXPONENT;
    const double head = fma(-k, OUTERFILL_LN2_HI, -square);
    const double tail = fma(-k, OUTERFILL_LN2_LO, -square_rest);
    const double r = head + tail, r_rest = (head - r) + tail;
    const double e_minus_1 = r + fma(r * r, fma(r, outerfill_exp_cubic(r), 0.5), r_rest);
    return outerfill_scale(q + fma(q + q_rest, e_minus_1, q_rest), sum);
}

/* erfc(x), |x| < 1/2. Beyond 1/4 it is less than 1 - 1/4: 1/2 - (erf(x) - 1/2) loses fewer
 * digits. */
OUTERFILL_MATH double outerfill_erfc_near(const double x) {
    const double s = outerfill_erf_rest(x * x);
    return x < 0.25 ? 1.0 - fma(x, s, x) : 0.5 - fma(x, s, x - 0.5);
}

OUTERFILL_MATH double outerfill_erfc_beyond(const double x) {
    const double y = fabs(x), far = outerfill_erfc_far(OUTERFILL_CLAMP(y, 0.5, 28.0));
    return x < 0.0 ? 2.0 - far : far;
}

OUTERFILL_MATH double outerfill_erfc(const double x) {
    return OUTERFILL_EITHER(fabs(x) < 0.5, outerfill_erfc_near(x), outerfill_erfc_beyond(x));
}

OUTERFILL_MATH double outerfill_erf_beyond(const double x) {
    const double y = fabs(x);
    const double far = 1.0 - outerfill_erfc_far(OUTERFILL_CLAMP(y, 1.0, 28.0));
    return outerfill_times_sign(far, x);
}

OUTERFILL_MATH double outerfill_erf(const double x) {
    return OUTERFILL_EITHER(fabs(x) < 1.0, fma(x, outerfill_erf_rest(x * x), x),
                            outerfill_erf_beyond(x));
}

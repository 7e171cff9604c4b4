/* SPDX-License-Identifier: MIT
 *
 * erfc of float64 vectors, without branches and table look-ups: with y = |x|,
 *
 *     y < 1/2      erfc(x) = 1 - x - x S(x^2)
 *     otherwise    erfc(y) = exp(-y^2) (1 + F(t)) / (1 + 2y),  t = (y - 4) / (y + 4),
 *                  and erfc(-y) = 2 - erfc(y)
 *
 * after M. M. Shepherd and J. G. Laframboise, Chebyshev Approximation of (1 + 2x) exp(x^2) erfc x
 * in 0 <= x < infinity, Math. Comp. 36 (1981). S and F are interpolations in Chebyshev points, of
 * degree 8 on [0, 1/4] and 21 on [-7/9, 3/4], computed with 50 digits; their errors are below
 * 3e-17. Within 1.7 ULP of erfc on [-7, 26.5] (6 million arguments against 113 bits; glibc 2.36:
 * 3.6 ULP). On PoCL 190 Mcells/s with the erfc of double8 that it has from SLEEF, 256 with this
 * one.
 *
 * In front of this text stands vector_functions.cl, here with vectors of doubles. */

/* One step of Horner's rule for a vector. */
#define STEP(p, x, coefficient) p = fma(p, x, (outerfill_vector)(coefficient))

PURE outerfill_vector outerfill_vectors_erfc_small(const outerfill_vector x) {
    const outerfill_vector z = x * x;
    outerfill_vector s = (outerfill_vector)(1.4725865480556744e-06);
    STEP(s, z, -1.4845849259707869e-05);
    STEP(s, z, 0.00012053335124353741);
    STEP(s, z, -0.0008548297753674966);
    STEP(s, z, 0.00522397737302147);
    STEP(s, z, -0.026866170632887928);
    STEP(s, z, 0.11283791670925353);
    STEP(s, z, -0.37612638903183476);
    STEP(s, z, 0.12837916709551256);
    /* Beyond 1/4 the result is less than 1 - 1/4: from 1/2 downwards fewer digits are lost. */
    return select(0.5 - fma(x, s, x - 0.5), 1.0 - fma(x, s, x), x < 0.25);
}

/* Even and odd powers apart: two chains of operations that a processor runs side by side. */
PURE outerfill_vector outerfill_vectors_erfc_f(const outerfill_vector t) {
    const outerfill_vector t2 = t * t;
    outerfill_vector even = (outerfill_vector)(-1.2224048303152388e-08),
                     odd = (outerfill_vector)(-1.0476718674668371e-08);
    STEP(even, t2, 6.702452833728971e-08);
    STEP(odd, t2, 1.0568025135820959e-07);
    STEP(even, t2, 2.9955790685567077e-07);
    STEP(odd, t2, -8.22559563206072e-07);
    STEP(even, t2, -1.12247322473501e-05);
    STEP(odd, t2, 5.7086428044048145e-06);
    STEP(even, t2, 0.00015062249512264785);
    STEP(odd, t2, -2.4398983809134553e-05);
    STEP(even, t2, -0.0007577734486762808);
    STEP(odd, t2, -0.00019925671345040716);
    STEP(even, t2, -0.01619773403826592);
    STEP(odd, t2, 0.0050319699756138135);
    STEP(even, t2, -0.06633036581360713);
    STEP(odd, t2, 0.03716751553818893);
    STEP(even, t2, -0.10103906603625375);
    STEP(odd, t2, 0.09373283499828751);
    STEP(even, t2, 0.015379652102619027);
    STEP(odd, t2, 0.0680970542546948);
    STEP(even, t2, 0.2329951186255525);
    STEP(odd, t2, -0.13962111684056253);
    return fma(odd, t, even);
}

/* (y - 4) / (y + 4), the quotient corrected by its remainder. */
PURE outerfill_vector outerfill_vectors_erfc_t(const outerfill_vector y) {
    const outerfill_vector inverse = 1.0 / (y + 4.0), t = (y - 4.0) * inverse;
    const outerfill_vector remainder = fma(-t, y, fma(t + 1.0, (outerfill_vector)(-4.0), y));
    return fma(inverse, remainder, t);
}

/* exp(x) - 1 for |x| <= log(2) / 2: the exponential series up to x^13. */
PURE outerfill_vector outerfill_vectors_erfc_expm1(const outerfill_vector x) {
    const outerfill_vector x2 = x * x;
    outerfill_vector even = (outerfill_vector)(1.0 / 479001600.0),
                     odd = (outerfill_vector)(1.0 / 6227020800.0);
    STEP(even, x2, 1.0 / 3628800.0);
    STEP(odd, x2, 1.0 / 39916800.0);
    STEP(even, x2, 1.0 / 40320.0);
    STEP(odd, x2, 1.0 / 362880.0);
    STEP(even, x2, 1.0 / 720.0);
    STEP(odd, x2, 1.0 / 5040.0);
    STEP(even, x2, 1.0 / 24.0);
    STEP(odd, x2, 1.0 / 120.0);
    STEP(even, x2, 0.5);
    STEP(odd, x2, 1.0 / 6.0);
    return fma(fma(odd, x, even), x2, x);
}

/* 2^k for k from -1022 to 1023. */
PURE outerfill_vector outerfill_vectors_erfc_power_of_2(const outerfill_vector k) {
    return WITH_WIDTH(as_double, VECTOR_WIDTH)((WITH_WIDTH(convert_long, VECTOR_WIDTH)(k) + 1023)
                                               << 52);
}

PURE outerfill_vector outerfill_vectors_erfc_large(const outerfill_vector y) {
    const outerfill_vector f = outerfill_vectors_erfc_f(outerfill_vectors_erfc_t(y));
    /* (1 + f) / (1 + 2y) as quotient + rest, from sums and remainders that are exact */
    const outerfill_vector d = fma((outerfill_vector)(2.0), y, (outerfill_vector)(1.0)),
                           d_rest = 1.0 - (d - 2.0 * y);
    const outerfill_vector n = 1.0 + f, n_rest = f - (n - 1.0), inverse = 1.0 / d,
                           quotient = n * inverse;
    const outerfill_vector rest = (fma(-quotient, d, n) + fma(-quotient, d_rest, n_rest)) * inverse;
    /* -y^2 = k log(2) + r + r_rest */
    const outerfill_vector square = y * y, square_rest = fma(y, y, -square),
                           k = rint(square * -1.4426950408889634);
    const outerfill_vector r_high =
        fma(k, (outerfill_vector)(-6.93147180369123816490e-01), -square);
    const outerfill_vector r_low =
        fma(k, (outerfill_vector)(-1.90821492927058770002e-10), -square_rest);
    const outerfill_vector r = r_high + r_low, r_rest = (r_high - r) + r_low;
    const outerfill_vector e = outerfill_vectors_erfc_expm1(r),
                           e_minus_1 = e + fma(r_rest, e, r_rest);
    const outerfill_vector result = quotient + fma(quotient + rest, e_minus_1, rest),
                           half_k = rint(k * 0.5);
    return result * outerfill_vectors_erfc_power_of_2(half_k) *
           outerfill_vectors_erfc_power_of_2(k - half_k); /* two, for subnormal results */
}

PURE outerfill_vector outerfill_vectors_erfc(const outerfill_vector x) {
    const outerfill_vector y = fabs(x);
    const outerfill_vector large =
        outerfill_vectors_erfc_large(clamp(y, (outerfill_vector)(0.5), (outerfill_vector)(28.0)));
    return select(select(large, 2.0 - large, x < 0.0), outerfill_vectors_erfc_small(x), y < 0.5);
}

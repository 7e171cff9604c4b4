/* SPDX-License-Identifier: MIT
 *
 * Built-in functions of vectors that are as right as those of scalars, and whose elements do not
 * depend on each other. Drivers compute ordinary arguments well, but in some of their vector
 * versions one extraordinary element spoils the others: on PoCL 3.1 (AVX-512) one of 1e8 sin, cos
 * and tan of a float16, a zero or a subnormal one pow of a double8. So the vector version never
 * sees such an element: 1 stands in its place, and the scalar version computes it.
 *
 * In front of this text the host puts outerfill_vector, VECTOR_WIDTH and LARGEST_ORDINARY; behind
 * it, GUARDED_1 or GUARDED_2 for each function that the caller's text calls, under whose name it
 * then calls outerfill_guarded_NAME. With the build option -DOUTERFILL_SLEEF vector versions are
 * called that the SLEEF library inside PoCL has, and PoCL itself does not use. */

#define JOIN(x, y)                     x##y
#define WITH_WIDTH(name, width)        JOIN(name, width)
#define LOAD_VECTOR(elements)          WITH_WIDTH(vload, VECTOR_WIDTH)(0, elements)
#define STORE_VECTOR(vector, elements) WITH_WIDTH(vstore, VECTOR_WIDTH)(vector, 0, elements)

/* pow of double8: PoCL's 39, SLEEF's 135 Mcells/s; of float16, 95 and 341. Both to 1 ULP. */
#ifdef OUTERFILL_SLEEF
#define SLEEF_POW_8  Sleef_powd8_u10_intrin
#define SLEEF_POW_16 Sleef_powf16_u10_intrin
#define VECTOR_POW   WITH_WIDTH(SLEEF_POW_, VECTOR_WIDTH)
outerfill_vector VECTOR_POW(outerfill_vector x, outerfill_vector y);
#else
#define VECTOR_POW pow
#endif

/* For each element, whether its magnitude is from 1 / LARGEST_ORDINARY to limit; zero and NaN are
 * extraordinary. */
#define IS_ORDINARY(x, limit) ((fabs(x) <= (real)(limit)) & (fabs(x) >= 1 / LARGEST_ORDINARY))
#define OR_ONE(x, ordinary)   select((outerfill_vector)(1), x, ordinary)

/* Functions of their arguments alone, so that the compiler may take sin(a) out of a row's loop. */
#define PURE  static inline __attribute__((const, always_inline))
#define APART static __attribute__((const, noinline))

#define GUARDED_1(name, vector_name, limit)                                                        \
    APART outerfill_vector outerfill_scalar_##name(const outerfill_vector x,                       \
                                                   outerfill_vector result) {                      \
        real xs[VECTOR_WIDTH], results[VECTOR_WIDTH];                                              \
        STORE_VECTOR(x, xs);                                                                       \
        STORE_VECTOR(result, results);                                                             \
        for (int k = 0; k < VECTOR_WIDTH; k++)                                                     \
            if (!IS_ORDINARY(xs[k], limit)) results[k] = name(xs[k]);                              \
        return LOAD_VECTOR(results);                                                               \
    }                                                                                              \
    PURE outerfill_vector outerfill_guarded_##name(const outerfill_vector x) {                     \
        const outerfill_vector result = vector_name(OR_ONE(x, IS_ORDINARY(x, limit)));             \
        return all(IS_ORDINARY(x, limit)) ? result : outerfill_scalar_##name(x, result);           \
    }

/* Results must be ordinary as well: SLEEF's pow calls 0x1.ffffffffffffep+1023 infinite. */
#define GUARDED_2(name, vector_name, limit)                                                        \
    APART outerfill_vector outerfill_scalar_##name(                                                \
        const outerfill_vector x, const outerfill_vector y, outerfill_vector result) {             \
        real xs[VECTOR_WIDTH], ys[VECTOR_WIDTH], results[VECTOR_WIDTH];                            \
        STORE_VECTOR(x, xs);                                                                       \
        STORE_VECTOR(y, ys);                                                                       \
        STORE_VECTOR(result, results);                                                             \
        for (int k = 0; k < VECTOR_WIDTH; k++)                                                     \
            if (!(IS_ORDINARY(xs[k], limit) && IS_ORDINARY(ys[k], limit) &&                        \
                  IS_ORDINARY(results[k], limit)))                                                 \
                results[k] = name(xs[k], ys[k]);                                                   \
        return LOAD_VECTOR(results);                                                               \
    }                                                                                              \
    PURE outerfill_vector outerfill_guarded_##name(const outerfill_vector x,                       \
                                                   const outerfill_vector y) {                     \
        const outerfill_vector result =                                                            \
            vector_name(OR_ONE(x, IS_ORDINARY(x, limit) & IS_ORDINARY(y, limit)),                  \
                        OR_ONE(y, IS_ORDINARY(x, limit) & IS_ORDINARY(y, limit)));                 \
        const int is_ordinary =                                                                    \
            all(IS_ORDINARY(x, limit) & IS_ORDINARY(y, limit) & IS_ORDINARY(result, limit));       \
        return is_ordinary ? result : outerfill_scalar_##name(x, y, result);                       \
    }

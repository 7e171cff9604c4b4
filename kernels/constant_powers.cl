/* SPDX-License-Identifier: MIT
 *
 * pow with an exponent that the text writes as a constant: pow(x, 2.0) has the bits and the speed
 * of x * x. The compiler's front end decides what a constant is. So a text has the same bits with
 * every processor and optimiser. */
OUTERFILL_MATH double outerfill_constant_pow(const double x, const double y) {
    return y == 1.0    ? x
           : y == 2.0  ? x * x
           : y == 3.0  ? outerfill_pow_3(x)
           : y == 4.0  ? outerfill_pow_4(x)
           : y == 5.0  ? outerfill_pow_5(x)
           : y == -1.0 ? 1.0 / x
           : y == 0.5  ? (x == -(double)INFINITY ? (double)INFINITY : sqrt(x) + 0.0)
                       : outerfill_builtin_pow(x, y);
}

/* The result has the type of any other power. The products of a float are exact in double. */
#define OUTERFILL_ANY_POW(x, y)                                                                    \
    __builtin_choose_expr(                                                                         \
        __builtin_constant_p(y),                                                                   \
        (__typeof__(outerfill_builtin_pow(x, y)))outerfill_constant_pow((double)(x), (double)(y)), \
        outerfill_builtin_pow(x, y))

/* With one argument or three, the compiler says what is wrong with outerfill_builtin_pow. */
#define OUTERFILL_FOURTH(first, second, third, fourth, ...) fourth
#undef pow
#define pow(...)                                                                                   \
    OUTERFILL_FOURTH(__VA_ARGS__, outerfill_builtin_pow, OUTERFILL_ANY_POW,                        \
                     outerfill_builtin_pow, )                                                      \
    (__VA_ARGS__)

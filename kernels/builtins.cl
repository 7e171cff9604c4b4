/* SPDX-License-Identifier: MIT
 *
 * How the caller's text gets OpenCL's built-in functions. The host writes this text in front of the
 * caller's, and then an overload of outerfill_builtin_NAME for each type of arguments
 * (program/builtins.c says which). The body of an overload is one of the macros below. T is the
 * type of the arguments x and y, F the driver's function, and LIMIT the number from which on every
 * number of T is an integer.
 *
 * The macros answer NaN and huge numbers themselves. Compilers fold a driver's function of such a
 * constant to an undefined value, and then never write the cell. (seen: exp(NAN), and rint(2.4e9)
 * in float32; PoCL 3.1) */

#define OUTERFILL_OVERLOAD static inline __attribute__((overloadable, always_inline))

#define OUTERFILL_PLAIN_1(T, F, LIMIT) return F(x);
#define OUTERFILL_PLAIN_2(T, F, LIMIT) return F(x, y);
#define OUTERFILL_PLAIN_3(T, F, LIMIT) return F(x, y, z);

#define OUTERFILL_ABS(T, F, LIMIT)      return fabs(x);
#define OUTERFILL_ABS_DIFF(T, F, LIMIT) return fabs(x - y);

#define OUTERFILL_NAN_1(T, F, LIMIT) return x != x ? x + x : F(x);
#define OUTERFILL_NAN_2(T, F, LIMIT) return (x != x | y != y) ? x + y : F(x, y);

/* Every huge negative number is an integer, and so a pole. */
#define OUTERFILL_LGAMMA(T, F, LIMIT) return x != x ? x + x : x <= -LIMIT ? (T)INFINITY : F(x);
#define OUTERFILL_TGAMMA(T, F, LIMIT) return x != x ? x + x : x <= -LIMIT ? (T)NAN : F(x);

/* ceil, floor, rint, round, trunc */
#define OUTERFILL_ROUND(T, F, LIMIT) return fabs(x) < LIMIT ? F(x) : x;

/* pow(x, 0) and pow(1, y) are 1, also for NaN. */
#define OUTERFILL_POW(T, F, LIMIT)                                                                 \
    return (x != x | y != y) ? ((y == 0 | x == 1) ? (T)1 : x + y) : F(x, y);

/* hypot(x, y) is infinite if one of both is, also beside NaN. */
#define OUTERFILL_HYPOT(T, F, LIMIT)                                                               \
    return (x != x | y != y) ? ((fabs(x) == INFINITY | fabs(y) == INFINITY) ? (T)INFINITY : x + y) \
                             : F(x, y);

/* ldexp. y is an int, or a vector of int. */
#define OUTERFILL_NAN_INT(T, F, LIMIT) return x != x ? x + x : F(x, y);

/* pown(x, 0) is 1, also for NaN. 2 to the power of y is 1 if y is 0. */
#define OUTERFILL_POWN(T, F, LIMIT)                                                                \
    const T result = F(x != x ? (T)2 : x, y);                                                      \
    return x != x & result != 1 ? x + x : result;

/* rootn(x, 0) is NaN, for which PoCL 3.1 divides by 0. y == 0 is 1, or -1 in a vector. */
#define OUTERFILL_ROOTN(T, F, LIMIT)                                                               \
    const T result = F(x, y + (y == 0));                                                           \
    return (x != x | pown((T)2, y) == 1) ? (T)NAN : result;

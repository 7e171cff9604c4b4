/* SPDX-License-Identifier: MIT
 *
 * Functions for the cells of a row that is vectorised, in place of those that take branches for
 * rare arguments: a branch would keep the loop from being vectorised. These set a flag instead, and
 * their result then means nothing. kernels/fill.cl computes that stretch of the row once more, with
 * the functions that take every argument. Both give ordinary arguments the same bits.
 *
 * program/builtins.c writes the overloads for integers. */
#define OUTERFILL_FLAGGED_ANGLE(name)                                                              \
    OUTERFILL_OVERLOAD double outerfill_flagged_##name(long *rare, const double x) {               \
        *rare |= fabs(x) > OUTERFILL_ORDINARY_ANGLE;                                               \
        return outerfill_##name##_ordinary(x);                                                     \
    }                                                                                              \
    OUTERFILL_OVERLOAD float outerfill_flagged_##name(long *rare, const float x) {                 \
        *rare |= fabs(x) > OUTERFILL_ORDINARY_FLOAT_ANGLE;                                         \
        return outerfill_##name##f_ordinary(x);                                                    \
    }
#define OUTERFILL_FLAGGED_QUOTIENT(name)                                                           \
    OUTERFILL_OVERLOAD double outerfill_flagged_##name(long *rare, const double x,                 \
                                                       const double y) {                           \
        *rare |= !outerfill_##name##_is_ordinary(x, y);                                            \
        return outerfill_##name##_ordinary(x, y);                                                  \
    }                                                                                              \
    OUTERFILL_OVERLOAD float outerfill_flagged_##name(long *rare, const float x, const float y) {  \
        return (float)outerfill_flagged_##name(rare, (double)x, (double)y);                        \
    }
/* These are macros for the text. */
#undef sin
#undef cos
#undef tan
#undef fmod
#undef remainder
OUTERFILL_FLAGGED_ANGLE(sin)
OUTERFILL_FLAGGED_ANGLE(cos)
OUTERFILL_FLAGGED_ANGLE(tan)
OUTERFILL_FLAGGED_QUOTIENT(fmod)
OUTERFILL_FLAGGED_QUOTIENT(remainder)
#define OUTERFILL_RARE_IS_FLAGGED

/* SPDX-License-Identifier: MIT
 *
 * sin, cos and tan for the cells of a row that is vectorised. Their reduction of a huge angle takes
 * branches, which would keep the loop from being vectorised. So these set a flag instead, and their
 * result then means nothing: kernels/fill.cl computes that stretch of the row once more, with the
 * functions of kernels/math_float64.cl that take every angle. Both give ordinary angles the same
 * bits. */
#define OUTERFILL_FLAGGED(name)                                                                    \
    OUTERFILL_OVERLOAD double outerfill_flagged_##name(long *rare, const double x) {               \
        *rare |= fabs(x) > OUTERFILL_ORDINARY_ANGLE;                                               \
        return x != x ? x + x : outerfill_##name##_ordinary(x);                                    \
    }                                                                                              \
    OUTERFILL_OVERLOAD float outerfill_flagged_##name(long *rare, const float x) {                 \
        *rare |= fabs(x) > OUTERFILL_ORDINARY_FLOAT_ANGLE;                                         \
        return x != x ? x + x : outerfill_##name##f_ordinary(x);                                   \
    }                                                                                              \
    OUTERFILL_OVERLOAD real outerfill_flagged_##name(long *rare, const int x) {                    \
        return outerfill_flagged_##name(rare, (real)x);                                            \
    }                                                                                              \
    OUTERFILL_OVERLOAD real outerfill_flagged_##name(long *rare, const uint x) {                   \
        return outerfill_flagged_##name(rare, (real)x);                                            \
    }                                                                                              \
    OUTERFILL_OVERLOAD real outerfill_flagged_##name(long *rare, const long x) {                   \
        return outerfill_flagged_##name(rare, (real)x);                                            \
    }                                                                                              \
    OUTERFILL_OVERLOAD real outerfill_flagged_##name(long *rare, const ulong x) {                  \
        return outerfill_flagged_##name(rare, (real)x);                                            \
    }
OUTERFILL_FLAGGED(sin)
OUTERFILL_FLAGGED(cos)
OUTERFILL_FLAGGED(tan)

#undef sin
#undef cos
#undef tan
#define sin(...) outerfill_flagged_sin(outerfill_rare, __VA_ARGS__)
#define cos(...) outerfill_flagged_cos(outerfill_rare, __VA_ARGS__)
#define tan(...) outerfill_flagged_tan(outerfill_rare, __VA_ARGS__)
#define OUTERFILL_RARE_IS_FLAGGED

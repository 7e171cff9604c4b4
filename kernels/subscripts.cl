/* SPDX-License-Identifier: MIT
 *
 * Subscripts of `out` that are known when a cell is computed. The host writes out[E] of the
 * caller's text as out[OUTERFILL_PLANE(E)], so that a subscript beyond the planes reaches a spare
 * cell behind them. The cell's fault tells of it: twice the first such subscript, plus one, or 0.
 *
 * In the function of a cell outerfill_fault is a pointer to that fault. A helper function sees the
 * constant, and its `out` is a pointer of its own that is not checked. */
#define OUTERFILL_PLANE(subscript) outerfill_plane(subscript, outerfill_fault)

enum { outerfill_fault = 1 };

#define OUTERFILL_SUBSCRIPT(T)                                                                     \
    OUTERFILL_OVERLOAD long outerfill_plane(const T subscript, const int fault) {                  \
        return (long)subscript;                                                                    \
    }                                                                                              \
    OUTERFILL_OVERLOAD long outerfill_plane(const T subscript, long *fault) {                      \
        const bool is_inside = (ulong)subscript < NUM_PLANES;                                      \
        *fault = is_inside || *fault ? *fault : (long)subscript * 2 + 1;                           \
        return is_inside ? (long)subscript : NUM_PLANES;                                           \
    }
OUTERFILL_SUBSCRIPT(int)
OUTERFILL_SUBSCRIPT(uint)
OUTERFILL_SUBSCRIPT(long)
OUTERFILL_SUBSCRIPT(ulong)

/* SPDX-License-Identifier: MIT
 *
 * The default functions as a plain loop on the host. It serves arrays that the loop finishes
 * before a device could begin. (measured: a launch on PoCL costs 50 us whatever it computes,
 * opening a device 50 ms)
 *
 * The results have the same bits as those of every device: IEEE sums and products, without
 * contraction. The module owns nothing and knows nothing of OpenCL. */
#include "fill/default_loop.h"

#define DEFINE_LOOP(name, real)                                                                    \
    static void name(const real *restrict a, size_t n, const real *restrict b, size_t m,           \
                     real *restrict sum, real *restrict product) {                                 \
        for (size_t i = 0; i < n; i++)                                                             \
            for (size_t j = 0; j < m; j++) {                                                       \
                sum[i * m + j] = a[i] + b[j];                                                      \
                product[i * m + j] = a[i] * b[j];                                                  \
            }                                                                                      \
    }

DEFINE_LOOP(loop_float64, double)
DEFINE_LOOP(loop_float32, float)

void default_loop(outerfill_dtype dtype, const void *a, size_t n, const void *b, size_t m,
                  void *ab) {
    switch (dtype) {
    case OUTERFILL_FLOAT64: loop_float64(a, n, b, m, ab, (double *)ab + n * m); break;
    case OUTERFILL_FLOAT32: loop_float32(a, n, b, m, ab, (float *)ab + n * m); break;
    }
}

/* SPDX-License-Identifier: MIT
 *
 * Sizes of arrays, computed with overflow checks before anything is allocated or handed to a device. */
#include "base/shape.h"

#include <stdbool.h>
#include <stdint.h>

outerfill_status shape_nbytes(size_t num_planes, size_t n, size_t m, size_t itemsize,
                              size_t *nbytes, outerfill_error *error) {
    const size_t factors[] = {num_planes, n, m, itemsize};
    size_t product = 1;
    bool overflow = false, empty = false;
    for (size_t k = 0; k < sizeof factors / sizeof *factors; k++) {
        overflow |= __builtin_mul_overflow(product, factors[k], &product);
        empty |= factors[k] == 0;
    }
    *nbytes = empty ? 0 : product;
    if (empty || (!overflow && product <= PTRDIFF_MAX)) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                     "an array of shape (%zu, %zu, %zu) with %zu bytes per element is larger than "
                     "the address space (%td bytes): "
                     "fill it in parts",
                     num_planes, n, m, itemsize, PTRDIFF_MAX);
}

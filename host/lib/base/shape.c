/* SPDX-License-Identifier: MIT
 *
 * Sizes of arrays, with overflow checks. Every fill computes the size here before it allocates
 * anything or calls a device; later products of the same numbers cannot overflow. This module owns
 * nothing, and knows no dtypes, only their itemsize. */
#include "base/shape.h"

#include <stdbool.h>
#include <stdint.h>

outerfill_status shape_nbytes(size_t num_planes, size_t n, size_t m, size_t itemsize,
                              size_t *nbytes, outerfill_error *error) {
    const size_t factors[] = {num_planes, n, m, itemsize};
    size_t product = 1;
    /* A shape with a zero has 0 bytes, even if the product of the other numbers overflows. */
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

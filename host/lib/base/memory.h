/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_MEMORY_H
#define OUTERFILL_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The page by which files are written directly and blocks are aligned. Machines with larger pages
 * can write such pages too. */
#define PAGE_NBYTES ((size_t)4096)

/* Returns memory of zeros, in huge pages if it is large, or NULL. The caller frees it. */
void *memory_zeroed(size_t nbytes);

/* Returns whether two arrays have a byte in common. */
static inline bool memory_overlaps(const void *x, size_t x_nbytes, const void *y, size_t y_nbytes) {
    const uintptr_t x0 = (uintptr_t)x, y0 = (uintptr_t)y;
    return x0 < y0 + y_nbytes && y0 < x0 + x_nbytes;
}

#endif

/* SPDX-License-Identifier: MIT
 *
 * Memory that is fast to fill. Page faults, not stores, make the first fill of an array slow.
 * Therefore large arrays begin at the start of a 2 MiB page, and the system is asked for such
 * pages. This module owns nothing: the caller owns every array. It knows nothing of what an array
 * is for. (measured: first fill with 4 KiB pages 2.0 GB/s, with 2 MiB pages 5.8; two cores) */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/memory.h"

#include "outerfill.h"

#define CACHE_LINE_NBYTES ((size_t)64)
#define HUGE_PAGE_NBYTES  ((size_t)2 << 20)

/* Smaller arrays would waste more by padding to a huge page than they save. */
#define HUGE_FROM_NBYTES ((size_t)4 << 20)

void *outerfill_alloc(size_t nbytes) {
    const size_t alignment = nbytes >= HUGE_FROM_NBYTES ? HUGE_PAGE_NBYTES : CACHE_LINE_NBYTES;
    if (nbytes == 0) nbytes = 1; /* NULL must mean that memory ran out, and nothing else */
    if (nbytes > PTRDIFF_MAX - alignment) return NULL;
    /* C11 wants the size to be a multiple of the alignment. The check above keeps the sum from
     * overflowing. */
    const size_t padded = (nbytes + alignment - 1) / alignment * alignment;
    void *array = aligned_alloc(alignment, padded);
    /* A refusal does no harm: the array then has small pages. */
    if (array && alignment == HUGE_PAGE_NBYTES) madvise(array, padded, MADV_HUGEPAGE);
    return array;
}

/* calloc takes large memory from the system, which gives zeros without writing them here. */
void *memory_zeroed(size_t nbytes) {
    char *memory = calloc(1, nbytes);
    const size_t before = -(uintptr_t)memory % HUGE_PAGE_NBYTES;
    if (memory && nbytes >= HUGE_FROM_NBYTES)
        madvise(memory + before, nbytes - before, MADV_HUGEPAGE);
    return memory;
}

void outerfill_free(void *pointer) {
    free(pointer);
}

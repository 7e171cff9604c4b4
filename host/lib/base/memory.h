/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_MEMORY_H
#define OUTERFILL_BASE_MEMORY_H

#include <stddef.h>

/* The page by which files are written directly and blocks are aligned. Machines with larger pages
 * can write such pages too. */
#define PAGE_NBYTES ((size_t)4096)

/* Returns memory of zeros, in huge pages if it is large, or NULL. The caller frees it. */
void *memory_zeroed(size_t nbytes);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_MEMORY_H
#define OUTERFILL_BASE_MEMORY_H

#include <stddef.h>

/* The page by which files are written directly and blocks are aligned. Machines with larger pages
 * can write such pages too. */
#define PAGE_NBYTES ((size_t)4096)

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_COPY_H
#define OUTERFILL_LIB_COPY_H

#include <stddef.h>

#include "crew.h"

#define COPY_MAX_THREADS 8

/* As memcpy, with up to num_threads threads: the caller's and some of the crew. */
void copy_parallel(struct crew *crew, size_t num_threads, void *to, const void *from, size_t nbytes);

#endif

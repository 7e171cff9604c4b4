/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_COPY_H
#define OUTERFILL_FILL_COPY_H

#include <stddef.h>

#include "base/thread_pool.h"

#define COPY_MAX_THREADS 8

/* As memcpy, with up to num_threads threads: the caller's and some of the thread pool. */
void copy_parallel(struct thread_pool *pool, size_t num_threads, void *to, const void *from,
                   size_t nbytes);

#endif

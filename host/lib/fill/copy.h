/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_COPY_H
#define OUTERFILL_FILL_COPY_H

#include <stddef.h>

#include "base/thread_pool.h"

#define COPY_MAX_THREADS 8

/* Runs of equal length that are copied from one place to another. The strides are the bytes from
 * one run to the next. */
struct copy {
    char *to;
    size_t to_stride;
    const char *from;
    size_t from_stride;
    size_t num_runs, run_nbytes;
};

/* Copies all runs as memcpy does, with up to num_threads threads and at most COPY_MAX_THREADS. The
 * calling thread is one of these threads, the pool gives the others. The call cannot fail: if the
 * pool gives no thread, the calling thread copies that part. Returns when all bytes are copied. Any
 * thread may call it. */
void copy_parallel(struct thread_pool *pool, size_t num_threads, const struct copy *copy);

#endif

/* SPDX-License-Identifier: MIT
 *
 * Copies memory with several threads of the pool. One thread is too slow for a fast device.
 * (measured: one thread copies 5 GB/s, a graphics card brings results back at up to 55 GB/s)
 *
 * The module owns no memory and no thread. It knows nothing of devices or bands. */
#include "fill/copy.h"

#include <string.h>

/* Bytes of the smallest part. Waking a thread costs as much time as copying a quarter of this. */
#define MIN_PART_NBYTES ((size_t)1 << 20)

struct share {
    char *to;
    const char *from;
    size_t nbytes;
    struct thread_pool_job job;
    bool has_job;
};

static void copy_part(void *argument) {
    const struct share *part = argument;
    memcpy(part->to, part->from, part->nbytes);
}

static size_t num_parts(size_t num_threads, size_t nbytes) {
    const size_t most = num_threads < COPY_MAX_THREADS ? num_threads : COPY_MAX_THREADS;
    const size_t useful = nbytes / MIN_PART_NBYTES;
    return useful < 1 ? 1 : useful < most ? useful : most;
}

void copy_parallel(struct thread_pool *pool, size_t num_threads, void *to, const void *from,
                   size_t nbytes) {
    struct share parts[COPY_MAX_THREADS];
    const size_t n = num_parts(num_threads, nbytes), step = nbytes / n;
    /* Part 0 is copied last, in the calling thread, while the pool copies the others. */
    for (size_t k = n; k-- > 0;) {
        const size_t begin = k * step;
        parts[k] = (struct share){(char *)to + begin,
                                  (const char *)from + begin,
                                  k + 1 == n ? nbytes - begin : step,
                                  {0},
                                  false};
        parts[k].job = (struct thread_pool_job){.run = copy_part, .argument = &parts[k]};
        parts[k].has_job = k > 0 && thread_pool_start(pool, &parts[k].job);
        if (!parts[k].has_job) copy_part(&parts[k]);
    }
    for (size_t k = 1; k < n; k++)
        if (parts[k].has_job) thread_pool_wait(pool, &parts[k].job);
}

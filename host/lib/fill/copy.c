/* SPDX-License-Identifier: MIT
 *
 * Copies the planes of a band with several threads of the pool. One thread is too slow for a fast
 * device. (measured: one thread copies 5 GB/s, a graphics card brings results back at up to 55
 * GB/s)
 *
 * Each thread copies an equal part of all bytes. A part may begin and end inside a plane, so 64
 * small planes are copied as fast as one large plane. Large copies go past the caches, because the
 * destination is mostly larger than they are. The module owns no memory and no thread. It knows
 * nothing of devices or bands. */
#include "fill/copy.h"

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/arithmetic.h"

/* Bytes of the smallest part. Waking a thread costs as much time as copying a quarter of this. */
#define MIN_PART_NBYTES ((size_t)1 << 20)

/* Larger copies go past the caches: a store through them first reads the line that it replaces.
 * (measured: 1.3 to 2 times as fast as memcpy from this size on, and the same where the destination
 * has no pages yet; EPYC, one and two threads) */
#define STREAM_FROM_NBYTES ((size_t)256 << 10)
#define LINE_NBYTES        ((size_t)64)

/* The bytes [begin, end) of all runs together, one behind the other. */
struct part {
    const struct copy *copy;
    size_t begin, end;
    bool is_streamed;
};

#ifdef __SSE2__
/* `to` begins a line. */
static void stream_line(char *to, const char *from) {
    for (size_t k = 0; k < LINE_NBYTES; k += sizeof(__m128i))
        _mm_stream_si128((__m128i *)(void *)(to + k),
                         _mm_loadu_si128((const __m128i *)(const void *)(from + k)));
}

static void stream(char *to, const char *from, size_t nbytes) {
    size_t at = least(-(uintptr_t)to % LINE_NBYTES, nbytes);
    memcpy(to, from, at);
    for (; at + LINE_NBYTES <= nbytes; at += LINE_NBYTES) stream_line(to + at, from + at);
    memcpy(to + at, from + at, nbytes - at);
}

/* Other threads see the lines before anything that this thread writes later. */
static void end_stream(void) {
    _mm_sfence();
}
#else
static void stream(char *to, const char *from, size_t nbytes) {
    memcpy(to, from, nbytes);
}

static void end_stream(void) {}
#endif

static void copy_part(void *argument) {
    const struct part *part = argument;
    const struct copy *copy = part->copy;
    for (size_t at = part->begin; at < part->end;) {
        const size_t run = at / copy->run_nbytes, offset = at % copy->run_nbytes,
                     nbytes = least(copy->run_nbytes - offset, part->end - at);
        char *to = copy->to + run * copy->to_stride + offset;
        const char *from = copy->from + run * copy->from_stride + offset;
        if (part->is_streamed)
            stream(to, from, nbytes);
        else
            memcpy(to, from, nbytes);
        at += nbytes;
    }
    if (part->is_streamed) end_stream();
}

static size_t num_parts(size_t num_threads, size_t nbytes) {
    const size_t useful = largest(1, nbytes / MIN_PART_NBYTES);
    return least(useful, least(num_threads, COPY_MAX_THREADS));
}

void copy_parallel(struct thread_pool *pool, size_t num_threads, const struct copy *copy) {
    struct part parts[COPY_MAX_THREADS];
    struct thread_pool_job jobs[COPY_MAX_THREADS];
    const size_t nbytes = copy->num_runs * copy->run_nbytes, n = num_parts(num_threads, nbytes),
                 step = nbytes / n;
    for (size_t k = 0; k < n; k++) {
        const size_t end = k + 1 == n ? nbytes : (k + 1) * step;
        parts[k] = (struct part){.copy = copy,
                                 .begin = k * step,
                                 .end = end,
                                 .is_streamed = nbytes >= STREAM_FROM_NBYTES};
        jobs[k] = (struct thread_pool_job){.run = copy_part, .argument = &parts[k]};
    }
    thread_pool_run(pool, jobs, n);
}

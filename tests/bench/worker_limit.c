/* SPDX-License-Identifier: MIT
 *
 * How fast this machine's cores can do it when nothing is computed. The argument says what; of its ways the best counts:
 *
 *     limit         fill as many bytes, in three ways
 *     limit-copy    fill as many bytes of a second buffer, and then copy them into the array: what a staged fill does on a device
 *                   that has no memory of its own, without anything at once
 *
 * Memory is taken in huge pages, for fresh arrays too. */
#include "worker.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#define LINE_NBYTES ((size_t)64)
/* Fewer bytes than this are filled sooner by one thread than others wake up. */
#define PARALLEL_NBYTES ((size_t)256 << 10)

static char *second; /* the buffer that limit-copy fills and copies from; NULL for limit */

/* ---- One thread's part ---- */

static void fill_plain(char *to, const char *from, size_t nbytes) {
    double *values = (double *)(void *)to;
    const size_t count = nbytes / sizeof *values;
    (void)from;
    for (size_t k = 0; k < count; k++) values[k] = 1.5;
    memset(to + count * sizeof *values, 0, nbytes - count * sizeof *values);
}

static void fill_memset(char *to, const char *from, size_t nbytes) {
    (void)from;
    memset(to, 1, nbytes);
}

/* Stores that do not read the line into the cache first. The array is aligned to lines, and so is every part but the end. */
static void fill_stream(char *to, const char *from, size_t nbytes) {
    size_t k = 0;
    (void)from;
#if defined(__AVX512F__)
    for (const __m512d v = _mm512_set1_pd(1.5); k + 64 <= nbytes; k += 64)
        _mm512_stream_pd((double *)(void *)(to + k), v);
#elif defined(__AVX__)
    for (const __m256d v = _mm256_set1_pd(1.5); k + 32 <= nbytes; k += 32)
        _mm256_stream_pd((double *)(void *)(to + k), v);
#elif defined(__SSE2__)
    for (const __m128d v = _mm_set1_pd(1.5); k + 16 <= nbytes; k += 16)
        _mm_stream_pd((double *)(void *)(to + k), v);
#endif
    memset(to + k, 0, nbytes - k);
#ifdef __SSE2__
    _mm_sfence();
#endif
}

static void copy_memcpy(char *to, const char *from, size_t nbytes) {
    memcpy(to, from, nbytes);
}

static void copy_stream(char *to, const char *from, size_t nbytes) {
    size_t k = 0;
#if defined(__AVX512F__)
    for (; k + 64 <= nbytes; k += 64)
        _mm512_stream_si512((void *)(to + k), _mm512_load_si512((const void *)(from + k)));
#elif defined(__AVX__)
    for (; k + 32 <= nbytes; k += 32)
        _mm256_stream_pd((double *)(to + k), _mm256_load_pd((const double *)(from + k)));
#elif defined(__SSE2__)
    for (; k + 16 <= nbytes; k += 16)
        _mm_stream_pd((double *)(to + k), _mm_load_pd((const double *)(from + k)));
#endif
    memcpy(to + k, from + k, nbytes - k);
#ifdef __SSE2__
    _mm_sfence();
#endif
}

/* ---- All threads ---- */

typedef void do_part(char *to, const char *from, size_t nbytes);

static void do_all(do_part *part, char *to, const char *from, size_t nbytes) {
    const size_t num_lines = nbytes / LINE_NBYTES;

#pragma omp parallel if (nbytes >= PARALLEL_NBYTES)
    {
        const size_t k = (size_t)omp_get_thread_num(), num_threads = (size_t)omp_get_num_threads();
        const size_t begin = num_lines * k / num_threads * LINE_NBYTES;
        const size_t end =
            k + 1 < num_threads ? num_lines * (k + 1) / num_threads * LINE_NBYTES : nbytes;
        part(to + begin, from ? from + begin : NULL, end - begin);
    }
}

/* What is written: without a copy the array, with one the second buffer, which is then copied into the array. */
typedef struct way {
    do_part *fill, *copy;
} way;

static const char *const limit_names[] = {"plain", "stream", "memset"};
static const way limit_ways[] = {{fill_plain, NULL}, {fill_stream, NULL}, {fill_memset, NULL}};
static const char *const copy_names[] = {"plain+memcpy", "plain+stream", "stream+stream"};
static const way copy_ways[] = {
    {fill_plain, copy_memcpy}, {fill_plain, copy_stream}, {fill_stream, copy_stream}};

static worker_answer fill(const fill_case *opened, size_t variant, char reason[REASON_NBYTES]) {
    const way *chosen = second ? &copy_ways[variant] : &limit_ways[variant];

    (void)reason;
    do_all(chosen->fill, second ? second : opened->ab, NULL, opened->nbytes);
    if (second) do_all(chosen->copy, opened->ab, second, opened->nbytes);
    return WORKER_READY;
}

/* ---- The worker ---- */

static worker_answer open_limit(const fill_case *opened, char reason[REASON_NBYTES]) {
    (void)opened;
    (void)reason;
    return WORKER_READY;
}

static worker_answer open_copy(const fill_case *opened, char reason[REASON_NBYTES]) {
    second = worker_allocate_huge(opened->nbytes);
    if (second) {
        memset(second, 0, opened->nbytes);
        return WORKER_READY;
    }
    snprintf(reason, REASON_NBYTES, "no memory for a second buffer");
    return WORKER_ERROR;
}

static void close_limit(void) {
    free(second);
    second = NULL;
}

static void *allocate(size_t nbytes, int is_fresh) {
    (void)is_fresh;
    return worker_allocate_huge(nbytes);
}

int main(int argc, char **argv) {
    const worker limit = {open_limit,
                          fill,
                          close_limit,
                          allocate,
                          free,
                          limit_names,
                          sizeof limit_ways / sizeof *limit_ways};
    const worker copy = {open_copy,
                         fill,
                         close_limit,
                         allocate,
                         free,
                         copy_names,
                         sizeof copy_ways / sizeof *copy_ways};

    return worker_serve(argc > 1 && strcmp(argv[1], "limit-copy") == 0 ? &copy : &limit);
}

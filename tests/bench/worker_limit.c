/* SPDX-License-Identifier: MIT
 *
 * The limit: how fast this machine's cores can fill as many bytes when nothing is computed, in three ways, the best of which
 * counts. Memory is taken in huge pages, for fresh arrays too. */
#include "worker.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#define LINE_NBYTES ((size_t)64)
/* Fewer bytes than this are filled sooner by one thread than others wake up. */
#define PARALLEL_NBYTES ((size_t)256 << 10)

typedef void fill_bytes(char *begin, size_t nbytes);

static void fill_plain(char *begin, size_t nbytes) {
    double *values = (double *)(void *)begin;
    const size_t count = nbytes / sizeof *values;
    for (size_t k = 0; k < count; k++) values[k] = 1.5;
    memset(begin + count * sizeof *values, 0, nbytes - count * sizeof *values);
}

static void fill_memset(char *begin, size_t nbytes) {
    memset(begin, 1, nbytes);
}

/* Stores that do not read the line into the cache first. The array is aligned to lines, and so is every part but the end. */
static void fill_stream(char *begin, size_t nbytes) {
    size_t k = 0;
#if defined(__AVX512F__)
    for (const __m512d v = _mm512_set1_pd(1.5); k + 64 <= nbytes; k += 64) _mm512_stream_pd((double *)(void *)(begin + k), v);
#elif defined(__AVX__)
    for (const __m256d v = _mm256_set1_pd(1.5); k + 32 <= nbytes; k += 32) _mm256_stream_pd((double *)(void *)(begin + k), v);
#elif defined(__SSE2__)
    for (const __m128d v = _mm_set1_pd(1.5); k + 16 <= nbytes; k += 16) _mm_stream_pd((double *)(void *)(begin + k), v);
#endif
    memset(begin + k, 0, nbytes - k);
#ifdef __SSE2__
    _mm_sfence();
#endif
}

static const char *const variants[] = {"plain", "stream", "memset"};
static fill_bytes *const fillers[] = {fill_plain, fill_stream, fill_memset};

static worker_answer fill(const fill_case *opened, size_t variant, char reason[REASON_NBYTES]) {
    const size_t num_lines = opened->nbytes / LINE_NBYTES;

    (void)reason;
#pragma omp parallel if (opened->nbytes >= PARALLEL_NBYTES)
    {
        const size_t k = (size_t)omp_get_thread_num(), num_threads = (size_t)omp_get_num_threads();
        const size_t begin = num_lines * k / num_threads * LINE_NBYTES;
        const size_t end = k + 1 < num_threads ? num_lines * (k + 1) / num_threads * LINE_NBYTES : opened->nbytes;
        fillers[variant]((char *)opened->ab + begin, end - begin);
    }
    return WORKER_READY;
}

static worker_answer open_limit(const fill_case *opened, char reason[REASON_NBYTES]) {
    (void)opened;
    (void)reason;
    return WORKER_READY;
}

static void close_limit(void) {}

static void *allocate(size_t nbytes, int is_fresh) {
    (void)is_fresh;
    return worker_allocate_huge(nbytes);
}

int main(void) {
    const worker served = {open_limit, fill, close_limit, allocate, free, variants, sizeof variants / sizeof *variants};
    return worker_serve(&served);
}

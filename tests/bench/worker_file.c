/* SPDX-License-Identifier: MIT
 *
 * How fast the values of a case reach a file from memory that is filled beforehand. Each way makes a new file, and what it
 * wrote is on the disk at its end. `direct-N-xM` writes past the page cache, into space that was reserved, with N threads and M
 * MiB at once; `buffered-N` writes through it, 1 MiB at once; `mmap` copies into a mapping with two threads. There is no
 * header. */
#include "output_file.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_THREADS 2u
#define MIB         ((size_t)1 << 20)
#define PAGE_NBYTES ((size_t)4096)

typedef enum way_kind { DIRECT, BUFFERED, MAPPED } way_kind;

typedef struct way {
    way_kind kind;
    size_t num_threads, piece_nbytes;
} way;

static const char *const names[] = {"direct-1-x1", "direct-1-x4", "direct-2-x1", "direct-2-x4",
                                    "buffered-1",  "buffered-2",  "mmap"};
static const way ways[] = {{DIRECT, 1, MIB},     {DIRECT, 1, 4 * MIB}, {DIRECT, 2, MIB},
                           {DIRECT, 2, 4 * MIB}, {BUFFERED, 1, MIB},   {BUFFERED, 2, MIB},
                           {MAPPED, 2, MIB}};

static char *values; /* the whole output */

/* ---- The values ---- */

/* As the function `outer`: a + b and a * b in turn, and from the third plane on more by one for every two. */
static double value_of(double a, double b, size_t p) {
    return (p % 2 == 0 ? a + b : a * b) + (double)(p / 2);
}

static void compute(const fill_case *opened) {
    const double *a = opened->a, *b = opened->b;
    double *to = (double *)(void *)values;
    for (size_t p = 0; p < opened->num_planes; p++)
        for (size_t i = 0; i < opened->n; i++)
            for (size_t j = 0; j < opened->m; j++) *to++ = value_of(a[i], b[j], p);
}

/* ---- Writing ---- */

/* One file being written; its threads take the next piece each. */
typedef struct writing {
    const way *chosen;
    int fd;       /* the way to the pieces; not used for a mapping */
    char *mapped; /* the file's memory, or NULL */
    size_t nbytes;
    atomic_size_t next;
    atomic_int code; /* the first errno */
} writing;

static int write_all(int fd, const char *from, size_t nbytes, size_t offset) {
    for (size_t done = 0; done < nbytes;) {
        const ssize_t written = pwrite(fd, from + done, nbytes - done, (off_t)(offset + done));
        if (written < 0 && errno != EINTR) return errno;
        if (written > 0) done += (size_t)written;
    }
    return 0;
}

static void *write_pieces(void *argument) {
    writing *all = argument;
    const size_t step = all->chosen->piece_nbytes;
    for (size_t begin; !all->code && (begin = atomic_fetch_add(&all->next, step)) < all->nbytes;) {
        const size_t nbytes = step < all->nbytes - begin ? step : all->nbytes - begin;
        if (all->mapped)
            memcpy(all->mapped + begin, values + begin, nbytes);
        else
            all->code = write_all(all->fd, values + begin, nbytes, begin);
    }
    return NULL;
}

static int run_threads(writing *all) {
    pthread_t threads[MAX_THREADS];
    size_t num_started = 0;
    while (num_started + 1 < all->chosen->num_threads &&
           pthread_create(&threads[num_started], NULL, write_pieces, all) == 0)
        num_started++;
    write_pieces(all);
    for (size_t k = 0; k < num_started; k++) pthread_join(threads[k], NULL);
    return all->code;
}

/* Whole pages directly, the rest through the page cache. */
static int write_direct(const way *chosen, int fd, size_t nbytes) {
    const size_t pages = nbytes / PAGE_NBYTES * PAGE_NBYTES;
    const int direct_fd = open(output_file_name(), O_WRONLY | O_DIRECT | O_CLOEXEC);
    if (direct_fd < 0) return errno;
    writing all = {.chosen = chosen, .fd = direct_fd, .nbytes = pages};
    int code = fallocate(fd, 0, 0, (off_t)nbytes) ? errno : 0;
    if (!code) code = run_threads(&all);
    close(direct_fd);
    return code ? code : write_all(fd, values + pages, nbytes - pages, pages);
}

static int write_mapped(const way *chosen, int fd, size_t nbytes) {
    if (ftruncate(fd, (off_t)nbytes)) return errno;
    writing all = {.chosen = chosen,
                   .mapped = mmap(NULL, nbytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0),
                   .nbytes = nbytes};
    if (all.mapped == MAP_FAILED) return errno;
    run_threads(&all);
    const int code = msync(all.mapped, nbytes, MS_SYNC) ? errno : 0;
    munmap(all.mapped, nbytes);
    return code;
}

static int write_buffered(const way *chosen, int fd, size_t nbytes) {
    writing all = {.chosen = chosen, .fd = fd, .nbytes = nbytes};
    return run_threads(&all);
}

static int write_file(const way *chosen, size_t nbytes) {
    const int fd = open(output_file_name(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return errno;
    int code = chosen->kind == DIRECT   ? write_direct(chosen, fd, nbytes)
               : chosen->kind == MAPPED ? write_mapped(chosen, fd, nbytes)
                                        : write_buffered(chosen, fd, nbytes);
    if (!code && fsync(fd)) code = errno;
    close(fd);
    return code;
}

/* ---- The worker ---- */

static worker_answer open_values(const fill_case *opened, char reason[REASON_NBYTES]) {
    if (opened->work != FILL_OUTER || opened->is_float32 || !opened->is_fresh ||
        !output_file_name()) {
        snprintf(reason, REASON_NBYTES, "only outer in float64 into a fresh file");
        return WORKER_SKIP;
    }
    values = worker_allocate_huge(
        opened->nbytes +
        4 * MIB); /* so that it is aligned for direct writes however small the case is */
    if (values) {
        compute(opened);
        return WORKER_READY;
    }
    snprintf(reason, REASON_NBYTES, "no memory for the values");
    return WORKER_ERROR;
}

static worker_answer fill(const fill_case *opened, size_t variant, char reason[REASON_NBYTES]) {
    const int code = write_file(&ways[variant], opened->nbytes);
    if (code) snprintf(reason, REASON_NBYTES, "%s: %s", names[variant], strerror(code));
    return code ? WORKER_ERROR : WORKER_READY;
}

static void close_values(void) {
    free(values);
    values = NULL;
}

int main(void) {
    const worker served = {open_values,
                           fill,
                           close_values,
                           output_file_allocate,
                           output_file_release,
                           names,
                           sizeof ways / sizeof *ways};
    return worker_serve(&served);
}

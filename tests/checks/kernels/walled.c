/* SPDX-License-Identifier: MIT */
#include "walled.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE_NBYTES ((size_t)4096)
#define CANARY      0xc3
#define PATTERN     0x5a

static void fail(const char *what, size_t nbytes) {
    fprintf(stderr, "walled: %s of %zu bytes failed\n", what, nbytes);
    exit(1);
}

struct walled walled_create(size_t nbytes, size_t itemsize, enum walled_place place) {
    const size_t inner = (nbytes + itemsize + PAGE_NBYTES - 1) / PAGE_NBYTES * PAGE_NBYTES;
    struct walled array = {.base_nbytes = inner + 2 * PAGE_NBYTES, .nbytes = nbytes};
    array.base = mmap(NULL, array.base_nbytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (array.base == MAP_FAILED) fail("mmap", array.base_nbytes);
    if (mprotect(array.base + PAGE_NBYTES, inner, PROT_READ | PROT_WRITE)) fail("mprotect", inner);
    const size_t distances[] = {0, inner - nbytes, itemsize, inner - nbytes - itemsize};
    array.data = array.base + PAGE_NBYTES + distances[place];
    memset(array.base + PAGE_NBYTES, CANARY, inner);
    memset(array.data, PATTERN, nbytes);
    return array;
}

void walled_freeze(const struct walled *array) {
    const size_t inner = array->base_nbytes - 2 * PAGE_NBYTES;
    if (mprotect(array->base + PAGE_NBYTES, inner, PROT_READ)) fail("mprotect", inner);
}

static size_t count_others(const unsigned char *begin, const unsigned char *end,
                           unsigned char wanted) {
    size_t count = 0;
    for (; begin < end; begin++) count += *begin != wanted;
    return count;
}

int walled_is_untouched(const struct walled *array, size_t begin, size_t end) {
    const unsigned char *data = array->data;
    return count_others(data + begin, data + end, PATTERN) == 0;
}

size_t walled_damage(const struct walled *array) {
    const unsigned char *data = array->data;
    return count_others(array->base + PAGE_NBYTES, data, CANARY) +
           count_others(data + array->nbytes, array->base + array->base_nbytes - PAGE_NBYTES,
                        CANARY);
}

void walled_destroy(struct walled *array) {
    munmap(array->base, array->base_nbytes);
    array->base = NULL;
    array->data = NULL;
}

/* SPDX-License-Identifier: MIT
 *
 * See guarded.h. 64 KiB of canaries on either side: a band written a few rows too far is caught by them, not by a crash.
 */
#include "guarded.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_NBYTES   ((size_t)4096)
#define CANARY_NBYTES (16 * PAGE_NBYTES)
#define CANARY        0xc3
#define PATTERN       0x5a

guarded guarded_create(size_t nbytes, size_t misalignment) {
    guarded array = {NULL, 0, NULL, nbytes};
    size_t wanted = 2 * CANARY_NBYTES + nbytes + misalignment;

    array.base_nbytes = (wanted + PAGE_NBYTES - 1) / PAGE_NBYTES * PAGE_NBYTES;
    array.base = aligned_alloc(PAGE_NBYTES, array.base_nbytes);
    if (array.base == NULL) {
        fprintf(stderr, "guarded_create: no memory for %zu bytes\n", array.base_nbytes);
        exit(1);
    }
    array.data = array.base + CANARY_NBYTES + misalignment;
    memset(array.base, CANARY, array.base_nbytes);
    guarded_reset(&array);
    return array;
}

void guarded_reset(const guarded *array) {
    memset(array->data, PATTERN, array->nbytes);
}

static size_t count_changed(const unsigned char *bytes, size_t nbytes, unsigned char wanted,
                            ptrdiff_t *first) {
    size_t num_changed = 0;

    for (size_t k = 0; k < nbytes; k++)
        if (bytes[k] != wanted && num_changed++ == 0) *first = (ptrdiff_t)k;
    return num_changed;
}

size_t guarded_damage(const guarded *array, const char *what) {
    const unsigned char *data = array->data, *end = data + array->nbytes;
    ptrdiff_t first_before = 0, first_after = 0;
    size_t before = count_changed(array->base, (size_t)(data - array->base), CANARY, &first_before);
    size_t after =
        count_changed(end, (size_t)(array->base + array->base_nbytes - end), CANARY, &first_after);

    if (before > 0)
        fprintf(stderr, "%s: %zu bytes before the array were written, the first at byte %td\n",
                what, before, first_before - (data - array->base));
    if (after > 0)
        fprintf(stderr,
                "%s: %zu bytes after the array were written, the first at byte %td after its end\n",
                what, after, first_after);
    return before + after;
}

int guarded_untouched(const guarded *array) {
    ptrdiff_t first = 0;

    return count_changed(array->data, array->nbytes, PATTERN, &first) == 0;
}

void guarded_destroy(guarded *array) {
    free(array->base);
    array->base = NULL;
    array->data = NULL;
}

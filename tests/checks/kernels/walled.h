/* SPDX-License-Identifier: MIT
 *
 * An array between two pages that nobody may touch: who reads or writes one element too far is stopped there, at native speed.
 * What is left between the array and its walls holds canaries, and the array a pattern that no test expects, as in
 * tests/support/guarded.h. */
#ifndef WALLED_H
#define WALLED_H

#include <stddef.h>

/* Where the array stands between its walls. The last two leave one element's room, so that it is on no page's edge. */
enum walled_place {
    WALLED_AT_BEGIN,
    WALLED_AT_END,
    WALLED_BEHIND_BEGIN,
    WALLED_BEFORE_END,
    WALLED_NUM_PLACES
};

struct walled {
    unsigned char *base;
    size_t base_nbytes;
    void *data;
    size_t nbytes;
};

/* Ends the program where there is no memory. */
struct walled walled_create(size_t nbytes, size_t itemsize, enum walled_place place);

/* From now on the array can only be read. */
void walled_freeze(const struct walled *array);

/* Whether the bytes [begin, end) of the array still hold the pattern. */
int walled_is_untouched(const struct walled *array, size_t begin, size_t end);

/* How many bytes between the array and its walls have changed. */
size_t walled_damage(const struct walled *array);

void walled_destroy(struct walled *array);

#endif

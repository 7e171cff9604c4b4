/* SPDX-License-Identifier: MIT
 *
 * An array for a fill to write, with canaries before and after it and a pattern in it: a byte written outside is seen in the
 * canaries, a cell left out in the pattern, which is a finite value that no test expects (2.9e127 or 1.5e16).
 */
#ifndef GUARDED_H
#define GUARDED_H

#include <stddef.h>

typedef struct guarded {
    unsigned char *base;
    size_t base_nbytes;
    void *data;
    size_t nbytes;
} guarded;

/* `misalignment` bytes after a page boundary: 0 for a well aligned array, the itemsize for the worst that C allows. Ends the
 * program where there is no memory. */
guarded guarded_create(size_t nbytes, size_t misalignment);

/* Writes the pattern into the array again. */
void guarded_reset(const guarded *array);

/* How many canary bytes have changed; prints the first to stderr with `what`. */
size_t guarded_damage(const guarded *array, const char *what);

/* Whether the array still holds nothing but the pattern. */
int guarded_untouched(const guarded *array);

void guarded_destroy(guarded *array);

#endif

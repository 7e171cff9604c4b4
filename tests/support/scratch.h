/* SPDX-License-Identifier: MIT
 *
 * A folder of the test's own under the current one, and whole files in it. What cannot be done fails the running cmocka test.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <stddef.h>

/* Creates the folder; once in a program. */
void scratch_create(void);

/* Removes the folder; fails the test where something is left in it, and names it. */
void scratch_remove(void);

/* "FOLDER/name" for a printf format; a static string, good for the next 8 calls. */
const char *scratch_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

void scratch_write(const char *path, const void *content, size_t nbytes);

/* The whole file in memory from malloc. */
unsigned char *scratch_read(const char *path, size_t *nbytes);

/* Whether there is something of that name, and whether it is a file with exactly that content; never fails a test. */
int scratch_exists(const char *path);
int scratch_holds(const char *path, const void *content, size_t nbytes);

#endif

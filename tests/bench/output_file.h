/* SPDX-License-Identifier: MIT
 *
 * A file as output of a case, in place of an array. Its name is in the environment, as OUTERFILL_BENCH_FILE; the case is a
 * "fresh" one: releasing what was allocated removes the file, so that every repetition begins without one. The bench looks at
 * the values in the file itself. */
#ifndef BENCH_OUTPUT_FILE_H
#define BENCH_OUTPUT_FILE_H

#include <stddef.h>

/* The file's name; NULL where the environment has none. */
const char *output_file_name(void);

/* What stands for the array. */
void *output_file_allocate(size_t nbytes, int is_fresh);

/* Removes the file. */
void output_file_release(void *array);

#endif

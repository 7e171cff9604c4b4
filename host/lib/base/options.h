/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_OPTIONS_H
#define OUTERFILL_BASE_OPTIONS_H

#include "base/error.h"

/* Copies the caller's option struct `options` into *mine, the same struct as this version knows it.
 * Fields that the caller's version lacks become zero, which means default. If options is NULL, all
 * fields do. `name` is the struct's name, for messages. Pointers in the struct are copied as they
 * are.
 *
 * Fails with OUTERFILL_INVALID_ARGUMENT if struct_nbytes is smaller than a size_t or larger than 64
 * KiB. Fails likewise if the caller sets fields that this version of the library does not know. */
#define OPTIONS_COPY(mine, options, name, error)                                                   \
    options_copy(mine, sizeof *(mine), options, name, error)

/* Does the work of OPTIONS_COPY. mine_nbytes is the size of *mine. */
outerfill_status options_copy(void *mine, size_t mine_nbytes, const void *options, const char *name,
                              outerfill_error *error);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_OPTIONS_H
#define OUTERFILL_BASE_OPTIONS_H

#include "base/error.h"

/* Copies the caller's option struct into *mine: what the caller's version of it does not have, and everything where the caller
 * passes NULL, is zero, which means default. Refuses a struct_nbytes that is too small to be one, or that sets fields that this
 * version of the library does not know. */
#define OPTIONS_COPY(mine, options, name, error)                                                   \
    options_copy(mine, sizeof *(mine), options, name, error)

outerfill_status options_copy(void *mine, size_t mine_nbytes, const void *options, const char *name,
                              outerfill_error *error);

#endif

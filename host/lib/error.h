/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_ERROR_H
#define OUTERFILL_LIB_ERROR_H

#include "outerfill.h"

/* Stores status and sentence in error, where there is one, and returns status, so that a failing function ends with
 * `return error_set(...)`. */
outerfill_status error_set(outerfill_error *error, outerfill_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Makes error say "no failure", and returns OUTERFILL_OK. */
outerfill_status error_clear(outerfill_error *error);

#endif

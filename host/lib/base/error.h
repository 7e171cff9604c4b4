/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_ERROR_H
#define OUTERFILL_BASE_ERROR_H

#include "outerfill.h"

/* Stores status and sentence in error, where there is one, and returns status, so that a failing function ends with
 * `return error_set(...)`. A macro, so that compilers and analysers see that what is returned is not OUTERFILL_OK. */
#define error_set(error, status, ...)                                                              \
    error_status(error_write((error), (status), __VA_ARGS__), (status))

int error_write(outerfill_error *error, outerfill_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline outerfill_status error_status(int written, outerfill_status status) {
    (void)written;
    return status;
}

/* The same where "cannot VERB "PATH": what the errno means". Memory that a call on a file did not find is memory. */
outerfill_status error_set_file(outerfill_error *error, const char *verb, const char *path,
                                int code);

/* Makes error say "no failure", and returns OUTERFILL_OK. */
outerfill_status error_clear(outerfill_error *error);

#endif

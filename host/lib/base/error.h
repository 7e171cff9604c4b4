/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_ERROR_H
#define OUTERFILL_BASE_ERROR_H

#include "outerfill.h"

/* The caller owns the error object, and every function here accepts NULL for it. An error object
 * belongs to one thread at a time. */

/* Writes status and message to error, clears the rest of it, and returns status. A failing function
 * ends with `return error_set(...)`. The arguments after status are printf's. They must not point
 * into *error, which is cleared first. The message is cut to the size of error->message.
 *
 * This is a macro so that compilers and analysers see that the result is not OUTERFILL_OK. It
 * evaluates status twice. */
#define error_set(error, status, ...)                                                              \
    error_status(error_write((error), (status), __VA_ARGS__), (status))

/* As error_set, for memory that was asked for in vain. The message is "out of memory: " and what it
 * was for, such as "list of bands". Returns OUTERFILL_OUT_OF_MEMORY. The format is a literal. */
#define error_no_memory(error, ...)                                                                \
    error_set((error), OUTERFILL_OUT_OF_MEMORY, "out of memory: " __VA_ARGS__)

/* Says where in a function's text the mistake is that error describes: the plane of an expression,
 * or -1 for a body and a preamble; line and column, from 1, or 0 if unknown. */
void error_set_position(outerfill_error *error, int plane, size_t line, size_t column);

/* Does the writing for error_set; use that instead. Always returns 0. */
int error_write(outerfill_error *error, outerfill_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Returns status. The argument `written` exists so that error_set is a single expression. */
static inline outerfill_status error_status(int written, outerfill_status status) {
    (void)written;
    return status;
}

/* As error_set, for a call on a file that failed with the errno `code`. The message is
 *     cannot VERB "PATH": what the errno means
 * Returns OUTERFILL_OUT_OF_MEMORY for ENOMEM, otherwise OUTERFILL_FILE_FAILED. */
outerfill_status error_set_file(outerfill_error *error, const char *verb, const char *path,
                                int code);

/* Sets error to "no failure" and returns OUTERFILL_OK. A function that succeeds ends with this
 * call. */
outerfill_status error_clear(outerfill_error *error);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_BUILD_LOG_H
#define OUTERFILL_PROGRAM_BUILD_LOG_H

#include "base/error.h"
#include "program/text_message.h"

/* Reads the next error or warning in the caller's text, and steps over it. The log may have any
 * compiler's form; `program` is what the compiler was given. Returns false behind the last one. Any
 * thread may call it. */
bool build_log_next(const char **log, const char *program,
                    const outerfill_function_description *description,
                    struct text_message *message);

/* Turns a compiler's log into the error OUTERFILL_BUILD_FAILED, and returns that status. The
 * message quotes the first error that lies in the caller's text, with its line and column, and says
 * what to write instead if hints.h knows it. Without such an error, the message says where else to
 * look. error->log receives the log, cut to its size.
 *
 *   log           the compiler's log, in any compiler's form
 *   program       the program that the compiler was given
 *   description   the description that source_create was given: it has the texts and their names
 *   device_name   the device whose compiler wrote the log
 *   error         may be NULL
 *
 * Keeps none of its arguments. Any thread may call it. */
outerfill_status build_log_error(const char *log, const char *program,
                                 const outerfill_function_description *description,
                                 const char *device_name, outerfill_error *error);

#endif

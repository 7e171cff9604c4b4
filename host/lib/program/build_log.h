/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_BUILD_LOG_H
#define OUTERFILL_PROGRAM_BUILD_LOG_H

#include "base/error.h"

/* Turns a compiler's log into the error OUTERFILL_BUILD_FAILED: its sentence gives the first error that lies in the caller's
 * text, with line and column, and error->log the whole log. */
outerfill_status build_log_error(const char *log, const outerfill_function_description *description,
                                 const char *device_name, outerfill_error *error);

#endif

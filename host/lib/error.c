/* SPDX-License-Identifier: MIT
 *
 * Statuses and the caller's error object. Every sentence that the library gives is written through error_set; this room
 * knows nothing of what failed. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

const char *outerfill_status_name(outerfill_status status) {
    static const char *const names[] = {
        [OUTERFILL_OK] = "OUTERFILL_OK",
        [OUTERFILL_INVALID_ARGUMENT] = "OUTERFILL_INVALID_ARGUMENT",
        [OUTERFILL_NO_DEVICE] = "OUTERFILL_NO_DEVICE",
        [OUTERFILL_BUILD_FAILED] = "OUTERFILL_BUILD_FAILED",
        [OUTERFILL_OUT_OF_MEMORY] = "OUTERFILL_OUT_OF_MEMORY",
        [OUTERFILL_DEVICE_FAILED] = "OUTERFILL_DEVICE_FAILED",
        [OUTERFILL_FILE_FAILED] = "OUTERFILL_FILE_FAILED",
        [OUTERFILL_CANCELLED] = "OUTERFILL_CANCELLED",
        [OUTERFILL_AFTER_FORK] = "OUTERFILL_AFTER_FORK",
    };
    const size_t k = (size_t)status;
    return k < sizeof names / sizeof *names ? names[k] : "unknown status";
}

outerfill_status error_set(outerfill_error *error, outerfill_status status, const char *format, ...) {
    if (!error) return status;
    error_clear(error);
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}

outerfill_status error_clear(outerfill_error *error) {
    if (error) {
        error->status = OUTERFILL_OK;
        error->opencl_code = 0;
        error->message[0] = '\0';
        error->log[0] = '\0';
    }
    return OUTERFILL_OK;
}

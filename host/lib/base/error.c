/* SPDX-License-Identifier: MIT
 *
 * Statuses and the caller's error object. Every message of the library passes through error_write,
 * so that each one is valid UTF-8 on one line, whatever names and compiler output it quotes. The
 * caller owns the error object. This module owns no data, and knows nothing of what failed. */
#include "base/error.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
        [OUTERFILL_MISMATCH] = "OUTERFILL_MISMATCH",
        [OUTERFILL_STILL_WRITING] = "OUTERFILL_STILL_WRITING",
    };
    const size_t k = (size_t)status;
    return k < sizeof names / sizeof *names ? names[k] : "unknown status";
}

/* Returns the length in bytes of the UTF-8 character that begins at c, or 0 if the bytes are
 * invalid. It also rejects sequences longer than necessary, surrogates, and values above U+10FFFF.
 * The limits are those of table 3-7 in the Unicode standard. */
static size_t character_length(const char *c) {
    const unsigned char first = (unsigned char)*c, second = first ? (unsigned char)c[1] : 0;
    const size_t length = first < 0x80   ? 1
                          : first < 0xc2 ? 0
                          : first < 0xe0 ? 2
                          : first < 0xf0 ? 3
                          : first < 0xf5 ? 4
                                         : 0;
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0)) return 0;
    if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90)) return 0;
    for (size_t k = 1; k < length; k++)
        if (((unsigned char)c[k] & 0xc0) != 0x80) return 0;
    return length;
}

/* Changes text so that it is valid UTF-8. Invalid bytes are dropped; they appear where a long name
 * or line was cut inside a character. Control characters become '?', except tabs: a newline in a
 * file name would end the message's line, and others move the terminal's cursor. */
static void keep_characters(char *text) {
    char *kept = text;
    for (const char *c = text; *c;) {
        const size_t length = character_length(c);
        if (length == 1 && *c != '\t' && iscntrl((unsigned char)*c))
            *kept = '?';
        else
            memmove(kept, c, length);
        kept += length;
        c += length ? length : 1;
    }
    *kept = '\0';
}

int error_write(outerfill_error *error, outerfill_status status, const char *format, ...) {
    if (!error) return 0;
    error_clear(error);
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    keep_characters(error->message);
    return 0;
}

void error_set_position(outerfill_error *error, int plane, size_t line, size_t column) {
    if (!error) return;
    error->plane = plane;
    error->line = (int)line;
    error->column = (int)column;
}

/* A failed file call with ENOMEM is a lack of memory, not a fault of the file. */
outerfill_status error_set_file(outerfill_error *error, const char *verb, const char *path,
                                int code) {
    const outerfill_status status =
        code == ENOMEM ? OUTERFILL_OUT_OF_MEMORY : OUTERFILL_FILE_FAILED;
    error_write(error, status, "cannot %s \"%s\": %s", verb, path, strerror(code));
    if (error) error->system_code = code;
    return status;
}

outerfill_status error_clear(outerfill_error *error) {
    if (error) {
        error->status = OUTERFILL_OK;
        error->opencl_code = error->system_code = 0;
        error->plane = -1;
        error->line = error->column = 0;
        memset(error->reserved, 0, sizeof error->reserved);
        error->message[0] = '\0';
        error->log[0] = '\0';
    }
    return OUTERFILL_OK;
}

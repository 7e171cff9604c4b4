/* SPDX-License-Identifier: MIT
 *
 * What all phases of a fill of a file need. The module owns nothing. It knows no files. */
#include "file/file_fill.h"

#include <stdarg.h>
#include <stdio.h>

size_t file_fill_num_cells(const struct file_fill *fill) {
    return fill->request.n * fill->request.m;
}

/* error_write makes the text valid UTF-8 on one line. */
void file_fill_report_damage(const struct file_fill *fill, const char *format, ...) {
    char message[4096];
    outerfill_error error;
    va_list arguments;
    if (!fill->options.damage_found) return;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    error_write(&error, OUTERFILL_OK, "%s", message);
    fill->options.damage_found(error.message, fill->options.damage_found_data);
}

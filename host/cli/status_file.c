/* SPDX-License-Identifier: MIT
 *
 * This module writes the status file for scripts, a small file in JSON. It writes a new file beside
 * the old one and renames it. So a reader always finds one complete state.
 *
 * It owns the new file until the rename. It reads struct progress but never changes it. */
#include "status_file.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

static const char *name_of(enum status_state state, int exit_code) {
    if (state == STATUS_FILLING) return "filling";
    return exit_code == EXIT_DONE          ? "done"
           : exit_code == EXIT_INTERRUPTED ? "interrupted"
           : exit_code == EXIT_TIME_LIMIT  ? "time limit"
                                           : "failed";
}

void status_file_text(const char *name, char *text, size_t text_nbytes) {
    json_t *whole = json_string(name);
    size_t length = 0;
    if (whole) length = (size_t)snprintf(text, text_nbytes, "%s", name);
    for (; !whole && name[length] && length + 1 < text_nbytes; length++)
        text[length] = (name[length] & 0x80) ? '?' : name[length];
    text[length < text_nbytes ? length : text_nbytes - 1] = '\0';
    json_decref(whole);
}

static json_t *describe(const struct progress *progress, enum status_state state, int exit_code,
                        const char *message) {
    char output[4200], said[4800];
    status_file_text(progress->output ? progress->output : "", output, sizeof output);
    status_file_text(message ? message : "", said, sizeof said);
    const double left = progress_seconds_left(progress), rate = progress_rate(progress);
    const double fraction =
        progress->num_rows ? (double)progress->rows_done / (double)progress->num_rows : 0;
    return json_pack("{s:s, s:s?, s:f, s:I, s:I, s:f, s:f, s:f, s:o, s:s?, s:I, s:o, s:s?}",
                     "state", name_of(state, exit_code), "output", progress->output ? output : NULL,
                     "fraction", fraction, "rows_done", (json_int_t)progress->rows_done, "num_rows",
                     (json_int_t)progress->num_rows, "cells_per_second", rate, "bytes_per_second",
                     rate * progress->nbytes_per_cell, "seconds_elapsed",
                     progress_now() - progress->begin, "seconds_left",
                     state == STATUS_FILLING && left >= 0 ? json_real(left) : json_null(),
                     "devices", progress->devices, "pid", (json_int_t)getpid(), "exit_code",
                     state == STATUS_FILLING ? json_null() : json_integer(exit_code), "message",
                     message ? said : NULL);
}

int status_file_write(const struct progress *progress, enum status_state state, int exit_code,
                      const char *message) {
    char beside[4200];
    if (snprintf(beside, sizeof beside, "%s.%ld", progress->status_path, (long)getpid()) >=
        (int)sizeof beside)
        return ENAMETOOLONG;
    json_t *status = describe(progress, state, exit_code, message);
    errno = ENOMEM; /* the error if `describe` returns NULL */
    const bool is_written = status && json_dump_file(status, beside, JSON_INDENT(2)) == 0;
    const int code = is_written && rename(beside, progress->status_path) == 0 ? 0 : errno;
    json_decref(status);
    if (code) unlink(beside);
    return code;
}

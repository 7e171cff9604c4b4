/* SPDX-License-Identifier: MIT
 *
 * This module makes the JSON object that tells a script how far a fill is. It prints nothing. */
#include "status_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "real_name.h"

void status_json_text(const char *name, char *text, size_t text_nbytes) {
    json_t *whole = json_string(name);
    size_t length = 0;
    if (whole) length = (size_t)snprintf(text, text_nbytes, "%s", name);
    for (; !whole && name[length] && length + 1 < text_nbytes; length++)
        text[length] = (name[length] & 0x80) ? '?' : name[length];
    text[length < text_nbytes ? length : text_nbytes - 1] = '\0';
    json_decref(whole);
}

static json_t *text_or_null(const char *text) {
    char copy[4800];
    if (!text) return json_null();
    status_json_text(text, copy, sizeof copy);
    return json_string(copy);
}

/* The reader of the object may work in another folder, so the name is absolute. A folder that was
 * deleted has no name, and the path then stays relative. Returns NULL if memory runs out. */
static json_t *path_or_null(const char *path) {
    errno = 0;
    char *folder = path ? getcwd(NULL, 0) : NULL;
    if (errno == ENOMEM) return NULL;
    char *name = folder ? real_name(folder, path) : NULL;
    json_t *text = folder && !name ? NULL : text_or_null(name ? name : path);
    free(name);
    free(folder);
    return text;
}

static json_t *integer_or_null(double number) {
    return number >= 0 ? json_integer((json_int_t)number) : json_null();
}

static json_t *real_or_null(double number) {
    return number >= 0 ? json_real(number) : json_null();
}

struct status_json status_json_begin(const char *path, const char *state) {
    return (struct status_json){.path = path,
                                .state = state,
                                .cells_done = -1,
                                .num_cells = -1,
                                .cells_kept = -1,
                                .seconds_elapsed = -1,
                                .seconds_left = -1,
                                .pid = -1,
                                .exit_code = -1};
}

json_t *status_json_rate(double rate) {
    return rate > 0 ? json_real(rate) : json_null();
}

static json_t *object_or_null(json_t *value) {
    return value ? value : json_null();
}

static json_t *shape_or_null(const struct status_json *status) {
    return status->num_planes ? json_pack("[I, I, I]", (json_int_t)status->num_planes,
                                          (json_int_t)status->n, (json_int_t)status->m)
                              : json_null();
}

/* The wall clock, in seconds since 1970. The monotonic clock cannot tell when a file will be
 * ready. */
static double ready_at(const struct status_json *status) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return status->seconds_left > 0
               ? (double)now.tv_sec + 1e-9 * (double)now.tv_nsec + status->seconds_left
               : -1;
}

/* An array without cells lacks none of them. */
static double fraction(const struct status_json *status) {
    if (status->num_cells > 0) return status->cells_done / status->num_cells;
    return status->num_cells < 0 ? -1 : 1;
}

json_t *status_json_create(const struct status_json *status) {
    const double rate = status->cells_per_second;
    const bool is_running = strcmp(status->state, "running") == 0;
    return json_pack(
        "{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:b, s:b, s:b, s:b, s:I}",
        "path", path_or_null(status->path), "state", status->state, "shape", shape_or_null(status),
        "dtype", text_or_null(status->num_planes ? outerfill_dtype_name(status->dtype) : NULL),
        "cells_done", integer_or_null(status->cells_done), "cells_kept",
        integer_or_null(status->cells_kept), "num_cells", integer_or_null(status->num_cells),
        "fraction", real_or_null(fraction(status)), "cells_per_second", status_json_rate(rate),
        "bytes_per_second", status_json_rate(rate * status->nbytes_per_cell), "seconds_elapsed",
        real_or_null(status->seconds_elapsed), "seconds_left", real_or_null(status->seconds_left),
        "ready_at", real_or_null(is_running ? ready_at(status) : -1), "devices",
        text_or_null(status->devices), "pid", integer_or_null((double)status->pid), "exit_code",
        integer_or_null(status->exit_code), "message", text_or_null(status->message), "writers",
        object_or_null(status->writers), "missing_cells", object_or_null(status->missing_cells),
        "part_is_missing", status->part_is_missing, "part_is_cut_off", status->part_is_cut_off,
        "part_is_stray", status->part_is_stray, "header_is_damaged", status->header_is_damaged,
        "num_damaged_journals", (json_int_t)status->num_damaged_journals);
}

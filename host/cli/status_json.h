/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_STATUS_JSON_H
#define OUTERFILL_CLI_STATUS_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "outerfill.h"

/* What a script is told about a fill, by --status-json and by `outerfill status --json`. A negative
 * number, a rate of 0 and a NULL are unknown, and null in JSON. `outerfill help status` describes
 * the keys. */
struct status_json {
    const char *path; /* of the output, also a relative one; NULL: there is none */
    const char *state;
    size_t num_planes, n, m; /* num_planes 0: unknown */
    outerfill_dtype dtype;
    double cells_done, num_cells; /* of the whole file, or of the rows that a process fills */
    double cells_kept;            /* of cells_done: by earlier processes */
    double cells_per_second, nbytes_per_cell;
    double seconds_elapsed, seconds_left;
    const char *devices;
    long pid;
    int exit_code;
    const char *message;
    json_t *writers, *missing_cells; /* taken over */
    bool part_is_missing, part_is_cut_off, part_is_stray, header_is_damaged;
    size_t num_damaged_journals;
};

/* A status of which only the path and the state are known. `path` may be NULL. */
struct status_json status_json_begin(const char *path, const char *state);

/* Returns a number of cells or bytes per second, or null for 0. */
json_t *status_json_rate(double rate);

/* Returns the object with all keys, in the order of the help, for the caller to release. Returns
 * NULL if memory runs out. */
json_t *status_json_create(const struct status_json *status);

/* Copies a text as UTF-8 for JSON. If the text is not valid UTF-8, '?' replaces each byte outside
 * ASCII. A text too long for `text_nbytes` is cut off. */
void status_json_text(const char *name, char *text, size_t text_nbytes);

#endif

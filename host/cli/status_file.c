/* SPDX-License-Identifier: MIT
 *
 * This module writes the status file for scripts, a small file in JSON. It writes a new file beside
 * the old one and renames it. So a reader always finds one complete state.
 *
 * It owns the new file until the rename. It reads struct progress but never changes it. */
#include "status_file.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "status_json.h"

/* A fill that was stopped can go on, by `resume` if it writes a file. */
static const char *state_name(enum status_state state, int exit_code) {
    if (state == STATUS_FILLING) return "running";
    return exit_code == EXIT_DONE                                          ? "complete"
           : exit_code == EXIT_INTERRUPTED || exit_code == EXIT_TIME_LIMIT ? "stopped"
                                                                           : "failed";
}

/* Returns how many cells the unfinished file holds. Negative: there is no unfinished file. */
static double cells_in_file(const char *path) {
    outerfill_file_status *run;
    if (outerfill_file_status_create(path, &run, NULL)) return -1;
    const double cells = run->state == OUTERFILL_FILE_COMPLETE ? -1 : (double)run->cells_done;
    outerfill_free(run);
    return cells;
}

/* After the end only the cells in the file count. */
static double cells_done(const struct progress *progress, enum status_state state, int exit_code) {
    const double done = (double)progress->rows_done * progress->cells_per_row;
    if (state == STATUS_FILLING || exit_code == EXIT_DONE || !progress->output) return done;
    const double kept = progress->is_shard ? done : cells_in_file(progress->output);
    return kept >= 0 ? kept : 0;
}

static json_t *describe(const struct progress *progress, enum status_state state, int exit_code,
                        const char *message) {
    return status_json_create(&(struct status_json){
        .path = progress->output,
        .state = state_name(state, exit_code),
        /* Before the devices are open, the inputs may not be read yet. */
        .num_planes = progress->devices && *progress->devices ? progress->num_planes : 0,
        .n = progress->n,
        .m = (size_t)progress->cells_per_row,
        .dtype = progress->dtype,
        .cells_done = cells_done(progress, state, exit_code),
        .num_cells = (double)progress->num_rows * progress->cells_per_row,
        .cells_kept = (double)progress->rows_kept * progress->cells_per_row,
        .cells_per_second = progress_rate(progress),
        .nbytes_per_cell = progress->nbytes_per_cell,
        .seconds_elapsed = progress_now() - progress->begin,
        .seconds_left = state == STATUS_FILLING ? progress_seconds_left(progress) : -1,
        .devices = progress->devices,
        .pid = (long)getpid(),
        .exit_code = state == STATUS_FILLING ? -1 : exit_code,
        .message = message,
    });
}

int status_file_write(const struct progress *progress, enum status_state state, int exit_code,
                      const char *message) {
    char beside[4200], target[PATH_MAX];
    /* The file that a symbolic link leads to is replaced, and not the link. */
    const char *const path =
        realpath(progress->status_path, target) ? target : progress->status_path;
    if (snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid()) >= (int)sizeof beside)
        return ENAMETOOLONG;
    json_t *status = describe(progress, state, exit_code, message);
    errno = ENOMEM; /* the error if `describe` returns NULL */
    const bool is_written = status && json_dump_file(status, beside, JSON_INDENT(2)) == 0;
    const int code = is_written && rename(beside, path) == 0 ? 0 : errno;
    json_decref(status);
    if (code) unlink(beside);
    return code;
}

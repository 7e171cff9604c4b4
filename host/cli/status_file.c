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
#include "file_json.h"

/* A fill of a file that was stopped can go on. Nothing is left of a printed array. */
static const char *state_name(const struct progress *progress, enum status_state state,
                              int exit_code) {
    if (state == STATUS_FILLING) return "running";
    const bool is_stopped = exit_code == EXIT_INTERRUPTED || exit_code == EXIT_TIME_LIMIT;
    return exit_code == EXIT_DONE           ? "complete"
           : is_stopped && progress->output ? "stopped"
                                            : "failed";
}

/* What this process knows of its rows. Wrong values are discarded. */
static void describe_rows(const struct progress *progress, struct status_json *status) {
    const bool is_complete = strcmp(status->state, "complete") == 0;
    const bool is_running = strcmp(status->state, "running") == 0;
    const bool is_discarded = status->exit_code == EXIT_MISMATCH;
    status->num_planes = progress->num_planes;
    status->n = progress->n;
    status->m = (size_t)progress->cells_per_row;
    status->dtype = progress->dtype;
    status->num_cells = (double)progress->num_rows * progress->cells_per_row;
    status->cells_done = is_complete    ? status->num_cells
                         : is_discarded ? 0
                                        : progress_cells_done(progress);
    status->cells_kept = progress->cells_kept;
    status->nbytes_per_cell = progress->nbytes_per_cell;
    /* Only a shard tells its own rate and time after it was stopped. */
    const bool has_rate = is_running || (progress->is_shard && !is_complete);
    status->cells_per_second = has_rate ? progress_rate(progress) : 0;
    status->seconds_left = is_complete ? 0 : has_rate ? progress_seconds_left(progress) : -1;
}

static bool is_same_array(const struct progress *progress, const outerfill_file_status *run) {
    return run->num_planes == progress->num_planes && run->dtype == progress->dtype &&
           run->n == progress->n && (double)run->m == progress->cells_per_row;
}

/* After the end only the cells in the file count. A complete file after a failure is an older one.
 * Returns false if memory runs out. */
static bool describe_file(const struct progress *progress, struct status_json *status) {
    const bool is_complete = strcmp(status->state, "complete") == 0;
    bool is_whole = true;
    outerfill_file_status *run;
    outerfill_error error;
    if (!is_complete) status->cells_done = 0;
    if (outerfill_file_status_create(progress->output, &run, &error))
        return error.status != OUTERFILL_OUT_OF_MEMORY;
    if (is_complete == (run->state == OUTERFILL_FILE_COMPLETE) && is_same_array(progress, run))
        is_whole = file_json_describe(run, status);
    outerfill_free(run);
    return is_whole;
}

/* The journals are read only at the end, because that takes long for a large file. A shard tells of
 * its own rows. */
static json_t *describe(const struct progress *progress, enum status_state state, int exit_code,
                        const char *message) {
    const bool has_ended = state == STATUS_ENDED;
    struct status_json status =
        status_json_begin(progress->output, state_name(progress, state, exit_code));
    if (progress->begin > 0) status.seconds_elapsed = progress_now() - progress->begin;
    if (progress->devices && *progress->devices) status.devices = progress->devices;
    status.pid = (long)getpid();
    status.exit_code = has_ended ? exit_code : -1;
    status.message = message;
    if (progress->num_planes) describe_rows(progress, &status);
    if (has_ended && progress->num_planes && progress->output && !progress->is_shard &&
        !describe_file(progress, &status))
        return NULL;
    return status_json_create(&status);
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

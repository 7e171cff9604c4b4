/* SPDX-License-Identifier: MIT
 *
 * This module tells scripts what a file and its journals say of a fill. `outerfill status --json`
 * and the last status of a fill both come from here, so they have the same values.
 *
 * It owns its lists until struct status_json has them. It reads no file. */
#include "file_json.h"

#include <unistd.h>

#include "json_output.h"

/* A process that writes its last status may still hold the lock of its journal. */
static bool is_running(const outerfill_file_writer *writer) {
    return writer->is_running && writer->pid != getpid();
}

static json_t *time_or_null(double seconds) {
    return seconds > 0 ? json_real(seconds) : json_null();
}

static json_t *describe_writer(const outerfill_file_writer *writer) {
    return json_pack("{s:I, s:I, s:b, s:b, s:o, s:I, s:o, s:o, s:o}", "shard",
                     (json_int_t)writer->shard, "num_shards", (json_int_t)writer->num_shards,
                     "is_running", is_running(writer), "is_finished", writer->is_finished, "pid",
                     writer->pid ? json_integer(writer->pid) : json_null(), "cells_done",
                     (json_int_t)writer->cells_done, "cells_per_second",
                     status_json_rate(writer->cells_per_second), "begun",
                     time_or_null(writer->begun), "last", time_or_null(writer->last));
}

static json_t *describe_writers(const outerfill_file_status *run) {
    json_t *list = json_array();
    for (size_t k = 0; k < run->num_writers; k++)
        json_array_append_new(list, describe_writer(run->writers[k]));
    return json_output_whole(list, run->num_writers);
}

static json_t *describe_missing(const outerfill_file_status *run) {
    json_t *list = json_array();
    for (size_t k = 0; k < run->num_missing; k++)
        json_array_append_new(list, json_pack("[I, I]", (json_int_t)run->missing[k].begin,
                                              (json_int_t)run->missing[k].end));
    return json_output_whole(list, run->num_missing);
}

/* A complete file has no rate any more. */
static void describe_rate(const outerfill_file_status *run, struct status_json *status) {
    const double left = status->num_cells - status->cells_done, rate = run->cells_per_second;
    const bool is_complete = run->state == OUTERFILL_FILE_COMPLETE;
    status->cells_per_second = is_complete ? 0 : rate;
    status->seconds_left = is_complete ? 0 : rate > 0 ? left / rate : -1;
}

/* The library pads the header of its files to a page. */
static void describe_damage(const outerfill_file_status *run, struct status_json *status) {
    const double nbytes = 4096 + status->num_cells * status->nbytes_per_cell;
    status->part_is_missing = run->part_is_missing;
    status->part_is_cut_off = run->state != OUTERFILL_FILE_COMPLETE && !run->part_is_missing &&
                              (double)run->part_nbytes < nbytes;
    status->part_is_stray = run->part_is_stray;
    status->header_is_damaged = run->header_is_damaged;
    status->num_damaged_journals = run->num_damaged_journals;
}

bool file_json_describe(const outerfill_file_status *run, struct status_json *status) {
    json_t *writers = describe_writers(run), *missing = describe_missing(run);
    status->num_planes = run->num_planes;
    status->n = run->n;
    status->m = run->m;
    status->dtype = run->dtype;
    status->cells_done = (double)run->cells_done;
    status->num_cells = (double)run->n * (double)run->m;
    status->nbytes_per_cell = (double)(run->num_planes * outerfill_dtype_itemsize(run->dtype));
    describe_damage(run, status);
    describe_rate(run, status);
    if (writers && missing) {
        status->writers = writers;
        status->missing_cells = missing;
        return true;
    }
    json_decref(writers);
    json_decref(missing);
    return false;
}

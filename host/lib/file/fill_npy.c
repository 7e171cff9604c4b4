/* SPDX-License-Identifier: MIT
 *
 * A fill into an .npy file, in this order:
 *
 *     begin      takes the locks; refuses, discards or resumes what an earlier fill left; writes
 *                the header, reserves the space and opens the journal (file_begin.c)
 *     compare    compares the bands that journals record with the bytes in the file
 *     fill       computes the rest; each band is written and then recorded
 *     finish     verifies, synchronises, and records the rows as finished (file_complete.c)
 *     complete   gives PATH.part the name PATH if no row is missing and no other process is at work
 *
 * A fill that stops in between leaves a file and a journal from which the next one goes on. */
#include <errno.h>

#include "base/arithmetic.h"
#include "base/dtype.h"
#include "base/clock.h"
#include "base/fork_guard.h"
#include "device/function.h"
#include "file/damage.h"
#include "file/file_fill.h"
#include "file/file_io.h"
#include "file/file_options.h"
#include "file/lock.h"
#include "file/npy.h"
#include "file/resume.h"
#include "fill/pace.h"
#include "fill/sink_blocks.h"

/* Threads that write to a disk, in runs of 1 MiB (measured: 1.72 GB/s from two, 1.84 from four). */
#define NUM_WRITERS 3u
/* tmpfs lets one thread write to a file at a time. With two, one computes checksums meanwhile. */
#define MEMORY_WRITERS 2u
/* The most seconds of work that a power loss may cost. */
#define SYNC_SECONDS 5.0

/* ---- Fill ---- */

/* Makes the data, the journal and the names of both files last, at most every SYNC_SECONDS. A power
 * loss costs what was written since. Nobody would find what is written to a file without its
 * name. */
static int synchronise_if_due(struct file_fill *fill) {
    const double now = clock_now();
    pthread_mutex_lock(&fill->mutex);
    const bool is_due = now - fill->synchronised >= SYNC_SECONDS;
    if (is_due) fill->synchronised = now;
    pthread_mutex_unlock(&fill->mutex);
    if (is_due && !output_file_is_named(&fill->output)) return ENOENT;
    if (is_due) journal_restore(&fill->journal);
    int code = is_due ? file_sync_data(fill->output.fd) : 0;
    if (is_due && !code) code = file_sync_data(fill->journal.fd);
    return is_due && !code ? file_sync_folder(fill->output.path) : code;
}

static bool remember(struct file_fill *fill, struct band band) {
    pthread_mutex_lock(&fill->mutex);
    fill->num_recorded++;
    const bool has_memory = !fill->request.options.verify_cells || ranges_add(&fill->done, band);
    pthread_mutex_unlock(&fill->mutex);
    return has_memory;
}

static outerfill_status write_band(void *data, struct band band,
                                   const struct destination *destination, outerfill_error *error) {
    struct file_fill *fill = data;
    const outerfill_function *function = fill->request.function;
    const size_t itemsize = outerfill_dtype_itemsize(function->dtype),
                 nbytes = band_num_cells(band) * itemsize;
    int code = 0;
    for (size_t p = 0; !code && p < function->num_planes; p++)
        code = output_file_write(&fill->output, destination_plane(destination, p), nbytes,
                                 NPY_DATA_OFFSET +
                                     (p * file_fill_num_cells(fill) + band.begin) * itemsize);
    if (code) return output_file_error(&fill->output, "write", code, error);
    const uint64_t checksum = checksum_of_planes(destination->planes, destination->plane_stride,
                                                 function->num_planes, nbytes);
    code = journal_append(&fill->journal, (struct journal_record){JOURNAL_BAND, band.begin,
                                                                  band.end, checksum, 0, 0, 0, 0});
    if (!code) code = synchronise_if_due(fill);
    if (code) return output_file_error(&fill->output, "record what is finished of", code, error);
    return remember(fill, band) ? OUTERFILL_OK : error_no_memory(error, "list of bands");
}

static outerfill_status fill_missing(struct file_fill *fill, const struct ranges *missing,
                                     outerfill_error *error) {
    struct sink_blocks blocks;
    fill->request.ranges = missing->items;
    fill->request.num_ranges = missing->num_items;
    fill->request.num_cells_before =
        band_num_cells(fill->request.wanted) - ranges_num_cells(missing, fill->request.wanted);
    fill->request.num_consumers = fill->output.is_in_memory ? MEMORY_WRITERS : NUM_WRITERS;
    const size_t block_nbytes =
        file_options_block_nbytes(fill->request.function->num_planes, fill->output.is_in_memory);
    outerfill_status status =
        sink_blocks_create(&blocks, &fill->request, block_nbytes, false, write_band, fill, error);
    if (status) return status;
    sink_blocks_match_pages(&blocks, fill->request.m);
    status = fill_run(&fill->request, &blocks.sink, error);
    sink_blocks_destroy(&blocks);
    return status;
}

/* If the journals cover every cell, no fill runs that could report the end. */
static void report_end(const struct file_fill *fill) {
    const outerfill_fill_options *options = &fill->request.options;
    const size_t num_cells = band_num_cells(fill->request.wanted);
    if (options->progress && num_cells)
        options->progress(num_cells / fill->request.m, num_cells / fill->request.m,
                          options->progress_data);
}

static void report_kept(const struct file_fill *fill, const struct ranges *missing) {
    const struct band wanted = fill->request.wanted;
    const size_t num_cells = band_num_cells(wanted);
    if (fill->options.cells_kept)
        fill->options.cells_kept(num_cells - ranges_num_cells(missing, wanted), num_cells,
                                 fill->options.cells_kept_data);
}

/* Records the cells of `recorded` that are not right, so that nobody counts them as done. */
static outerfill_status record_lost(struct file_fill *fill, const struct ranges *recorded,
                                    outerfill_error *error) {
    struct ranges wrong = {0};
    int code = 0;
    bool has_memory = ranges_missing(&fill->done, fill->request.wanted, &wrong);
    for (size_t k = 0, r = 0; has_memory && !code && k < wrong.num_items; k++) {
        while (r < recorded->num_items && recorded->items[r].end <= wrong.items[k].begin) r++;
        for (size_t at = r; !code && at < recorded->num_items; at++) {
            const size_t begin = largest(recorded->items[at].begin, wrong.items[k].begin),
                         end = least(recorded->items[at].end, wrong.items[k].end);
            if (begin >= end) break;
            code = journal_append(&fill->journal,
                                  (struct journal_record){JOURNAL_LOST, begin, end, 0, 0, 0, 0, 0});
        }
    }
    ranges_free(&wrong);
    if (!has_memory) return error_no_memory(error, "list of bands");
    return code ? output_file_error(&fill->output, "record what is lost of", code, error)
                : OUTERFILL_OK;
}

/* Tells of recorded cells that are not as they were recorded. */
static outerfill_status report_lost(struct file_fill *fill, outerfill_error *error) {
    struct ranges recorded = {0};
    outerfill_status status = journal_set_done(&fill->journals, NULL, &recorded, error);
    const struct band wanted = fill->request.wanted;
    const size_t num_recorded = ranges_num_cells(&recorded, wanted),
                 num_right = ranges_num_cells(&fill->done, wanted);
    const bool is_damaged = !status && num_right < num_recorded;
    if (is_damaged) status = record_lost(fill, &recorded, error);
    ranges_free(&recorded);
    if (is_damaged)
        damage_tell(&fill->options,
                    "\"%s\" is damaged: %zu of its %zu finished cells differ from their checksums "
                    "in the journal, and are computed again",
                    fill->output.part_path, num_recorded - num_right, num_recorded);
    return status;
}

static outerfill_status compare(struct file_fill *fill, outerfill_error *error) {
    if (!journal_set_num_bands(&fill->journals)) return OUTERFILL_OK;
    const outerfill_status status =
        resume_check(&fill->output, &fill->journals, &fill->request, &fill->done, error);
    return status ? status : report_lost(fill, error);
}

static outerfill_status fill_rest(struct file_fill *fill, outerfill_error *error) {
    struct ranges missing = {0};
    outerfill_status status = compare(fill, error);
    if (!status && !ranges_missing(&fill->done, fill->request.wanted, &missing))
        status = error_no_memory(error, "list of bands");
    if (!status) report_kept(fill, &missing);
    if (!status && missing.num_items)
        status = fill_missing(fill, &missing, error);
    else if (!status)
        report_end(fill);
    ranges_free(&missing);
    return status;
}

/* ---- All of it ---- */

/* Wrong values must never be resumed. A shard forgets its own bands; a file of one process goes. */
static void discard(struct file_fill *fill) {
    if (fill->options.num_shards) {
        journal_close(&fill->journal, true);
        return;
    }
    journal_set_remove(&fill->journals, NULL);
    file_fill_remove(fill);
}

static outerfill_status run(struct file_fill *fill, outerfill_error *error) {
    outerfill_status status = file_fill_begin(fill, error);
    if (status) return status;
    status = fill_rest(fill, error);
    if (!status) status = file_fill_finish(fill, error);
    if (status && output_file_is_named(&fill->output)) journal_restore(&fill->journal);
    if (status) file_fill_explain_moved(fill, error);
    if (status == OUTERFILL_MISMATCH) discard(fill);
    if (status && !fill->options.num_shards && !fill->num_recorded &&
        !journal_set_num_bands(&fill->journals))
        file_fill_remove(fill);
    if (status) return status;
    status = file_fill_complete_if_last(fill, error);
    if (status) file_fill_explain_moved(fill, error);
    return status;
}

static void release(struct file_fill *fill) {
    output_file_close(&fill->output);
    journal_close(&fill->journal, false);
    journal_set_free(&fill->journals);
    ranges_free(&fill->done);
    computed_free(&fill->computed);
    pthread_mutex_destroy(&fill->mutex);
}

static outerfill_status fill_file(struct file_fill *fill, const char *path,
                                  outerfill_error *error) {
    const bool was = file_fill_clear_up_if_complete(fill, path);
    output_file_close(&fill->output);
    if (was) return OUTERFILL_OK;
    if (file_fill_is_of_another(fill, path, error)) return OUTERFILL_FILE_FAILED;
    const outerfill_status status = output_file_init(
        &fill->output, "write", path, fill->options.existing, fill->request.ab_nbytes, error);
    return status ? status : run(fill, error);
}

outerfill_status outerfill_fill_npy(const outerfill_function *function, const void *a, size_t n,
                                    const void *b, size_t m, const char *path,
                                    const outerfill_file_options *file,
                                    const outerfill_fill_options *options, outerfill_error *error) {
    struct file_fill fill = {.mutex = PTHREAD_MUTEX_INITIALIZER,
                             .output = {.fd = -1, .direct_fd = -1},
                             .journal = {.fd = -1}};
    if (!path || !*path)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_fill_npy: path may not be NULL or empty");
    outerfill_status status = file_options_read(&fill.options, file, error);
    if (!status) status = request_check(&fill.request, function, a, n, b, m, options, error);
    if (!status && fill.request.ab_nbytes) status = fork_guard_check(error);
    if (status) return status;
    if (fill.options.num_shards && !fill.request.options.row_end)
        fill.request.wanted = file_options_shard_cells(&fill.options, n, m);
    /* A shard without rows has nothing to do, and may run when the file is complete already. The
     * file of an empty array is made by the first shard. */
    if (fill.options.num_shards && !band_num_cells(fill.request.wanted) &&
        (fill.request.ab_nbytes || fill.options.shard > 1))
        return error_clear(error);
    fill.fingerprint = fingerprint_of(&fill.request);
    fill.synchronised = clock_now();
    if (fill.request.options.verify_cells && fill.request.ab_nbytes) {
        fill.request.computed = &fill.computed;
        if (!computed_create(&fill.computed, function->context->num_devices))
            status = error_no_memory(error, "list of devices");
    }
    if (!status) status = fill_file(&fill, path, error);
    release(&fill);
    return status ? status : error_clear(error);
}

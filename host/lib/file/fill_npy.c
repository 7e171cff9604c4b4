/* SPDX-License-Identifier: MIT
 *
 * A fill into an .npy file, from the first lock to the last name:
 *
 *     begin      the locks; what an earlier fill has left is refused, discarded or resumed; header, space and journal
 *     compare    the bands that journals record with what is in the file
 *     fill       the rest, each band written and then recorded
 *     finish     verified, synchronised, recorded as finished
 *     complete   where nothing is missing and nobody else is at work, PATH.part becomes PATH
 *
 * A fill that stops in between leaves what the next one can go on with. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/dtype.h"
#include "file/file_io.h"
#include "fill/fill.h"
#include "device/function.h"
#include "file/journal_set.h"
#include "file/lock.h"
#include "file/npy.h"
#include "base/options.h"
#include "fill/pace.h"
#include "file/output_file.h"
#include "base/fork_guard.h"
#include "file/resume.h"
#include "fill/sink_blocks.h"
#include "file/verify_file.h"

#define NUM_WRITERS                                                                                \
    3u /* in runs of 1 MiB, a disk took 1.72 GB/s from two threads and 1.84 from four */
#define MEMORY_WRITERS                                                                             \
    2u /* into one file on tmpfs; they take turns at it, and one's checksums do not wait */
#define MEMORY_BLOCK_NBYTES ((size_t)4 << 20) /* still in the cache when it is written */
#define MANY_PLANES                                                                                \
    8u /* in blocks twice as large: 16 in runs of 1 MiB went at 2.00 GB/s, of 2 at 2.10 */
#define SYNC_SECONDS 5.0 /* what a power loss may cost */

/* One fill of a file. */
struct file_fill {
    struct fill_request request;
    outerfill_file_options options;
    struct fingerprint fingerprint;
    struct output_file output;
    struct journal journal;
    struct journal_set journals; /* as they were at the beginning */
    pthread_mutex_t mutex;       /* guards what follows */
    double synchronised;         /* when the file was last */
    size_t num_recorded;         /* bands, by this fill */
    struct ranges
        done; /* what of the journals is right; and behind it, for their seams, the bands of this fill */
};

/* ---- The arguments ---- */

static outerfill_status check_options(const outerfill_file_options *options,
                                      outerfill_error *error) {
    if ((unsigned)options->existing > OUTERFILL_EXISTING_REPLACE)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_file_options.existing is %d, which is neither KEEP nor REPLACE",
                         (int)options->existing);
    if ((unsigned)options->unfinished > OUTERFILL_UNFINISHED_RESTART)
        return error_set(
            error, OUTERFILL_INVALID_ARGUMENT,
            "outerfill_file_options.unfinished is %d, which is none of KEEP, RESUME and RESTART",
            (int)options->unfinished);
    if (options->num_shards ? options->shard < 1 || options->shard > options->num_shards
                            : options->shard != 0)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "shard %zu of %zu: shards count from 1 to their number", options->shard,
                         options->num_shards);
    if (options->num_shards && options->unfinished == OUTERFILL_UNFINISHED_RESTART)
        return error_set(
            error, OUTERFILL_INVALID_ARGUMENT,
            "a shard cannot begin anew: others may be at work. Remove the unfinished file first");
    return OUTERFILL_OK;
}

/* n * k / N without overflow. */
static size_t shard_row(size_t n, size_t k, size_t num_shards) {
    return n / num_shards * k + n % num_shards * k / num_shards;
}

static void choose_shard_rows(struct file_fill *fill) {
    const size_t n = fill->request.n, m = fill->request.m, num_shards = fill->options.num_shards;
    if (!num_shards || fill->request.options.row_end) return;
    fill->request.wanted = (struct band){shard_row(n, fill->options.shard - 1, num_shards) * m,
                                         shard_row(n, fill->options.shard, num_shards) * m};
}

static size_t num_cells_of_all(const struct file_fill *fill) {
    return fill->request.n * fill->request.m;
}

/* ---- Begin ---- */

static outerfill_status refuse_unfinished(const struct file_fill *fill, outerfill_error *error) {
    struct ranges ranges = {0};
    outerfill_status status = journal_set_ranges(&fill->journals, JOURNAL_BAND, &ranges, error);
    const struct band all = {0, num_cells_of_all(fill)};
    const double percent = 100 * (double)ranges_num_cells(&ranges, all) / (double)all.end;
    ranges_free(&ranges);
    if (status) return status;
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" holds %.3g %% of an earlier fill, which is kept: ask to resume it, or "
                     "to begin anew",
                     fill->output.part_path, percent);
}

/* What an earlier fill has left is kept, resumed or discarded. Where nothing is recorded, nothing is lost. */
static outerfill_status settle_leftover(struct file_fill *fill, outerfill_error *error) {
    const bool has_bands = journal_set_num_bands(&fill->journals) > 0,
               is_shard = fill->options.num_shards > 0;
    const outerfill_unfinished wish =
        is_shard ? OUTERFILL_UNFINISHED_RESUME : fill->options.unfinished;
    if (!fill->output.is_new && has_bands && wish == OUTERFILL_UNFINISHED_KEEP)
        return refuse_unfinished(fill, error);
    if (!fill->output.is_new && wish == OUTERFILL_UNFINISHED_RESUME && (has_bands || is_shard))
        return journal_set_check_fingerprint(&fill->journals, &fill->fingerprint, error);
    journal_set_remove(&fill->journals, NULL);
    journal_set_free(&fill->journals);
    return output_file_clear(&fill->output, error);
}

static outerfill_status prepare(struct file_fill *fill, outerfill_error *error) {
    unsigned char header[NPY_DATA_OFFSET];
    const outerfill_function *function = fill->request.function;
    npy_write_header(header, function->dtype, function->num_planes, fill->request.n,
                     fill->request.m);
    fill->output.write = fill->options.write;
    fill->output.write_data = fill->options.write_data;
    return output_file_prepare(&fill->output, header, error);
}

static outerfill_status open_journal(struct file_fill *fill, outerfill_error *error) {
    const char *note = fill->options.note ? fill->options.note : "";
    return journal_open(&fill->journal, fill->output.path, &fill->fingerprint, fill->options.shard,
                        fill->options.num_shards, note, error);
}

static void remove_all(struct file_fill *fill) {
    output_file_remove(&fill->output);
    journal_close(&fill->journal, true);
}

static outerfill_status begin(struct file_fill *fill, outerfill_error *error) {
    outerfill_status status = output_file_open(&fill->output, fill->options.num_shards > 0, error);
    if (status) return status;
    const bool was_new = fill->output.is_new;
    status = journal_set_read(&fill->journals, fill->output.path, error);
    if (!status) status = settle_leftover(fill, error);
    if (!status) status = prepare(fill, error);
    if (!status) status = open_journal(fill, error);
    if (status && (was_new || fill->output.is_new)) remove_all(fill);
    lock_release(fill->output.fd, LOCK_SETUP);
    return status;
}

/* ---- Fill ---- */

/* A power loss takes what was written in the last seconds: the data, what is recorded of them, and the names of both files are
 * made to last now and then. */
static int synchronise_if_due(struct file_fill *fill) {
    const double now = pace_now();
    pthread_mutex_lock(&fill->mutex);
    const bool is_due = now - fill->synchronised >= SYNC_SECONDS;
    if (is_due) fill->synchronised = now;
    pthread_mutex_unlock(&fill->mutex);
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
                                     (p * num_cells_of_all(fill) + band.begin) * itemsize);
    if (code) return output_file_error(&fill->output, "write", code, error);
    const uint64_t checksum = checksum_of_planes(destination->planes, destination->plane_stride,
                                                 function->num_planes, nbytes);
    code = journal_append(&fill->journal, (struct journal_record){JOURNAL_BAND, band.begin,
                                                                  band.end, checksum, 0, 0, 0, 0});
    if (!code) code = synchronise_if_due(fill);
    if (code) return output_file_error(&fill->output, "record what is finished of", code, error);
    return remember(fill, band)
               ? OUTERFILL_OK
               : error_set(error, OUTERFILL_OUT_OF_MEMORY, "a list of bands found no memory");
}

static size_t choose_block(const struct file_fill *fill) {
    if (fill->output.is_in_memory) return MEMORY_BLOCK_NBYTES;
    return fill->request.function->num_planes < MANY_PLANES ? SINK_BLOCK_NBYTES
                                                            : 2 * SINK_BLOCK_NBYTES;
}

static outerfill_status fill_missing(struct file_fill *fill, const struct ranges *missing,
                                     outerfill_error *error) {
    struct sink_blocks blocks;
    fill->request.ranges = missing->items;
    fill->request.num_ranges = missing->num_items;
    fill->request.num_cells_before =
        band_num_cells(fill->request.wanted) - ranges_num_cells(missing, fill->request.wanted);
    fill->request.num_consumers = fill->options.write         ? 1
                                  : fill->output.is_in_memory ? MEMORY_WRITERS
                                                              : NUM_WRITERS;
    outerfill_status status = sink_blocks_create(&blocks, &fill->request, choose_block(fill), false,
                                                 write_band, fill, error);
    if (status) return status;
    sink_blocks_end_with_pages(&blocks, fill->request.m);
    status = fill_run(&fill->request, &blocks.sink, error);
    sink_blocks_destroy(&blocks);
    return status;
}

/* Where all was found done there is no fill to report that. */
static void report_end(const struct file_fill *fill) {
    const outerfill_fill_options *options = &fill->request.options;
    const size_t num_cells = band_num_cells(fill->request.wanted);
    if (options->progress && num_cells)
        options->progress(num_cells / fill->request.m, num_cells / fill->request.m,
                          options->progress_data);
}

static outerfill_status fill_rest(struct file_fill *fill, outerfill_error *error) {
    struct ranges missing = {0};
    outerfill_status status = OUTERFILL_OK;
    if (journal_set_num_bands(&fill->journals))
        status = resume_check(&fill->output, &fill->journals, &fill->request, &fill->done, error);
    if (!status && !ranges_missing(&fill->done, fill->request.wanted, &missing))
        status = error_set(error, OUTERFILL_OUT_OF_MEMORY, "a list of bands found no memory");
    if (!status && missing.num_items)
        status = fill_missing(fill, &missing, error);
    else if (!status)
        report_end(fill);
    ranges_free(&missing);
    return status;
}

/* ---- Finish ---- */

static outerfill_status verify(struct file_fill *fill, outerfill_error *error) {
    if (!fill->request.options.verify_cells) return OUTERFILL_OK;
    return verify_file(&fill->output, &fill->request, &fill->done, error);
}

/* Whether this call does the whole file, and no other relies on its record. */
static bool is_alone(const struct file_fill *fill) {
    return !fill->options.num_shards &&
           band_num_cells(fill->request.wanted) == num_cells_of_all(fill);
}

/* The order matters: what is recorded as finished is on the disk. Where the file gets its name at once, the record need not
 * last. */
static outerfill_status finish(struct file_fill *fill, outerfill_error *error) {
    outerfill_status status = verify(fill, error);
    if (status) return status;
    const struct band wanted = fill->request.wanted;
    int code = fill->options.synchronize ? fill->options.synchronize(fill->options.write_data) : 0;
    if (!code) code = file_sync(fill->output.fd);
    if (code) return output_file_error(&fill->output, "write", code, error);
    code = journal_append(&fill->journal, (struct journal_record){JOURNAL_FINISHED, wanted.begin,
                                                                  wanted.end, 0, 0, 0, 0, 0});
    if (!code && !is_alone(fill)) code = file_sync(fill->journal.fd);
    if (!code && !is_alone(fill)) code = file_sync_folder(fill->output.path);
    return code ? output_file_error(&fill->output, "record what is finished of", code, error)
                : OUTERFILL_OK;
}

/* ---- Complete ---- */

static outerfill_status nothing_is_missing(const struct file_fill *fill,
                                           struct journal_set *journals, bool *is_whole,
                                           outerfill_error *error) {
    struct ranges finished = {0};
    const struct band all = {0, num_cells_of_all(fill)};
    outerfill_status status = journal_set_read(journals, fill->output.path, error);
    if (!status) status = journal_set_check_fingerprint(journals, &fill->fingerprint, error);
    if (!status) status = journal_set_ranges(journals, JOURNAL_FINISHED, &finished, error);
    *is_whole = !status && ranges_num_cells(&finished, all) == all.end;
    ranges_free(&finished);
    return status;
}

/* Whoever gives up the file as the last one finds nobody else at work. One after the other, so nobody is missed. 0; EAGAIN where
 * others are at work; or an errno. */
static int become_alone(const struct file_fill *fill) {
    const int code = lock_await(fill->output.fd, LOCK_SETUP, LOCK_EXCLUSIVE);
    if (code) return code;
    lock_release(fill->output.fd, LOCK_RUN);
    return lock_try(fill->output.fd, LOCK_RUN, LOCK_EXCLUSIVE);
}

/* This journal, which is removed last, says then by itself that the file is whole: a process that is killed while the journals
 * are being removed leaves what tells the next one that nothing else is to be done. */
static outerfill_status record_whole(struct file_fill *fill, outerfill_error *error) {
    const struct band wanted = fill->request.wanted;
    const size_t num_cells = num_cells_of_all(fill);
    if (wanted.begin == 0 && wanted.end == num_cells) return OUTERFILL_OK;
    int code = journal_append(
        &fill->journal, (struct journal_record){JOURNAL_FINISHED, 0, num_cells, 0, 0, 0, 0, 0});
    if (!code) code = file_sync(fill->journal.fd);
    return code ? output_file_error(&fill->output, "record what is finished of", code, error)
                : OUTERFILL_OK;
}

/* What other calls have finished of a file of one process is compared once more, before it gets its name. */
static outerfill_status others_are_right(struct file_fill *fill, bool *is_right,
                                         outerfill_error *error) {
    struct fill_request all = fill->request;
    struct ranges right = {0};
    const struct band before = {0, fill->request.wanted.begin},
                      behind = {fill->request.wanted.end, num_cells_of_all(fill)};
    all.wanted = (struct band){0, num_cells_of_all(fill)};
    all.options.progress = NULL;
    if (fill->options.num_shards || is_alone(fill)) return OUTERFILL_OK;
    const outerfill_status status =
        resume_check(&fill->output, &fill->journals, &all, &right, error);
    *is_right = ranges_num_cells(&right, before) + ranges_num_cells(&right, behind) ==
                band_num_cells(before) + band_num_cells(behind);
    ranges_free(&right);
    return status;
}

static outerfill_status complete_if_last(struct file_fill *fill, outerfill_error *error) {
    struct journal_set journals = {0};
    bool is_whole = false;
    const int code = become_alone(fill);
    if (code == EAGAIN) return OUTERFILL_OK;
    if (code) return output_file_error(&fill->output, "lock", code, error);
    outerfill_status status = nothing_is_missing(fill, &journals, &is_whole, error);
    if (!status && is_whole) status = others_are_right(fill, &is_whole, error);
    if (!status && is_whole) status = record_whole(fill, error);
    if (!status && is_whole) status = output_file_publish(&fill->output, error);
    if (!status && is_whole) journal_set_remove(&journals, fill->journal.path);
    journal_set_free(&journals);
    return status;
}

/* PATH is there, and there is no PATH.part. Where a journal beside it is of this job and says that the file is whole, only the
 * journals were left to be removed. */
static bool was_completed(struct file_fill *fill, const char *path) {
    struct journal_set journals = {0};
    outerfill_status status = output_file_init(
        &fill->output, "write", path, OUTERFILL_EXISTING_REPLACE, fill->request.ab_nbytes, NULL);
    if (status || !fill->output.replaces) return false;
    output_file_drop_second_name(&fill->output);
    if (!fill->options.num_shards && fill->options.unfinished != OUTERFILL_UNFINISHED_RESUME)
        return false;
    if (access(fill->output.part_path, F_OK) == 0) return false;
    status = journal_set_read(&journals, fill->output.path, NULL);
    if (!status) status = journal_set_check_fingerprint(&journals, &fill->fingerprint, NULL);
    const bool was = !status && journal_set_know_whole(&journals);
    if (was) journal_set_remove(&journals, NULL);
    journal_set_free(&journals);
    return was;
}

/* ---- All of it ---- */

/* What is known to be wrong must not be resumed: a shard's bands are forgotten, a file of one process goes. */
static void discard(struct file_fill *fill) {
    if (fill->options.num_shards) {
        journal_close(&fill->journal, true);
        return;
    }
    journal_set_remove(&fill->journals, NULL);
    remove_all(fill);
}

static outerfill_status run(struct file_fill *fill, outerfill_error *error) {
    outerfill_status status = begin(fill, error);
    if (status) return status;
    status = fill_rest(fill, error);
    if (!status) status = finish(fill, error);
    if (status == OUTERFILL_MISMATCH) discard(fill);
    if (status && !fill->options.num_shards && !fill->num_recorded &&
        !journal_set_num_bands(&fill->journals))
        remove_all(fill);
    return status ? status : complete_if_last(fill, error);
}

static void release(struct file_fill *fill) {
    output_file_close(&fill->output);
    journal_close(&fill->journal, false);
    journal_set_free(&fill->journals);
    ranges_free(&fill->done);
    pthread_mutex_destroy(&fill->mutex);
}

static outerfill_status fill_file(struct file_fill *fill, const char *path,
                                  outerfill_error *error) {
    const bool was = was_completed(fill, path);
    output_file_close(&fill->output);
    if (was) return OUTERFILL_OK;
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
    outerfill_status status = OPTIONS_COPY(&fill.options, file, "outerfill_file_options", error);
    if (!status) status = check_options(&fill.options, error);
    if (!status) status = request_check(&fill.request, function, a, n, b, m, options, error);
    if (!status && fill.request.ab_nbytes) status = fork_guard_check(error);
    if (status) return status;
    choose_shard_rows(&fill);
    /* a shard without rows has nothing to do, and may come when the file is complete; of an empty array the first makes the
     * file */
    if (fill.options.num_shards && !band_num_cells(fill.request.wanted) &&
        (fill.request.ab_nbytes || fill.options.shard > 1))
        return error_clear(error);
    fill.fingerprint = fingerprint_of(&fill.request);
    fill.synchronised = pace_now();
    status = fill_file(&fill, path, error);
    release(&fill);
    return status ? status : error_clear(error);
}

/* SPDX-License-Identifier: MIT
 *
 * The beginning of a fill into a file. It decides what becomes of an earlier fill's PATH.part and
 * journals, and has the caller told what of them is damaged. It does not compare finished cells:
 * fill_npy.c does. */
#include "device/function.h"
#include "file/damage.h"
#include "file/file_fill.h"
#include "file/file_options.h"
#include "file/lock.h"
#include "file/npy.h"
#include "file/resume.h"

/* ---- An earlier fill ---- */

static outerfill_status refuse_unfinished(const struct file_fill *fill, outerfill_error *error) {
    struct ranges ranges = {0};
    outerfill_status status = journal_set_done(&fill->journals, NULL, &ranges, error);
    const struct band all = {0, file_fill_num_cells(fill)};
    const double percent = 100 * (double)ranges_num_cells(&ranges, all) / (double)all.end;
    ranges_free(&ranges);
    if (status) return status;
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" holds %.3g %% of an earlier fill, which is kept: ask to resume it, or "
                     "to begin anew",
                     fill->output.part_path, percent);
}

static outerfill_status refuse_unrecorded(const struct file_fill *fill, outerfill_error *error) {
    return error_set(
        error, OUTERFILL_FILE_FAILED,
        "\"%s\" was left by an earlier fill and is kept, but its journal is missing or "
        "damaged, so nothing tells what of it is finished: ask to begin anew",
        fill->output.part_path);
}

/* A file with a foreign header may be somebody else's. It is that of this fill if a recorded band
 * has its checksum. */
static outerfill_status check_foreign(struct file_fill *fill, outerfill_error *error) {
    bool is_any;
    if (!fill->output.leftover.is_foreign) return OUTERFILL_OK;
    const outerfill_status status =
        resume_find_right(&fill->output, &fill->journals, &fill->request, &is_any, error);
    return status || is_any ? status : leftover_refuse(fill->output.part_path, error);
}

static outerfill_status resume(struct file_fill *fill, outerfill_error *error) {
    const struct fill_request *request = &fill->request;
    const outerfill_function *function = request->function;
    outerfill_status status =
        journal_set_check_fingerprint(&fill->journals, &fill->fingerprint, error);
    if (!status)
        status =
            leftover_check_shape(&fill->output.leftover, fill->output.part_path, function->dtype,
                                 function->num_planes, request->n, request->m, error);
    if (!status) status = check_foreign(fill, error);
    if (status) return status;
    damage_tell_of_files(&fill->options, &fill->output, &fill->journals, true);
    return OUTERFILL_OK;
}

static outerfill_status discard(struct file_fill *fill, outerfill_error *error) {
    journal_set_remove(&fill->journals, NULL);
    journal_set_free(&fill->journals);
    return output_file_clear(&fill->output, error);
}

/* Keeps, resumes or discards what an earlier fill left. If it recorded no band, discarding loses
 * nothing, so nobody is asked. If PATH.part is lost, only RESTART may discard its journals, because
 * it may come back. A file with a foreign header is never discarded. */
static outerfill_status settle_leftover(struct file_fill *fill, outerfill_error *error) {
    const outerfill_unfinished wish = file_options_unfinished(&fill->options);
    const bool has_bands = journal_set_num_bands(&fill->journals) > 0,
               is_unrecorded = !has_bands && journal_set_is_unrecorded(&fill->journals);
    if (fill->output.leftover.is_foreign && (!has_bands || wish == OUTERFILL_UNFINISHED_RESTART))
        return leftover_refuse(fill->output.part_path, error);
    if (wish == OUTERFILL_UNFINISHED_RESTART) return discard(fill, error);
    if (damage_has_lost_part(&fill->output, &fill->journals))
        return damage_refuse_lost_part(&fill->output, error);
    if (fill->output.is_new) return discard(fill, error);
    if (wish == OUTERFILL_UNFINISHED_KEEP && has_bands) return refuse_unfinished(fill, error);
    if (wish == OUTERFILL_UNFINISHED_KEEP && is_unrecorded) return refuse_unrecorded(fill, error);
    if (wish == OUTERFILL_UNFINISHED_RESUME && (has_bands || fill->options.num_shards))
        return resume(fill, error);
    damage_tell_of_files(&fill->options, &fill->output, &fill->journals, false);
    return discard(fill, error);
}

/* ---- All of it ---- */

static outerfill_status prepare(struct file_fill *fill, outerfill_error *error) {
    unsigned char header[NPY_DATA_OFFSET];
    const outerfill_function *function = fill->request.function;
    npy_write_header(header, function->dtype, function->num_planes, fill->request.n,
                     fill->request.m);
    return output_file_prepare(&fill->output, header, error);
}

static outerfill_status open_journal(struct file_fill *fill, outerfill_error *error) {
    const char *note = fill->options.note ? fill->options.note : "";
    return journal_open(&fill->journal, fill->output.path, &fill->fingerprint, fill->options.shard,
                        fill->options.num_shards, note, error);
}

void file_fill_remove(struct file_fill *fill) {
    output_file_remove(&fill->output);
    journal_close(&fill->journal, true);
}

outerfill_status file_fill_begin(struct file_fill *fill, outerfill_error *error) {
    outerfill_status status = output_file_open(&fill->output, fill->options.num_shards > 0, error);
    if (status) return status;
    const bool was_new = fill->output.is_new;
    status = journal_set_read(&fill->journals, fill->output.path, error);
    if (!status) status = settle_leftover(fill, error);
    if (!status) status = prepare(fill, error);
    if (!status) status = open_journal(fill, error);
    const bool is_kept =
        fill->output.leftover.nbytes && damage_has_lost_part(&fill->output, &fill->journals);
    if (status && (was_new || fill->output.is_new) && !is_kept) file_fill_remove(fill);
    lock_release(fill->output.fd, LOCK_SETUP);
    return status;
}

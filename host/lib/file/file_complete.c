/* SPDX-License-Identifier: MIT
 *
 * The end of a fill into a file: rows become finished, and a file whose rows are all finished gets
 * its name. Owns the order in which data, records and names reach the disk. */
#include <errno.h>
#include <unistd.h>

#include "file/damage.h"
#include "file/file_fill.h"
#include "file/file_io.h"
#include "file/file_options.h"
#include "file/lock.h"
#include "file/mark.h"
#include "file/resume.h"
#include "file/verify_file.h"

/* ---- Finish ---- */

static outerfill_status verify(struct file_fill *fill, outerfill_error *error) {
    if (!fill->request.options.verify_cells) return OUTERFILL_OK;
    return verify_file(&fill->output, &fill->request, &fill->done, error);
}

/* Whether this call does the whole file. Then no other process relies on its record. */
static bool is_alone(const struct file_fill *fill) {
    return !fill->options.num_shards &&
           band_num_cells(fill->request.wanted) == file_fill_num_cells(fill);
}

/* The order matters: data are on the disk before they are recorded as finished. If this call is
 * alone, the file gets its name at once, and the record need not last. */
outerfill_status file_fill_finish(struct file_fill *fill, outerfill_error *error) {
    outerfill_status status = verify(fill, error);
    if (status) return status;
    if (!output_file_is_named(&fill->output))
        return output_file_error(&fill->output, "find", ENOENT, error);
    journal_restore(&fill->journal);
    const struct band wanted = fill->request.wanted;
    int code = file_sync(fill->output.fd);
    if (code) return output_file_error(&fill->output, "write", code, error);
    code = journal_append(&fill->journal, (struct journal_record){JOURNAL_FINISHED, wanted.begin,
                                                                  wanted.end, 0, 0, 0, 0, 0});
    if (!code && !is_alone(fill)) code = file_sync(fill->journal.fd);
    if (!code && !is_alone(fill)) code = file_sync_folder(fill->output.path);
    return code ? output_file_error(&fill->output, "record what is finished of", code, error)
                : OUTERFILL_OK;
}

/* ---- Complete ---- */

/* Compares the bands of the cells. *is_right tells whether all cells are in right bands. */
static outerfill_status compare(struct file_fill *fill, const struct journal_set *journals,
                                struct band cells, bool *is_right, outerfill_error *error) {
    struct fill_request request = fill->request;
    struct ranges right = {0};
    request.wanted = cells;
    request.options.progress = NULL;
    const outerfill_status status = resume_check(&fill->output, journals, &request, &right, error);
    *is_right = !status && ranges_num_cells(&right, cells) == band_num_cells(cells);
    ranges_free(&right);
    return status;
}

/* Compares what is recorded, but not as finished: the process that wrote it was stopped, and
 * perhaps never synchronised it. */
static outerfill_status finish_for_others(struct file_fill *fill,
                                          const struct journal_set *journals,
                                          const struct ranges *unfinished, bool *is_whole,
                                          outerfill_error *error) {
    outerfill_status status = OUTERFILL_OK;
    *is_whole = true;
    for (size_t k = 0; !status && *is_whole && k < unfinished->num_items; k++)
        status = compare(fill, journals, unfinished->items[k], is_whole, error);
    if (!status && !*is_whole)
        damage_tell(&fill->options,
                    "\"%s\" is damaged: finished cells differ from their checksums in "
                    "the journal: resume the fill",
                    fill->output.part_path);
    const int code = !status && *is_whole ? file_sync(fill->output.fd) : 0;
    return code ? output_file_error(&fill->output, "write", code, error) : status;
}

/* The cells that no process has recorded as finished. *is_recorded tells whether all of these were
 * recorded as bands. */
static outerfill_status find_unfinished(const struct file_fill *fill,
                                        const struct journal_set *journals,
                                        struct ranges *unfinished, bool *is_recorded,
                                        outerfill_error *error) {
    struct ranges recorded = {0};
    const struct band all = {0, file_fill_num_cells(fill)};
    outerfill_status status = journal_set_ranges(journals, JOURNAL_FINISHED, &recorded, error);
    if (!status && !ranges_missing(&recorded, all, unfinished))
        status = error_no_memory(error, "list of bands");
    if (!status) status = journal_set_ranges(journals, JOURNAL_BAND, &recorded, error);
    *is_recorded = !status && ranges_num_cells(&recorded, all) == all.end;
    ranges_free(&recorded);
    return status;
}

/* Reads the journals again, since other processes wrote to them: *is_whole tells whether all rows
 * are finished. */
static outerfill_status find_whether_whole(struct file_fill *fill, struct journal_set *journals,
                                           bool *is_whole, outerfill_error *error) {
    struct ranges unfinished = {0};
    outerfill_status status = journal_set_read(journals, fill->output.path, error);
    if (!status) status = journal_set_check_fingerprint(journals, &fill->fingerprint, error);
    if (!status) status = find_unfinished(fill, journals, &unfinished, is_whole, error);
    if (!status && *is_whole && unfinished.num_items)
        status = finish_for_others(fill, journals, &unfinished, is_whole, error);
    ranges_free(&unfinished);
    return status;
}

/* Gives up the shared lock and asks for the exclusive one. LOCK_SETUP makes processes do so one
 * after the other, so the last one always gets it. Returns 0, EAGAIN if others are at work, or an
 * errno. */
static int become_alone(const struct file_fill *fill) {
    const int code = lock_await(fill->output.fd, LOCK_SETUP, LOCK_EXCLUSIVE);
    if (code) return code;
    lock_release(fill->output.fd, LOCK_RUN);
    return lock_try(fill->output.fd, LOCK_RUN, LOCK_EXCLUSIVE);
}

/* Records in this call's journal, which is removed last, that the whole file is finished. A process
 * that is killed while it removes the journals then leaves one that says so. */
static outerfill_status record_whole(struct file_fill *fill, outerfill_error *error) {
    const struct band wanted = fill->request.wanted;
    const size_t num_cells = file_fill_num_cells(fill);
    if (wanted.begin == 0 && wanted.end == num_cells) return OUTERFILL_OK;
    int code = journal_append(
        &fill->journal, (struct journal_record){JOURNAL_FINISHED, 0, num_cells, 0, 0, 0, 0, 0});
    if (!code) code = file_sync(fill->journal.fd);
    return code ? output_file_error(&fill->output, "record what is finished of", code, error)
                : OUTERFILL_OK;
}

/* Without shards, compares the rows that other calls finished once more before the file gets its
 * name. */
static outerfill_status others_are_right(struct file_fill *fill, const struct journal_set *journals,
                                         bool *is_right, outerfill_error *error) {
    const struct band before = {0, fill->request.wanted.begin},
                      behind = {fill->request.wanted.end, file_fill_num_cells(fill)};
    if (fill->options.num_shards || is_alone(fill)) return OUTERFILL_OK;
    const outerfill_status status = compare(fill, journals, before, is_right, error);
    if (status || !*is_right) return status;
    return compare(fill, journals, behind, is_right, error);
}

outerfill_status file_fill_complete_if_last(struct file_fill *fill, outerfill_error *error) {
    struct journal_set journals = {0};
    bool is_whole = false;
    const int code = output_file_is_named(&fill->output) ? become_alone(fill) : ENOENT;
    if (code == EAGAIN) return OUTERFILL_OK;
    if (code) return output_file_error(&fill->output, "lock", code, error);
    outerfill_status status = find_whether_whole(fill, &journals, &is_whole, error);
    if (!status && is_whole) status = others_are_right(fill, &journals, &is_whole, error);
    if (!status && is_whole) status = record_whole(fill, error);
    if (!status && is_whole) mark_write(fill->output.fd, &fill->fingerprint);
    if (!status && is_whole) status = output_file_publish(&fill->output, error);
    if (!status && is_whole) journal_set_remove(&journals, fill->journal.path);
    journal_set_free(&journals);
    return status;
}

static bool goes_on(const struct file_fill *fill) {
    return file_options_unfinished(&fill->options) == OUTERFILL_UNFINISHED_RESUME;
}

/* A file that the caller wants to replace is computed again. */
static bool is_marked(const struct file_fill *fill) {
    struct fingerprint mark;
    return fill->options.existing == OUTERFILL_EXISTING_KEEP &&
           mark_read(fill->output.path, &mark) &&
           !fingerprint_difference(&mark, &fill->fingerprint);
}

bool file_fill_clear_up_if_complete(struct file_fill *fill, const char *path) {
    struct journal_set journals = {0};
    outerfill_status status = output_file_init(
        &fill->output, "write", path, OUTERFILL_EXISTING_REPLACE, fill->request.ab_nbytes, NULL);
    if (status || !fill->output.replaces) return false;
    output_file_drop_second_name(&fill->output);
    if (!goes_on(fill)) return false;
    if (access(fill->output.part_path, F_OK) == 0) return false;
    status = journal_set_read(&journals, fill->output.path, NULL);
    if (!status) status = journal_set_check_fingerprint(&journals, &fill->fingerprint, NULL);
    const bool is_left = !status && journal_set_know_whole(&journals);
    if (is_left) journal_set_remove(&journals, NULL);
    const bool is_complete = is_left || is_marked(fill);
    journal_set_free(&journals);
    return is_complete;
}

bool file_fill_is_of_another(const struct file_fill *fill, const char *path,
                             outerfill_error *error) {
    struct fingerprint mark;
    if (fill->options.existing != OUTERFILL_EXISTING_KEEP || !goes_on(fill)) return false;
    if (!mark_read(path, &mark)) return false;
    char difference[FINGERPRINT_TEXT_NBYTES];
    const bool is_another = fingerprint_describe(&mark, &fill->fingerprint, difference);
    if (is_another)
        error_set(error, OUTERFILL_FILE_FAILED,
                  "\"%s\" is complete and is kept, but %s is not the same in this fill: choose "
                  "another name, or ask to replace it",
                  path, difference);
    return is_another;
}

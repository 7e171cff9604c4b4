/* SPDX-License-Identifier: MIT
 *
 * outerfill_fill_npy_plan: tells what a fill into a file would find and need. It works with the
 * checks of a fill, but takes no lock and changes no file. So another process may change the answer
 * at any time, and the fill checks again. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/dtype.h"
#include "base/shape.h"
#include "file/damage.h"
#include "file/disk_space.h"
#include "file/file_options.h"
#include "file/journal_set.h"
#include "file/mark.h"
#include "file/output_file.h"
#include "fill/sink_blocks.h"

/* What a plan is made of. */
struct findings {
    outerfill_file_options options;
    struct output_file output;
    struct journal_set journals;
    double fraction_done; /* of the cells, by all journals */
    bool is_running;      /* a process holds PATH.part or a journal */
    struct disk_space space;
    struct fingerprint wanted; /* as far as it is known: the dtype and the shape */
};

/* The journals know the shape of the earlier fill. */
static outerfill_status read_journals(struct findings *findings, outerfill_error *error) {
    struct ranges done = {0};
    outerfill_status status = journal_set_read(&findings->journals, findings->output.path, error);
    findings->is_running = findings->output.leftover.is_filled;
    if (!status) status = journal_set_done(&findings->journals, NULL, &done, error);
    for (size_t k = 0; !status && k < findings->journals.num_items; k++) {
        const struct journal_content *content = &findings->journals.items[k];
        const size_t num_cells = content->head.fingerprint.n * content->head.fingerprint.m;
        findings->is_running |= content->is_locked;
        if (content->has_head && num_cells)
            findings->fraction_done =
                (double)ranges_num_cells(&done, (struct band){0, num_cells}) / (double)num_cells;
    }
    ranges_free(&done);
    return status;
}

static bool has_bands(const struct findings *findings) {
    return !findings->output.is_new && journal_set_num_bands(&findings->journals) > 0;
}

static bool is_unrecorded(const struct findings *findings) {
    return !findings->output.is_new && !has_bands(findings) &&
           journal_set_is_unrecorded(&findings->journals);
}

/* PATH is looked for again: the last shard may have completed it after PATH was looked for and
 * before PATH.part was. */
static bool has_lost_part(const struct findings *findings) {
    const struct output_file *output = &findings->output;
    return damage_has_lost_part(output, &findings->journals) &&
           (output->replaces || access(output->path, F_OK) != 0);
}

/* The fill itself compares the rest of the fingerprint. */
static bool is_marked(const struct findings *findings) {
    const struct fingerprint *wanted = &findings->wanted;
    struct fingerprint mark;
    return mark_read(findings->output.path, &mark) && mark.dtype == wanted->dtype &&
           mark.num_planes == wanted->num_planes &&
           ((mark.n == wanted->n && mark.m == wanted->m) || (!wanted->n && !wanted->m));
}

/* A shard shares the file with others, so a running one is not in its way. A complete file is one
 * whose fill was stopped before it had removed its journals. */
static outerfill_file_verdict judge(const struct findings *findings) {
    const bool has_part = access(findings->output.part_path, F_OK) == 0 &&
                          !output_file_has_second_name(&findings->output);
    const outerfill_unfinished wish = file_options_unfinished(&findings->options);
    if (findings->output.replaces && !has_part && wish == OUTERFILL_UNFINISHED_RESUME &&
        journal_set_know_whole(&findings->journals))
        return OUTERFILL_FILE_IS_COMPLETE;
    if (findings->output.replaces && findings->options.existing == OUTERFILL_EXISTING_KEEP)
        return !has_part && wish == OUTERFILL_UNFINISHED_RESUME && is_marked(findings)
                   ? OUTERFILL_FILE_IS_COMPLETE
                   : OUTERFILL_FILE_EXISTS;
    if (findings->is_running && !findings->options.num_shards) return OUTERFILL_FILE_IS_BUSY;
    if (has_lost_part(findings) && wish != OUTERFILL_UNFINISHED_RESTART)
        return OUTERFILL_FILE_IS_UNFINISHED;
    if (wish == OUTERFILL_UNFINISHED_KEEP && (has_bands(findings) || is_unrecorded(findings)))
        return OUTERFILL_FILE_IS_UNFINISHED;
    if (!findings->space.is_enough) return OUTERFILL_FILE_HAS_NO_SPACE;
    return has_bands(findings) && wish == OUTERFILL_UNFINISHED_RESUME ? OUTERFILL_FILE_RESUMES
                                                                      : OUTERFILL_FILE_BEGINS;
}

/* Whether the fill resumes a foreign file shows only when bands are compared. */
static outerfill_status check_foreign(const struct findings *findings, outerfill_error *error) {
    const bool restarts =
        file_options_unfinished(&findings->options) == OUTERFILL_UNFINISHED_RESTART;
    if (!findings->output.leftover.is_foreign || (has_bands(findings) && !restarts))
        return OUTERFILL_OK;
    return leftover_refuse(findings->output.part_path, error);
}

/* The plan and the name of PATH.part are one piece of memory. NULL: out of memory. */
static outerfill_file_plan *describe(const struct findings *findings, size_t num_planes) {
    const struct output_file *output = &findings->output;
    const size_t name_nbytes = strlen(output->part_path) + 1;
    const size_t block_nbytes =
        file_options_block_nbytes(num_planes, disk_is_memory(output->part_path));
    outerfill_file_plan *plan = malloc(sizeof *plan + name_nbytes);
    if (!plan) return NULL;
    *plan = (outerfill_file_plan){
        .verdict = judge(findings),
        .part_path = memcpy(plan + 1, output->part_path, name_nbytes),
        .fraction_done = output->is_new ? 0 : findings->fraction_done,
        .file_nbytes = output->nbytes,
        .missing_nbytes = findings->space.missing_nbytes,
        .free_nbytes = findings->space.free_nbytes,
        .bands_nbytes = SINK_BLOCKS_PER_DEVICE * block_nbytes,
        .is_unrecorded = is_unrecorded(findings),
        .part_is_missing = has_lost_part(findings),
    };
    return plan;
}

/* What the fill would tell before it compares cells. */
static void tell_damage(const struct findings *findings, outerfill_file_verdict verdict) {
    const outerfill_unfinished wish = file_options_unfinished(&findings->options);
    const bool goes_on = wish == OUTERFILL_UNFINISHED_RESUME &&
                         (has_bands(findings) || findings->options.num_shards);
    if (verdict != OUTERFILL_FILE_BEGINS && verdict != OUTERFILL_FILE_RESUMES) return;
    if (wish == OUTERFILL_UNFINISHED_RESTART) return;
    damage_tell_of_files(&findings->options, &findings->output, &findings->journals, goes_on);
}

/* After a failure of output_file_init the output is closed, and closing it again does nothing. */
static outerfill_status look(struct findings *findings, const char *path, size_t data_nbytes,
                             outerfill_error *error) {
    struct output_file *output = &findings->output;
    outerfill_status status =
        output_file_init(output, "write", path, OUTERFILL_EXISTING_REPLACE, data_nbytes, error);
    if (!status) status = output_file_look(output, error);
    if (!status) status = read_journals(findings, error);
    if (!status) status = check_foreign(findings, error);
    if (!status) findings->space = disk_space_for(output->part_path, output->nbytes);
    return status;
}

outerfill_status outerfill_fill_npy_plan(const char *path, outerfill_dtype dtype, size_t num_planes,
                                         size_t n, size_t m, const outerfill_file_options *file,
                                         outerfill_file_plan **plan, outerfill_error *error) {
    struct findings findings = {.output = {.fd = -1, .direct_fd = -1}};
    size_t data_nbytes = 0;
    if (plan) *plan = NULL;
    if (!path || !*path || !plan)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT, "outerfill_fill_npy_plan: %s",
                         plan ? "path may not be NULL or empty" : "plan may not be NULL");
    outerfill_status status = dtype_choose(&dtype, "dtype of outerfill_fill_npy_plan", error);
    if (!status) status = file_options_read(&findings.options, file, error);
    if (!status)
        status =
            shape_nbytes(num_planes, n, m, outerfill_dtype_itemsize(dtype), &data_nbytes, error);
    findings.wanted =
        (struct fingerprint){.dtype = (uint32_t)dtype, .num_planes = num_planes, .n = n, .m = m};
    if (!status) status = look(&findings, path, data_nbytes, error);
    if (!status) *plan = describe(&findings, num_planes);
    if (!status && !*plan) status = error_no_memory(error, "plan for \"%s\"", path);
    if (!status) tell_damage(&findings, (*plan)->verdict);
    journal_set_free(&findings.journals);
    output_file_close(&findings.output);
    return status ? status : error_clear(error);
}

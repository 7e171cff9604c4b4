/* SPDX-License-Identifier: MIT
 *
 * outerfill_file_status_create: tells the progress of a file's fill from its journals. It works
 * while the fill runs, after it was stopped, and after it was completed. The module takes no lock
 * and changes no file, so any process may call it at any time. It does not compare the data with
 * the checksums: only a resumed fill does that. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file_io.h"
#include "file/journal_set.h"
#include "file/npy.h"
#include "file/output_file.h"

/* The rate is that of the last seconds, because rows may differ in cost. */
#define RATE_SECONDS 16.0

/* The parts of the answer, before in_one_piece copies them into one block. */
struct answer {
    outerfill_file_status run;
    outerfill_file_writer *writers; /* owned */
    struct ranges missing;          /* owned */
    const char *note;               /* points into a journal's content, or NULL */
    double note_begun;              /* when that journal was last opened */
};

/* ---- From a journal ---- */

/* The rate of the bands behind the record `start`, up to the band `last`, in cells per second. */
static double rate_between(const struct journal_record *records, size_t start, size_t last) {
    double num_cells = 0;
    while (start < last && records[start].seconds < records[last].seconds - RATE_SECONDS) start++;
    for (size_t r = start + 1; r <= last; r++)
        if (records[r].kind == JOURNAL_BAND)
            num_cells += (double)(records[r].end - records[r].begin);
    const double seconds = records[last].seconds - records[start].seconds;
    return seconds > 0 ? num_cells / seconds : 0;
}

/* Reads the records in the order of writing. Each JOURNAL_BEGUN restarts the measurement of the
 * rate, so that the time between two fills does not count. A resumed fill first compares what was
 * finished, so its measurement starts with the end of its first band. */
static outerfill_file_writer describe_writer(const struct journal_content *content) {
    outerfill_file_writer writer = {.shard = content->head.shard,
                                    .num_shards = content->head.num_shards,
                                    .is_running = content->is_locked};
    size_t start = 0, last = 0, num_bands = 0;
    bool has_compared = false;
    for (size_t r = 0; r < content->num_records; r++) {
        const struct journal_record *record = &content->records[r];
        const bool is_band = record->kind == JOURNAL_BAND, begins = record->kind == JOURNAL_BEGUN;
        writer.is_finished = record->kind == JOURNAL_FINISHED;
        writer.pid = record->pid;
        if (begins) writer.begun = record->seconds;
        if (begins) has_compared = num_bands > 0;
        if (begins || (is_band && has_compared)) start = last = r;
        if (is_band) has_compared = false;
        if (is_band) last = r;
        num_bands += is_band;
        if (begins || is_band) writer.last = record->seconds;
    }
    if (last > start) writer.cells_per_second = rate_between(content->records, start, last);
    return writer;
}

/* The rate is the sum over all running writers. If no writer is running, it is the rate of the
 * writer that finished a band last. */
static void describe_rate(struct answer *answer) {
    outerfill_file_status *run = &answer->run;
    double last = 0, last_rate = 0;
    for (size_t k = 0; k < run->num_writers; k++) {
        const outerfill_file_writer *writer = &answer->writers[k];
        if (writer->is_running) run->state = OUTERFILL_FILE_RUNNING;
        if (writer->is_running) run->cells_per_second += writer->cells_per_second;
        if (writer->last >= last) last_rate = writer->cells_per_second;
        if (writer->last >= last) last = writer->last;
    }
    if (run->state != OUTERFILL_FILE_RUNNING) run->cells_per_second = last_rate;
}

/* The cells before the end of PATH.part, in every plane. The space of the whole file is reserved at
 * once, so a shorter file was cut off. */
static size_t num_cells_there(const outerfill_file_status *run) {
    const size_t itemsize = outerfill_dtype_itemsize(run->dtype), plane_cells = run->n * run->m,
                 num_all = run->num_planes * plane_cells;
    if (run->part_is_missing) return 0;
    const size_t num_there = (size_t)(run->part_nbytes - NPY_DATA_OFFSET) / itemsize,
                 num_cut = num_there < num_all ? num_all - num_there : 0;
    return num_cut < plane_cells ? plane_cells - num_cut : 0;
}

static outerfill_status describe_done(const struct journal_set *journals, struct answer *answer,
                                      outerfill_error *error) {
    outerfill_file_status *run = &answer->run;
    const struct band all = {0, run->n * run->m}, there = {0, num_cells_there(run)};
    struct ranges done = {0};
    outerfill_status status = journal_set_done(journals, NULL, &done, error);
    run->cells_done = ranges_num_cells(&done, there);
    const bool has_memory =
        ranges_missing(&done, there, &answer->missing) &&
        (there.end == all.end || ranges_add(&answer->missing, (struct band){there.end, all.end}));
    ranges_join(&answer->missing);
    if (!status && !has_memory) status = error_no_memory(error, "list of bands");
    run->num_missing = answer->missing.num_items;
    ranges_free(&done);
    return status;
}

/* By shard; one that is no shard has the number 0. */
static int compare_writers(const void *x, const void *y) {
    const outerfill_file_writer *first = x, *second = y;
    return (first->shard > second->shard) - (first->shard < second->shard);
}

/* A cell that was computed twice counts once. */
static outerfill_status count_done(const struct journal_set *journals,
                                   const struct journal_content *content, size_t *num_cells,
                                   outerfill_error *error) {
    const struct fingerprint *fingerprint = &content->head.fingerprint;
    struct ranges done = {0};
    const outerfill_status status = journal_set_done(journals, content, &done, error);
    *num_cells = ranges_num_cells(&done, (struct band){0, fingerprint->n * fingerprint->m});
    ranges_free(&done);
    return status;
}

/* The note of the journal that was opened last is the command that was given last. */
static void choose_note(const struct journal_content *content, double begun,
                        struct answer *answer) {
    if (!*content->note || (answer->note && begun < answer->note_begun)) return;
    answer->note = content->note;
    answer->note_begun = begun;
}

/* Describes each journal that has an intact head. *first receives the first such journal, or
 * NULL. */
static outerfill_status describe_writers(const struct journal_set *journals, struct answer *answer,
                                         const struct journal_content **first,
                                         outerfill_error *error) {
    *first = NULL;
    answer->writers = calloc(journals->num_items + 1, sizeof *answer->writers);
    if (!answer->writers) return error_no_memory(error, "list of writers");
    for (size_t k = 0; k < journals->num_items; k++) {
        const struct journal_content *content = &journals->items[k];
        if (!content->has_head) continue;
        if (!*first) *first = content;
        outerfill_file_writer writer = describe_writer(content);
        const outerfill_status status = count_done(journals, content, &writer.cells_done, error);
        if (status) return status;
        answer->writers[answer->run.num_writers++] = writer;
        choose_note(content, writer.begun, answer);
    }
    qsort(answer->writers, answer->run.num_writers, sizeof *answer->writers, compare_writers);
    return OUTERFILL_OK;
}

static outerfill_status describe_journals(const struct journal_set *journals,
                                          const struct leftover *leftover, const char *part_path,
                                          struct answer *answer, outerfill_error *error) {
    const struct journal_content *first;
    outerfill_status status = describe_writers(journals, answer, &first, error);
    if (status) return status;
    if (!first)
        return error_set(error, OUTERFILL_FILE_FAILED,
                         "the journal \"%s\" is damaged, so nothing tells what of the file is "
                         "finished: begin the fill again, with --restart",
                         journals->names[0]);
    outerfill_file_status *run = &answer->run;
    run->damaged_journal = journal_set_damaged(journals, &run->num_damaged_journals);
    run->dtype = (outerfill_dtype)first->head.fingerprint.dtype;
    run->num_planes = first->head.fingerprint.num_planes;
    run->n = first->head.fingerprint.n;
    run->m = first->head.fingerprint.m;
    describe_rate(answer);
    status = leftover_check_shape(leftover, part_path, run->dtype, run->num_planes, run->n, run->m,
                                  error);
    if (!status) status = journal_set_check_fingerprint(journals, &first->head.fingerprint, error);
    return status ? status : describe_done(journals, answer, error);
}

/* ---- From a complete file ---- */

static outerfill_status describe_complete(const char *path, outerfill_file_status *run,
                                          outerfill_error *error) {
    unsigned char header[NPY_DATA_OFFSET];
    struct stat facts = {0};
    const int fd = file_open(path, O_RDONLY | O_NONBLOCK);
    int code = fd < 0 ? errno : file_read(fd, header, sizeof header, 0);
    if (!code && fstat(fd, &facts) != 0) code = errno; /* GCOVR_EXCL_LINE: it was read */
    if (fd >= 0) close(fd);
    if (code) return error_set_file(error, "read", path, code);
    if (!npy_read_own_header(header, &run->dtype, &run->num_planes, &run->n, &run->m))
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "\"%s\" is not a file that outerfill has written", path);
    const size_t itemsize = outerfill_dtype_itemsize(run->dtype),
                 nbytes = NPY_DATA_OFFSET + run->num_planes * run->n * run->m * itemsize;
    if ((size_t)facts.st_size < nbytes)
        return error_set(error, OUTERFILL_FILE_FAILED,
                         "\"%s\" is truncated: it has %lld of %zu bytes. Fill it again", path,
                         (long long)facts.st_size, nbytes);
    run->state = OUTERFILL_FILE_COMPLETE;
    run->cells_done = run->n * run->m;
    return OUTERFILL_OK;
}

/* ---- The answer ---- */

/* Returns one block that outerfill_free can release: the struct, the writers, the ranges and the
 * texts, in this order. The texts stand last because only they have lengths that would misalign the
 * other parts. NULL: out of memory. */
static outerfill_file_status *in_one_piece(const struct answer *answer) {
    const char *note = answer->note ? answer->note : "", *damaged = answer->run.damaged_journal;
    const size_t num_writers = answer->run.num_writers, num_missing = answer->run.num_missing;
    const size_t note_nbytes = strlen(note) + 1, damaged_nbytes = damaged ? strlen(damaged) + 1 : 0;
    outerfill_file_status *run =
        malloc(sizeof *run + num_writers * (sizeof *answer->writers + sizeof *run->writers) +
               num_missing * sizeof *run->missing + note_nbytes + damaged_nbytes);
    if (!run) return NULL;
    outerfill_file_writer *writers = (outerfill_file_writer *)(run + 1);
    const outerfill_file_writer **list = (const outerfill_file_writer **)(writers + num_writers);
    outerfill_cells *missing = (outerfill_cells *)(list + num_writers);
    *run = answer->run;
    for (size_t k = 0; k < num_writers; k++) {
        writers[k] = answer->writers[k];
        list[k] = &writers[k];
    }
    for (size_t k = 0; k < num_missing; k++)
        missing[k] =
            (outerfill_cells){answer->missing.items[k].begin, answer->missing.items[k].end};
    run->writers = list;
    run->missing = missing;
    char *texts = memcpy(missing + num_missing, note, note_nbytes);
    run->note = texts;
    if (damaged) run->damaged_journal = memcpy(texts + note_nbytes, damaged, damaged_nbytes);
    return run;
}

/* Explains what is there if no journal is. A running fill restores its journal when it synchronises
 * its files. */
static outerfill_status refuse(const struct output_file *output, bool has_part,
                               const struct leftover *leftover, outerfill_error *error) {
    const char *name = strrchr(output->path, '/');
    if (has_part && leftover->is_settling)
        return error_set(error, OUTERFILL_FILE_FAILED,
                         "a fill of \"%s\" is just beginning or ending: ask again in a moment",
                         output->path);
    if (has_part && leftover->is_filled)
        return error_set(
            error, OUTERFILL_FILE_FAILED,
            "a fill of \"%s\" is running, but its journal was removed. The fill writes "
            "it again: ask again in some seconds",
            output->path);
    if (has_part)
        return error_set(
            error, OUTERFILL_FILE_FAILED,
            "\"%s\" has no journal, so nothing tells what of it is finished: begin the "
            "fill again, with --restart",
            output->part_path);
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "there is neither \"%s\" nor a journal of a fill of it in the folder \"%.*s\"",
                     name + 1, name > output->path ? (int)(name - output->path) : 1, output->path);
}

/* A PATH.part that may not be read is described by its length. */
static int look_at_part(const char *part_path, struct leftover *leftover) {
    struct stat facts;
    const int code = leftover_look(part_path, leftover);
    if (code != EACCES || lstat(part_path, &facts)) return code;
    *leftover = (struct leftover){
        .nbytes = (uint64_t)facts.st_size, .is_plain = S_ISREG(facts.st_mode), .is_unread = true};
    return 0;
}

/* A PATH.part that is shorter than a header holds no data. */
static outerfill_status describe_part(const struct output_file *output,
                                      const struct journal_set *journals,
                                      const struct leftover *leftover, struct answer *answer,
                                      outerfill_error *error) {
    const bool is_short = leftover->nbytes < NPY_DATA_OFFSET;
    if (!leftover->is_plain || (leftover->is_foreign && is_short))
        return leftover_refuse(output->part_path, error);
    answer->run.part_nbytes = leftover->nbytes;
    answer->run.part_is_missing = is_short;
    answer->run.header_is_damaged = leftover->is_damaged;
    return describe_journals(journals, leftover, output->part_path, answer, error);
}

/* Journals beside a complete file were left by a process that was killed while it removed them. If
 * not one of these journals has the whole file, they are those of a fill that was to replace it. */
static outerfill_status describe_beside(const struct output_file *output,
                                        const struct journal_set *journals, struct answer *answer,
                                        outerfill_error *error) {
    const struct journal_content *first;
    const outerfill_status status = describe_complete(output->path, &answer->run, error);
    if (status) return status;
    answer->run.part_is_missing =
        journal_set_num_bands(journals) && !journal_set_know_whole(journals);
    answer->run.damaged_journal = journal_set_damaged(journals, &answer->run.num_damaged_journals);
    return describe_writers(journals, answer, &first, error);
}

/* Another process may have completed the file after its journals were read. So PATH counts if
 * PATH.part does not exist. */
static outerfill_status describe(const struct output_file *output,
                                 const struct journal_set *journals, struct answer *answer,
                                 outerfill_error *error) {
    struct leftover leftover;
    const int code = look_at_part(output->part_path, &leftover);
    if (code == ENOENT) leftover = (struct leftover){.is_plain = true, .is_new = true};
    const bool has_part = code == 0 && !output_file_has_second_name(output);
    if (code && code != ENOENT) return error_set_file(error, "read", output->part_path, code);
    if (access(output->path, F_OK) == 0) {
        const bool is_stray =
            has_part && !journals->num_items && !leftover.is_settling && !leftover.is_filled;
        answer->run.part_is_stray = is_stray;
        if (!has_part || is_stray) return describe_beside(output, journals, answer, error);
    }
    if (!journals->num_items) return refuse(output, has_part, &leftover, error);
    return describe_part(output, journals, &leftover, answer, error);
}

static outerfill_status create(const char *path, outerfill_file_status **run,
                               outerfill_error *error) {
    struct output_file output;
    struct journal_set journals = {0};
    struct answer answer = {0};
    outerfill_status status =
        output_file_init(&output, "read", path, OUTERFILL_EXISTING_REPLACE, 0, error);
    if (status) return status;
    status = journal_set_read(&journals, output.path, error);
    if (!status) status = describe(&output, &journals, &answer, error);
    if (!status) *run = in_one_piece(&answer);
    if (!status && !*run)
        status = error_no_memory(error, "answer of %zu ranges", answer.run.num_missing);
    ranges_free(&answer.missing);
    free(answer.writers);
    journal_set_free(&journals);
    output_file_close(&output);
    return status;
}

/* Finds the last ".npy" in front of `ending` in a file's name. Returns the length of the name up to
 * it, or 0. */
static int find_name(const char *path, const char *ending) {
    const char *found = NULL, *slash = strrchr(path, '/');
    for (const char *at = path; (at = strstr(at, ending)); at++) found = at;
    return found && (!slash || found > slash) ? (int)(found - path + (ptrdiff_t)strlen(".npy")) : 0;
}

/* The names of PATH.part and of journals, which a user may take for PATH. A journal's name is
 * compared by its form only. */
static outerfill_status check_name(const char *path, outerfill_error *error) {
    unsigned long long shard, num_shards;
    int end = 0;
    const int part = find_name(path, ".npy.part"), journal = find_name(path, ".npy.journal");
    if (part && strcmp(path + part, ".part") == 0)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "\"%s\" is the unfinished file of \"%.*s\": give that name", path, part,
                         path);
    const char *rest = path + journal + strlen(".journal");
    if (journal &&
        (!*rest || (sscanf(rest, "-%llu-of-%llu%n", &shard, &num_shards, &end) == 2 && !rest[end])))
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "\"%s\" is a journal of \"%.*s\": give that name", path, journal, path);
    return OUTERFILL_OK;
}

outerfill_status outerfill_file_status_create(const char *path, outerfill_file_status **file_status,
                                              outerfill_error *error) {
    if (file_status) *file_status = NULL;
    if (!path || !*path || !file_status)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT, "outerfill_file_status_create: %s",
                         file_status ? "path may not be NULL or empty"
                                     : "file_status may not be NULL");
    outerfill_status status = check_name(path, error);
    if (!status) status = create(path, file_status, error);
    return status ? status : error_clear(error);
}

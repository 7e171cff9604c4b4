/* SPDX-License-Identifier: MIT
 *
 * This module is `outerfill status`. It prints how far the fill of a file is, as text for people or
 * as JSON for scripts.
 *
 * It owns the file status from outerfill_file_status_create until it has printed it. It reads files
 * only through the library, and changes nothing. */
#include <getopt.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "duration.h"
#include "file_json.h"
#include "input_pipe.h"
#include "json_output.h"
#include "kept_inputs.h"
#include "note.h"
#include "progress.h"
#include "shard.h"

/* ---- Facts from the file status ---- */

static const char *state_name(const outerfill_file_status *run) {
    static const char *const names[] = {"stopped", "running", "complete"};
    return names[run->state];
}

static double num_cells(const outerfill_file_status *run) {
    return (double)run->n * (double)run->m;
}

/* An array without cells lacks none of them. */
static double fraction(const outerfill_file_status *run, size_t cells_done) {
    return num_cells(run) > 0 ? (double)cells_done / num_cells(run) : 1;
}

/* The seconds that the rest takes at the present rate. The result is negative if the rate is
 * unknown. */
static double seconds_left(const outerfill_file_status *run) {
    const double left = num_cells(run) - (double)run->cells_done;
    return left <= 0 ? 0 : run->cells_per_second > 0 ? left / run->cells_per_second : -1;
}

static double nbytes_per_cell(const outerfill_file_status *run) {
    return (double)(run->num_planes * outerfill_dtype_itemsize(run->dtype));
}

static void format_time(double seconds, char *text, size_t text_nbytes) {
    const time_t whole = (time_t)seconds;
    struct tm local;
    if (!localtime_r(&whole, &local) || !strftime(text, text_nbytes, "%Y-%m-%d %H:%M:%S", &local))
        *text = '\0'; /* GCOVR_EXCL_LINE: for times beyond the year 2^31 */
}

/* The wall clock, in seconds since 1970. The monotonic clock cannot tell when a file will be
 * ready. */
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- For people ---- */

static void print_rate(const outerfill_file_status *run) {
    char cells[32], nbytes[32], left[32], ready[64];
    const double rate = run->cells_per_second, rest = seconds_left(run);
    if (rate <= 0) return;
    progress_format(rate, "cells/s", cells, sizeof cells);
    progress_format(rate * nbytes_per_cell(run), "B/s", nbytes, sizeof nbytes);
    duration_format(rest, left, sizeof left);
    format_time(now() + rest, ready, sizeof ready);
    printf("  rate      %s, %s%s\n", cells, nbytes,
           run->state == OUTERFILL_FILE_RUNNING ? "" : ", when it was stopped");
    if (run->state == OUTERFILL_FILE_RUNNING)
        printf("  ready     in %s, at %s\n", left, ready);
    else
        printf("  left      %s at that rate\n", left);
}

/* A journal that lost its records tells neither the process nor the time: both are 0. */
static void print_writer(const outerfill_file_status *run, const outerfill_file_writer *writer) {
    char begun[64] = "at an unknown time", process[32] = "unknown";
    if (writer->begun > 0) format_time(writer->begun, begun, sizeof begun);
    if (writer->pid) snprintf(process, sizeof process, "%lld", (long long)writer->pid);
    const char *state = writer->is_running    ? "running"
                        : writer->is_finished ? "finished"
                                              : "stopped";
    if (writer->num_shards)
        printf("  shard     %zu of %zu: %s", writer->shard, writer->num_shards, state);
    else
        printf("  writer    %s", state);
    printf(", process %s, begun %s, %.3g %% of the file%s\n", process, begun,
           100 * fraction(run, writer->cells_done), run->part_is_missing ? ", now lost" : "");
}

/* ---- Shards that have not begun ---- */

#define MAX_SHARDS_SHOWN  8
#define MAX_SHARDS_LISTED 1000000 /* of more shards, none is looked for */

/* The number of shards, if this command began the fill as shards and nobody else goes on with it.
 * Ranks of MPI keep journals as shards do, but any rank may take the rows of another. */
static size_t num_shards(const outerfill_file_status *run) {
    size_t number = 0;
    if (!note_is_of_command(run->note) || !strstr(run->note, "\n--sh")) return 0;
    for (size_t k = 0; k < run->num_writers; k++) {
        if (!run->writers[k]->num_shards) return 0;
        number = run->writers[k]->num_shards;
    }
    return number <= MAX_SHARDS_LISTED ? number : 0;
}

/* A shard of more than n has no rows, and leaves no journal. */
static bool has_rows(size_t n, size_t shard, size_t number) {
    size_t begin, end;
    shard_rows(n, shard, number, &begin, &end);
    return begin < end;
}

/* The first shard from `shard` on that has begun or not, as `begun` says; number + 1 if none has.
 * The writers are in the order of shards. */
static size_t find_shard(const outerfill_file_status *run, size_t shard, size_t number,
                         bool begun) {
    size_t k = 0;
    for (; shard <= number; shard++) {
        while (k < run->num_writers && run->writers[k]->shard < shard) k++;
        const bool has_begun = k < run->num_writers && run->writers[k]->shard == shard;
        if ((has_begun || !has_rows(run->n, shard, number)) == begun) break;
    }
    return shard;
}

/* Returns whether there are such shards. */
static bool print_not_begun(const outerfill_file_status *run) {
    const size_t number = num_shards(run);
    size_t begin = find_shard(run, 1, number, false), num_ranges = 0;
    if (begin > number) return false;
    for (; begin <= number && num_ranges < MAX_SHARDS_SHOWN; num_ranges++) {
        const size_t end = find_shard(run, begin, number, true);
        printf(num_ranges ? ", %zu" : "  not begun shards %zu", begin);
        if (end - begin > 1) printf(" to %zu", end - 1);
        begin = find_shard(run, end, number, false);
    }
    printf("%s of %zu\n", begin <= number ? ", ..." : "", number);
    return true;
}

/* ---- All of it ---- */

#define MAX_MISSING_SHOWN 8

static void print_missing(const outerfill_file_status *run) {
    for (size_t k = 0; k < run->num_missing && k < MAX_MISSING_SHOWN; k++) {
        const outerfill_cells cells = run->missing[k];
        printf("  missing   rows %zu to %zu\n", cells.begin / run->m, (cells.end - 1) / run->m + 1);
    }
    if (run->num_missing > MAX_MISSING_SHOWN)
        printf("  missing   and %zu ranges more\n", run->num_missing - MAX_MISSING_SHOWN);
}

/* Whether an argument of the noted command cannot be read again, and was not kept. */
static bool note_has_pipe(const char *note) {
    char **lines = note_read(note);
    bool has_pipe = false, is_kept = false;
    for (size_t k = 1; lines && lines[0] && lines[k]; k++) {
        has_pipe |= input_pipe_is_word(lines[k], lines[0]);
        is_kept |= kept_inputs_is_option(lines[k]);
    }
    free(lines);
    return has_pipe && !is_kept;
}

/* The options of the command are noted; no other one begins with --f. */
static bool replaces(const outerfill_file_status *run) {
    return note_is_of_command(run->note) && strstr(run->note, "\n--f");
}

static bool is_in_the_way(const char *path, const outerfill_file_status *run) {
    return access(path, F_OK) == 0 && !replaces(run);
}

static void print_existing(const char *path, const outerfill_file_status *run) {
    if (access(path, F_OK)) return;
    printf("  exists    %s, %s\n", path,
           replaces(run) ? "which is kept until the new file is complete"
                         : "which is kept: the fill cannot end before it is moved away");
}

static void print_next_step(const char *path, const outerfill_file_status *run, bool is_waiting) {
    char quoted[4200];
    command_quote(path, quoted, sizeof quoted);
    if (run->part_is_missing) {
        printf("  go on     put %s.part back, or compute all cells: ", path);
        if (note_has_pipe(run->note) && !kept_inputs_exist(path))
            printf("give the whole command again, with --restart\n");
        else
            printf("outerfill resume %s --restart\n", quoted);
        return;
    }
    printf("  go on     %s", is_in_the_way(path, run) ? "move the other file away; then " : "");
    printf("%s",
           is_waiting ? "run the shards that are not finished, or, if none is waiting: " : "");
    if (note_has_pipe(run->note) && !kept_inputs_exist(path))
        printf("give the whole command again, with --resume\n");
    else
        printf("outerfill resume %s\n", quoted);
}

/* The library pads the header of its files to a page. */
static void print_part(const char *path, const outerfill_file_status *run) {
    const double part_nbytes = (double)run->part_nbytes,
                 file_nbytes = 4096 + num_cells(run) * nbytes_per_cell(run);
    if (run->part_is_missing && !run->part_nbytes)
        printf("  lost      %s.part is missing or empty; only its journal is left\n", path);
    else if (run->part_is_missing)
        printf("  lost      %s.part is cut off within its header, after %.0f bytes\n", path,
               part_nbytes);
    else if (part_nbytes < file_nbytes)
        printf(
            "  lost      %s.part has only %.0f of %.0f bytes; what is cut off counts as missing\n",
            path, part_nbytes, file_nbytes);
    if (run->header_is_damaged)
        printf("  damaged   the header of %s.part, which a resume writes again\n", path);
}

/* What is left beside a complete file. */
static void print_beside(const char *path, const outerfill_file_status *run) {
    char quoted[4200];
    command_quote(path, quoted, sizeof quoted);
    if (run->part_is_stray)
        printf("  beside    %s.part, which has no journal: no fill goes on with it, and it can be "
               "deleted unless its journal comes back\n",
               path);
    else if (run->part_is_missing)
        printf(
            "  beside    journals of a fill that was to replace the file, whose %s.part is lost: "
            "put it back, or delete %s.journal*\n",
            path, path);
    else if (run->num_writers)
        printf("  beside    journals that are not needed any more: outerfill resume %s removes "
               "them\n",
               quoted);
}

static int print_text(const char *path, const outerfill_file_status *run) {
    char done[32], all[32];
    progress_format((double)run->cells_done * nbytes_per_cell(run), "B", done, sizeof done);
    progress_format(num_cells(run) * nbytes_per_cell(run), "B", all, sizeof all);
    printf("%s: %s, %.4g %% done\n", path, state_name(run),
           progress_percent((double)run->cells_done, num_cells(run)));
    printf("  array     (%zu, %zu, %zu) %s, %s of %s\n", run->num_planes, run->n, run->m,
           outerfill_dtype_name(run->dtype), done, all);
    if (run->state == OUTERFILL_FILE_COMPLETE)
        print_beside(path, run);
    else
        print_existing(path, run);
    if (run->state != OUTERFILL_FILE_COMPLETE) print_part(path, run);
    if (run->num_damaged_journals)
        printf("  damaged   %s: what it does not tell any more counts as missing\n",
               run->damaged_journal);
    if (run->num_damaged_journals > 1)
        printf("  damaged   and %zu journals more\n", run->num_damaged_journals - 1);
    print_rate(run);
    for (size_t k = 0; k < run->num_writers; k++) print_writer(run, run->writers[k]);
    print_missing(run);
    const bool is_waiting = run->state != OUTERFILL_FILE_COMPLETE && print_not_begun(run);
    if (run->state == OUTERFILL_FILE_STOPPED) print_next_step(path, run, is_waiting);
    return command_flush_output();
}

/* ---- For scripts ---- */

/* Returns NULL if memory runs out. */
static json_t *describe(const char *path, const outerfill_file_status *run) {
    struct status_json status = status_json_begin(path, state_name(run));
    return file_json_describe(run, &status) ? status_json_create(&status) : NULL;
}

int command_status(int argc, char **argv) {
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
    char *topic[] = {"help", "status", NULL};
    outerfill_error error;
    outerfill_file_status *run;
    bool is_json = false;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        if (option == 'h') return command_help(2, topic);
        if (option != 'j') return command_bad_option("status", option, argv);
        is_json = true;
    }
    if (argc - optind != 1)
        return command_misused("status", "one file is needed; there are %d", argc - optind);
    const char *path = argv[optind];
    if (!*path) return command_misused("status", "the name of the file is empty");
    if (outerfill_file_status_create(path, &run, &error)) return command_fail_library(&error);
    const int code =
        is_json ? json_output_print(describe(path, run), "the status") : print_text(path, run);
    outerfill_free(run);
    return code;
}

/* SPDX-License-Identifier: MIT
 *
 * This module decides whether a fill may write its files. The library plans the output file; this
 * module turns the plan into sentences that name the command's options. It writes nothing. */
#include "output.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "next_step.h"
#include "operand.h"
#include "progress.h"

/* ---- Names ---- */

static bool is_same_file(const struct stat *x, const char *path) {
    struct stat y;
    if (!path) return false;
    const int failed = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &y) : stat(path, &y);
    return !failed && x->st_dev == y.st_dev && x->st_ino == y.st_ino;
}

static int check_not_input(const struct fill_arguments *arguments, const char *what,
                           const char *path) {
    struct stat output;
    if (stat(path, &output)) return EXIT_DONE;
    struct operand a, b;
    operand_split(arguments->a, &a);
    operand_split(arguments->b, &b);
    const char *const inputs[] = {a.path, b.path, arguments->body_path, arguments->preamble_path};
    for (size_t k = 0; k < sizeof inputs / sizeof *inputs; k++)
        if (is_same_file(&output, inputs[k]))
            return command_fail(
                EXIT_BAD_INPUT,
                "the %s would overwrite \"%s\", which is also an input: choose another name", what,
                path);
    return EXIT_DONE;
}

static int check_output_name(const struct fill_arguments *arguments) {
    char part_path[PATH_MAX];
    if (!arguments->output) return EXIT_DONE;
    if (snprintf(part_path, sizeof part_path, "%s.part", arguments->output) >=
        (int)sizeof part_path)
        return command_fail(EXIT_FILE_FAILED, "the output's name is longer than %d characters",
                            PATH_MAX);
    const int code = check_not_input(arguments, "output", arguments->output);
    return code ? code : check_not_input(arguments, "output", part_path);
}

static bool begins_with(const char *text, const char *begin) {
    return strncmp(text, begin, strlen(begin)) == 0;
}

/* The user did not type an inherited name now. */
int output_fail_status(const struct fill_arguments *arguments, const char *reason, int code) {
    return command_fail(code, "cannot write the status to \"%s\": %s%s", arguments->status_json,
                        reason,
                        arguments->status_is_inherited
                            ? ". This name is that of the earlier call: --status-json FILE "
                              "replaces it, and --status-json none lifts it"
                            : "");
}

/* A new file is written beside the old one and renamed. Writing finds a name that is too long. */
static int check_status_folder(const struct fill_arguments *arguments) {
    char target[PATH_MAX];
    if (strlen(arguments->status_json) >= PATH_MAX) return EXIT_DONE;
    if (!realpath(arguments->status_json, target)) strcpy(target, arguments->status_json);
    if (access(dirname(target), W_OK) == 0) return EXIT_DONE;
    return output_fail_status(arguments, strerror(errno), EXIT_FILE_FAILED);
}

/* The status file may replace an older status file. It must not replace the output file, an input
 * or a special file. */
static int check_status_file(const struct fill_arguments *arguments) {
    const char *path = arguments->status_json, *output = arguments->output;
    struct stat facts;
    if (!path) return EXIT_DONE;
    if (output && begins_with(path, output)) {
        const char *rest = path + strlen(output);
        if (!*rest || strcmp(rest, ".part") == 0 || begins_with(rest, ".journal"))
            return command_fail(
                EXIT_BAD_INPUT,
                "the status file \"%s\" would overwrite the output: choose another name", path);
    }
    if (stat(path, &facts)) return check_status_folder(arguments);
    if (!S_ISREG(facts.st_mode))
        return output_fail_status(arguments, "it exists and is not a regular file",
                                  EXIT_FILE_FAILED);
    if (is_same_file(&facts, output))
        return command_fail(
            EXIT_BAD_INPUT,
            "the status file \"%s\" would overwrite the output: choose another name", path);
    const int code = check_not_input(arguments, "status file", path);
    return code ? code : check_status_folder(arguments);
}

int output_check_names(const struct fill_arguments *arguments) {
    const int code = check_output_name(arguments);
    return code ? code : check_status_file(arguments);
}

/* ---- The output file ---- */

outerfill_file_options output_options(const struct fill_arguments *arguments) {
    return (outerfill_file_options){
        .struct_nbytes = sizeof(outerfill_file_options),
        .existing = arguments->force ? OUTERFILL_EXISTING_REPLACE : OUTERFILL_EXISTING_KEEP,
        .unfinished = arguments->resume    ? OUTERFILL_UNFINISHED_RESUME
                      : arguments->restart ? OUTERFILL_UNFINISHED_RESTART
                                           : OUTERFILL_UNFINISHED_KEEP,
        .shard = arguments->shard,
        .num_shards = arguments->num_shards,
    };
}

void output_advise_space(const struct fill_arguments *arguments, char *text, size_t text_nbytes) {
    char order[4300] = "start again";
    outerfill_file_status *status;
    const bool is_there =
        outerfill_file_status_create(arguments->output, &status, NULL) == OUTERFILL_OK;
    const bool is_kept =
        is_there && status->state != OUTERFILL_FILE_COMPLETE && status->cells_done > 0;
    if (is_kept || next_step_is_shared()) next_step_write(arguments->output, order, sizeof order);
    snprintf(text, text_nbytes, "free some space, and %s", order);
    if (is_there) outerfill_free(status);
}

static int fail_no_space(const struct fill_arguments *arguments, const outerfill_file_plan *plan) {
    char advice[4300];
    output_advise_space(arguments, advice, sizeof advice);
    return command_fail(
        EXIT_FILE_FAILED,
        "\"%s\" needs %.0f bytes%s, and its file system has %.0f bytes free: %s; %s",
        arguments->output, (double)plan->missing_nbytes,
        plan->missing_nbytes < plan->free_nbytes ? " and space for its journal" : "",
        (double)plan->free_nbytes, strerror(ENOSPC), advice);
}

/* The system would refuse the file when its space is reserved. A limit of the shell is found out
 * here, before anything is computed. */
static int check_limit(const char *output, const outerfill_file_plan *plan) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur == RLIM_INFINITY) return EXIT_DONE;
    if (plan->file_nbytes <= limit.rlim_cur) return EXIT_DONE;
    return command_fail(
        EXIT_FILE_FAILED, "\"%s\" needs %.0f bytes, and the limit of a file is %.0f bytes: %s; %s",
        output, (double)plan->file_nbytes, (double)limit.rlim_cur, strerror(EFBIG),
        plan->file_nbytes <= limit.rlim_max ? "raise it with 'ulimit -f'"
                                            : "only an administrator may raise it (ulimit -f)");
}

static const outerfill_file_writer *find_running(const outerfill_file_status *run, size_t shard) {
    for (size_t k = 0; k < run->num_writers; k++)
        if (run->writers[k]->is_running && (!shard || run->writers[k]->shard == shard))
            return run->writers[k];
    return NULL;
}

/* Names the process that writes the file, or this shard of it. Returns false if none does. A fill
 * whose journal was removed is not known. */
static bool describe_writer(const struct fill_arguments *arguments, char *text, size_t nbytes) {
    outerfill_file_status *run;
    *text = '\0';
    if (outerfill_file_status_create(arguments->output, &run, NULL)) return false;
    const outerfill_file_writer *writer = find_running(run, arguments->shard);
    const bool is_written =
        writer && (!arguments->shard || writer->num_shards == arguments->num_shards);
    if (is_written && writer->num_shards)
        snprintf(text, nbytes, ", process %lld for shard %zu of %zu", (long long)writer->pid,
                 writer->shard, writer->num_shards);
    else if (is_written)
        snprintf(text, nbytes, ", process %lld", (long long)writer->pid);
    outerfill_free(run);
    return is_written;
}

static int fail_busy(const struct fill_arguments *arguments, const char *writer) {
    char quoted[4200];
    command_quote(arguments->output, quoted, sizeof quoted);
    return command_fail(EXIT_FILE_FAILED,
                        "\"%s\" is being written by another fill%s: wait for it, or choose another "
                        "name; 'outerfill status %s' tells how far it is",
                        arguments->output, writer, quoted);
}

/* Shards write one file together, but each of them only once. */
static int check_shard(const struct fill_arguments *arguments) {
    char writer[120];
    if (!arguments->num_shards || !describe_writer(arguments, writer, sizeof writer))
        return EXIT_DONE;
    return fail_busy(arguments, writer);
}

static int check_begin(const struct fill_arguments *arguments, const outerfill_file_plan *plan) {
    const int code = check_limit(arguments->output, plan);
    return code ? code : check_shard(arguments);
}

/* ---- Refusals ---- */

static int fail_lost_part(const struct fill_arguments *arguments, const outerfill_file_plan *plan) {
    const char *output = arguments->output, *part = plan->part_path;
    if (arguments->num_shards)
        return command_fail(EXIT_FILE_FAILED,
                            "the data of an earlier fill are lost, and only its journals are left: "
                            "put \"%s\" back, or remove \"%s.journal*\" to compute all cells",
                            part, output);
    return command_fail(EXIT_FILE_FAILED,
                        "the data of an earlier fill are lost, and only its journal is left: put "
                        "\"%s\" back, or compute all cells with --restart",
                        part);
}

static int fail_exists(const struct fill_arguments *arguments, const outerfill_file_plan *plan) {
    const char *output = arguments->output;
    const bool goes_on = arguments->resume || arguments->num_shards;
    const bool has_part = access(plan->part_path, F_OK) == 0;
    if (has_part && goes_on)
        return command_fail(EXIT_FILE_FAILED,
                            "\"%s\" exists already beside the unfinished \"%s.part\", and is kept: "
                            "move it away, or replace it with --force",
                            output, output);
    if (has_part)
        return command_fail(EXIT_FILE_FAILED,
                            "\"%s\" exists already, and \"%s.part\" holds %.3g %% of another fill: "
                            "choose another name; or with --force, --resume goes on with that "
                            "fill, and --restart discards it",
                            output, output, progress_percent(plan->fraction_done, 1));
    return command_fail(
        EXIT_FILE_FAILED,
        "\"%s\" exists already and is kept%s: choose another name, or replace it with --force",
        output, goes_on ? ", and nothing tells that this fill has completed it" : "");
}

int output_refuse(const struct fill_arguments *arguments, const outerfill_file_plan *plan) {
    const char *output = arguments->output;
    char writer[120];
    switch (plan->verdict) {
    case OUTERFILL_FILE_BEGINS:
    case OUTERFILL_FILE_RESUMES: return check_begin(arguments, plan);
    case OUTERFILL_FILE_IS_COMPLETE: return EXIT_DONE;
    case OUTERFILL_FILE_EXISTS: return fail_exists(arguments, plan);
    case OUTERFILL_FILE_IS_UNFINISHED:
        if (plan->part_is_missing) return fail_lost_part(arguments, plan);
        if (plan->is_unrecorded)
            return command_fail(EXIT_FILE_FAILED,
                                "\"%s.part\" was left by an earlier fill, but its journal is "
                                "missing or damaged, so nothing tells what of it is finished: "
                                "--restart discards it and computes all cells",
                                output);
        return command_fail(EXIT_FILE_FAILED,
                            "\"%s.part\" holds %.3g %% of an earlier fill: --resume goes on with "
                            "it, --restart discards it",
                            output, progress_percent(plan->fraction_done, 1));
    case OUTERFILL_FILE_IS_BUSY:
        describe_writer(arguments, writer, sizeof writer);
        return fail_busy(arguments, writer);
    case OUTERFILL_FILE_HAS_NO_SPACE: return fail_no_space(arguments, plan);
    }
    return EXIT_DONE; /* GCOVR_EXCL_LINE: there is no other verdict */
}

int output_plan(const struct fill_arguments *arguments, const outerfill_file_options *options,
                size_t n, size_t m, outerfill_file_plan **plan) {
    outerfill_error error;
    if (outerfill_fill_npy_plan(arguments->output, arguments->dtype,
                                fill_arguments_num_planes(arguments), n, m, options, plan, &error))
        return command_fail_library(&error);
    const int code = output_refuse(arguments, *plan);
    if (!code) return EXIT_DONE;
    outerfill_free(*plan);
    *plan = NULL;
    return code;
}

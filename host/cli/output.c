/* SPDX-License-Identifier: MIT
 *
 * This module decides whether a fill may write its files. The library plans the output file; this
 * module turns the plan into sentences that name the command's options. It writes nothing. */
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "next_step.h"
#include "operand.h"

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
    if (stat(path, &facts)) return EXIT_DONE;
    if (!S_ISREG(facts.st_mode))
        return command_fail(
            EXIT_FILE_FAILED,
            "cannot write the status to \"%s\": it exists and is not a regular file", path);
    if (is_same_file(&facts, output))
        return command_fail(
            EXIT_BAD_INPUT,
            "the status file \"%s\" would overwrite the output: choose another name", path);
    return check_not_input(arguments, "status file", path);
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
    return command_fail(EXIT_FILE_FAILED,
                        "\"%s\" needs %.0f bytes, and its file system has %.0f bytes free: %s; %s",
                        arguments->output, (double)plan->missing_nbytes, (double)plan->free_nbytes,
                        strerror(ENOSPC), advice);
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

int output_refuse(const struct fill_arguments *arguments, const outerfill_file_plan *plan) {
    const char *output = arguments->output;
    switch (plan->verdict) {
    case OUTERFILL_FILE_BEGINS:
    case OUTERFILL_FILE_RESUMES: return check_limit(output, plan);
    case OUTERFILL_FILE_IS_COMPLETE: return EXIT_DONE;
    case OUTERFILL_FILE_EXISTS:
        if (access(plan->part_path, F_OK) == 0)
            return command_fail(EXIT_FILE_FAILED,
                                "\"%s\" exists already beside the unfinished \"%s.part\", and is "
                                "kept: move it away, or replace it with --force",
                                output, output);
        return command_fail(
            EXIT_FILE_FAILED,
            "\"%s\" exists already and is kept%s: choose another name, or replace it with --force",
            output,
            arguments->resume || arguments->num_shards
                ? ", and nothing tells that this fill has completed it"
                : "");
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
                            output, 100 * plan->fraction_done);
    case OUTERFILL_FILE_IS_BUSY:
        return command_fail(EXIT_FILE_FAILED, "\"%s\" is being written by another fill", output);
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

/* SPDX-License-Identifier: MIT
 *
 * This module is `outerfill fill` and `outerfill resume`. It connects the arguments, the job and
 * its fill.
 *
 * The journal stores the arguments of a fill exactly as they were typed. So resume needs only the
 * name of the file. It parses the stored arguments again in the same folder, and then the arguments
 * after the file name, which take precedence. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "dry_run.h"
#include "fill_options.h"
#include "job_fill.h"
#include "note.h"

/* A negative code means that the requested help was printed. */
static int end(struct job *job, int code) {
    job_close(job);
    /* A stuck device still works. Its driver's threads could crash while exit destroys what they
     * use, so _exit ends the process at once. */
    if (job_is_stuck(job)) _exit(code);
    return code < 0 ? EXIT_DONE : code;
}

/* Prints the program of the first device, and fills nothing. */
static int print_program(const struct job *job) {
    char *program = outerfill_function_program(job->function, 0);
    if (!program) return command_fail(EXIT_DEVICE_FAILED, "no memory for the text of the program");
    fputs(program, stdout);
    outerfill_free(program);
    return command_flush_output();
}

static int run(struct job *job) {
    if (job->arguments.print_program) return print_program(job);
    return job->arguments.dry_run ? dry_run(job) : job_fill(job);
}

int command_fill(int argc, char **argv) {
    struct job job = {0};
    int code = fill_arguments_parse(argc, argv, &job.arguments);
    if (!code && job.arguments.output) code = job_take_note(&job, argc - 1, argv + 1);
    if (!code) code = job_open(&job);
    if (!code) code = run(&job);
    return end(&job, code);
}

/* ---- Resume ---- */

/* Where PATH.part is lost, the user must choose. `path` is absolute, `name` as it was typed. */
static int check_restart(const struct fill_arguments *arguments,
                         const outerfill_file_status *status, const char *name, const char *path) {
    char quoted[4200];
    command_quote(name, quoted, sizeof quoted);
    if (status->part_is_missing && !arguments->restart)
        return command_fail(EXIT_FILE_FAILED,
                            "the data of the fill are lost, and only its journal is left: put "
                            "\"%s.part\" back, or compute all cells with 'outerfill resume %s "
                            "--restart'",
                            path, quoted);
    if (status->part_is_missing || !arguments->restart) return EXIT_DONE;
    return command_misused("resume",
                           "resume keeps what is finished of \"%s\": leave --restart out, or begin "
                           "anew with 'outerfill fill' and --restart",
                           name);
}

/* `lines` holds the folder and then the stored arguments. The word "fill" replaces the folder as
 * argv[0]. In the second command line, argv[0] is the name of the file. */
static int resume_as(char **lines, const outerfill_file_status *status, char *path, int argc,
                     char **argv) {
    char *const folder = lines[0];
    struct job job = {.note = strdup(status->note)};
    if (!job.note) return command_fail(EXIT_DEVICE_FAILED, "no memory for the arguments");
    lines[0] = "fill";
    int code = fill_arguments_parse_resumed(lines, folder, path, argc, argv, &job.arguments);
    if (!code) code = check_restart(&job.arguments, status, argv[0], path);
    if (!code) code = job_open(&job);
    if (!code) code = run(&job);
    return end(&job, code);
}

/* The options are read for their mistakes and for --verify. */
static int tell_complete(const char *name, int argc, char **argv) {
    struct fill_arguments arguments = {0};
    int code = fill_options_read(argc, argv, &arguments);
    if (code) return code < 0 ? EXIT_DONE : code;
    printf("%s is complete\n", name);
    code = command_flush_output();
    if (arguments.verify_cells && !arguments.quiet)
        fprintf(stderr,
                "%s: nothing was verified: a complete file tells neither its inputs nor its "
                "function. --verify goes with a fill that is not complete\n",
                command_name);
    return code;
}

/* Refuses a fill whose journal holds no note of this command: another program began it, or this one
 * in a folder that was deleted. */
static int resume_run(const outerfill_file_status *status, const char *name, char *path, int argc,
                      char **argv) {
    if (status->state == OUTERFILL_FILE_COMPLETE && !status->num_writers)
        return tell_complete(name, argc, argv);
    char **lines = note_read(status->note);
    if (!lines && note_is_of_command(status->note))
        return command_fail(EXIT_DEVICE_FAILED, "no memory for the arguments");
    if (!lines || !lines[0]) {
        free(lines);
        return command_fail(
            EXIT_BAD_INPUT,
            "the journal of \"%s\" holds no command that could be repeated: give the whole command "
            "again, with --resume, or go on with the program that began the fill",
            path);
    }
    const int code = resume_as(lines, status, path, argc, argv);
    free(lines);
    return code;
}

/* Makes a name absolute. realpath would need an existing file, but perhaps only the file with
 * ".part" exists. Returns NULL if memory runs out, otherwise a string for the caller to free. */
static char *absolute(const char *path) {
    char *folder = getcwd(NULL, 0), *name = NULL;
    if (*path == '/' || !folder)
        name = strdup(path);
    else if (asprintf(&name, "%s/%s", folder, path) < 0)
        name = NULL;
    free(folder);
    return name;
}

int command_resume(int argc, char **argv) {
    char *topic[] = {"help", "resume", NULL};
    outerfill_error error;
    outerfill_file_status *status;
    if (argc < 2) return command_misused("resume", "the name of the file is missing");
    if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) return command_help(2, topic);
    if (strcmp(argv[1], "--") == 0 && argc > 2) {
        argc--;
        argv++;
    } else if (*argv[1] == '-')
        return command_misused("resume", "the name of the file comes first, options after it: '%s'",
                               argv[1]);
    if (!*argv[1]) return command_misused("resume", "the name of the file is empty");
    if (outerfill_file_status_create(argv[1], &status, &error)) return command_fail_library(&error);
    char *path = absolute(argv[1]);
    const int code =
        path ? resume_run(status, argv[1], path, argc - 1, argv + 1)
             : command_fail(EXIT_DEVICE_FAILED, "no memory for the name \"%s\"", argv[1]);
    free(path);
    outerfill_free(status);
    return code;
}

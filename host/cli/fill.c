/* SPDX-License-Identifier: MIT
 *
 * `outerfill fill` and `outerfill resume`. What a fill was asked for stands in its journal as it was typed, so that going on
 * needs no more than the file's name: the same arguments are read again, in the same folder, and those that follow the name
 * after them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "dry_run.h"
#include "job_fill.h"
#include "note.h"

static int end(struct job *job, int code) {
    job_close(job);
    if (job_is_stuck(job)) _exit(code); /* as a driver's threads may not live through exit */
    return code < 0 ? EXIT_DONE : code;
}

int command_fill(int argc, char **argv) {
    struct job job = {0};
    int code = fill_arguments_parse(argc, argv, &job.arguments);
    if (!code && job.arguments.output) code = job_take_note(&job, argc - 1, argv + 1);
    if (!code) code = job_open(&job);
    if (!code) code = job.arguments.dry_run ? dry_run(&job) : job_fill(&job);
    return end(&job, code);
}

/* ---- Resume ---- */

/* lines: the folder, the arguments. argv[0] stands for the subcommand in both command lines. */
static int resume_as(char **lines, const outerfill_file_status *run, char *path, int argc,
                     char **argv) {
    char *const folder = lines[0];
    struct job job = {.note = strdup(run->note)};
    if (!job.note) return command_fail(EXIT_DEVICE_FAILED, "no memory for the arguments");
    lines[0] = "fill";
    int code = fill_arguments_parse_resumed(lines, folder, path, argc, argv, &job.arguments);
    if (!code) code = job_open(&job);
    if (!code) code = job.arguments.dry_run ? dry_run(&job) : job_fill(&job);
    return end(&job, code);
}

static int resume_run(const outerfill_file_status *run, const char *name, char *path, int argc,
                      char **argv) {
    if (run->state == OUTERFILL_FILE_COMPLETE && !run->num_writers) {
        printf("%s is complete\n", name);
        return command_flush_output();
    }
    char **lines = note_read(run->note);
    if (!lines && note_is_of_command(run->note))
        return command_fail(EXIT_DEVICE_FAILED, "no memory for the arguments");
    if (!lines || !lines[0]) {
        free(lines);
        return command_fail(
            EXIT_BAD_INPUT,
            "the fill of \"%s\" was not begun by this command: resume it where it was begun", path);
    }
    const int code = resume_as(lines, run, path, argc, argv);
    free(lines);
    return code;
}

/* Works also where the name itself does not exist yet, but for its ending. */
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
    outerfill_file_status *run;
    if (argc < 2) return command_misused("resume", "the name of the file is missing");
    if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) return command_help(2, topic);
    if (strcmp(argv[1], "--") == 0 && argc > 2) {
        argc--;
        argv++;
    } else if (*argv[1] == '-')
        return command_misused("resume", "the name of the file comes first, options after it: '%s'",
                               argv[1]);
    if (!*argv[1]) return command_misused("resume", "the name of the file is empty");
    if (outerfill_file_status_create(argv[1], &run, &error)) return command_fail_library(&error);
    char *path = absolute(argv[1]);
    const int code =
        path ? resume_run(run, argv[1], path, argc - 1, argv + 1)
             : command_fail(EXIT_DEVICE_FAILED, "no memory for the name \"%s\"", argv[1]);
    free(path);
    outerfill_free(run);
    return code;
}

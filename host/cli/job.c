/* SPDX-License-Identifier: MIT
 *
 * This module prepares a fill by the command. It checks what is cheap to check first: the sizes,
 * the output's name, the inputs, the device, the function.
 *
 * It owns everything in struct job. It does not run the fill: job_fill.c and dry_run.c do. */
#include "job.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "driver_death.h"
#include "driver_output.h"
#include "interrupt.h"
#include "note.h"
#include "progress_report.h"
#include "status_file.h"

static size_t num_planes(const struct fill_arguments *arguments) {
    if (arguments->body) return arguments->num_planes;
    return arguments->num_expressions ? arguments->num_expressions : 2;
}

size_t job_num_planes(const struct job *job) {
    return num_planes(&job->arguments);
}

double job_nbytes(const struct job *job) {
    const double cell_nbytes =
        (double)(job_num_planes(job) * outerfill_dtype_itemsize(job->arguments.dtype));
    return (double)job->a.n * (double)job->b.n * cell_nbytes;
}

/* A folder that was deleted has no name, so no later command could enter it. The fill then leaves
 * no note. */
int job_take_note(struct job *job, int argc, char **argv) {
    char *folder = getcwd(NULL, 0);
    if (!folder && errno != ENOMEM) return EXIT_DONE;
    job->note = folder ? note_create(folder, argc, argv) : NULL;
    free(folder);
    return job->note ? EXIT_DONE : command_fail(EXIT_DEVICE_FAILED, "no memory for the arguments");
}

/* ---- Before anything is done ---- */

/* The sizes of ranges are known before their values. So an array that exceeds every address space
 * is refused before any memory is requested. */
static int check_ranges(const struct fill_arguments *arguments) {
    struct vector_range a, b;
    if (!vector_is_range(arguments->a) || !vector_is_range(arguments->b)) return EXIT_DONE;
    int code = vector_range_parse(arguments->a, &a);
    if (!code) code = vector_range_parse(arguments->b, &b);
    if (code) return code;
    size_t nbytes = num_planes(arguments) * outerfill_dtype_itemsize(arguments->dtype);
    if (a.n == 0 || b.n == 0) return EXIT_DONE;
    const bool overflow = __builtin_mul_overflow(nbytes, a.n, &nbytes) ||
                          __builtin_mul_overflow(nbytes, b.n, &nbytes);
    if (!overflow && nbytes <= PTRDIFF_MAX) return EXIT_DONE;
    return command_fail(
        EXIT_BAD_INPUT,
        "an array of shape (%zu, %zu, %zu) is larger than any memory or file can be",
        num_planes(arguments), a.n, b.n);
}

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
    const char *const inputs[] = {arguments->a, arguments->b, arguments->body_path,
                                  arguments->preamble_path};
    for (size_t k = 0; k < sizeof inputs / sizeof *inputs; k++)
        if (is_same_file(&output, inputs[k]))
            return command_fail(
                EXIT_BAD_INPUT,
                "the %s would overwrite \"%s\", which is also an input: choose another name", what,
                path);
    return EXIT_DONE;
}

static int check_output(struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    struct stat output;
    char part_path[PATH_MAX];
    if (!arguments->output) return EXIT_DONE;
    if (snprintf(part_path, sizeof part_path, "%s.part", arguments->output) >=
        (int)sizeof part_path)
        return command_fail(EXIT_FILE_FAILED, "the output's name is longer than %d characters",
                            PATH_MAX);
    int code = check_not_input(arguments, "output", arguments->output);
    if (!code) code = check_not_input(arguments, "output", part_path);
    if (code || stat(arguments->output, &output)) return code;
    /* An earlier run or other shards may have completed the file. The library decides about
     * that. */
    const bool may_be_ours = arguments->resume || arguments->num_shards;
    if (!arguments->force && !may_be_ours && S_ISREG(output.st_mode))
        return command_fail(
            EXIT_FILE_FAILED,
            "\"%s\" exists already and is kept: choose another name, or replace it with --force",
            arguments->output);
    return EXIT_DONE;
}

static bool begins_with(const char *text, const char *begin) {
    return strncmp(text, begin, strlen(begin)) == 0;
}

/* The status file may replace an older status file. It must not replace the output file, an input
 * or a special file. */
static int check_status_file(const struct job *job) {
    const char *path = job->arguments.status_json, *output = job->arguments.output;
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
    return check_not_input(&job->arguments, "status file", path);
}

static int read_inputs(struct job *job) {
    int code = check_ranges(&job->arguments);
    if (!code) code = check_output(job);
    if (!code) code = check_status_file(job);
    if (!code) code = vector_read(job->arguments.a, job->arguments.dtype, &job->a);
    return code ? code : vector_read(job->arguments.b, job->arguments.dtype, &job->b);
}

/* ---- Device and function ---- */

/* Callers pass the output only from the moment when the fill begins to write it. */
void job_watch_driver(const struct job *job, const char *deed, const char *output) {
    driver_death_watch((struct driver_deed){.name = deed,
                                            .output = output,
                                            .status_path = job->arguments.status_json,
                                            .is_shard = job->arguments.num_shards > 0});
}

/* Removes PoCL's variable for compiler options, because such options could change results
 * silently. */
static void leave_out_flags(const struct job *job) {
    const char *flags = getenv("POCL_EXTRA_BUILD_FLAGS");
    if (!flags) return;
    if (*flags && !job->arguments.quiet)
        fprintf(stderr, "%s: POCL_EXTRA_BUILD_FLAGS is left out: it could change results\n",
                command_name);
    unsetenv("POCL_EXTRA_BUILD_FLAGS");
}

static int open_context(struct job *job) {
    leave_out_flags(job);
    job_watch_driver(job, "opened the devices", NULL);
    const outerfill_context_options options = {.struct_nbytes = sizeof options,
                                               .device = job->arguments.device,
                                               .dtype = job->arguments.dtype};
    return outerfill_context_create(&options, &job->context, &job->error)
               ? command_fail_library(&job->error)
               : EXIT_DONE;
}

static int build_function(struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .dtype = arguments->dtype,
        .num_planes = arguments->body || arguments->num_expressions ? num_planes(arguments) : 0,
        .expressions = arguments->num_expressions ? arguments->expressions : NULL,
        .body = arguments->body,
        .preamble = arguments->preamble,
        .num_parameters = arguments->num_parameters,
        .parameter_names = (const char *const *)arguments->parameter_names,
        .parameter_values = arguments->parameter_values,
        .relaxed = arguments->relaxed,
    };
    job_watch_driver(job, "compiled the function", NULL);
    driver_output_hold();
    const outerfill_status status =
        outerfill_function_create(job->context, &description, &job->function, &job->error);
    /* After a failed build the library's log holds the driver's text, with the caller's line and
     * column. So the original is dropped. */
    driver_output_release(status && status != OUTERFILL_BUILD_FAILED);
    return status ? command_fail_library(&job->error) : EXIT_DONE;
}

static void describe_function(const struct job *job) {
    for (size_t k = 0; k < outerfill_context_num_devices(job->context); k++) {
        const outerfill_device *device = outerfill_context_device(job->context, k);
        const size_t width = outerfill_function_vector_width(job->function, k);
        fprintf(stderr, "device %s \"%s\": the function is compiled for ", device->id,
                device->name);
        if (width > 1)
            fprintf(stderr, "vectors of %zu; ", width);
        else
            fprintf(stderr, "scalars; ");
        fprintf(stderr, "%s\n",
                device->shares_host_memory ? "results need no copy" : "results are copied back");
    }
}

/* ---- The fill ---- */

static void warn_dropped(const outerfill_error *error, void *job) {
    progress_clear(&((struct job *)job)->progress);
    fprintf(stderr, "outerfill: a device is used no longer: %s\n", error->message);
}

static void name_devices(struct job *job) {
    size_t length = 0;
    for (size_t k = 0;
         k < outerfill_context_num_devices(job->context) && length < sizeof job->devices; k++)
        length +=
            (size_t)snprintf(job->devices + length, sizeof job->devices - length, "%s%s",
                             k ? " and " : "", outerfill_context_device(job->context, k)->name);
}

void job_begin_progress(struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    const bool is_terminal = isatty(STDERR_FILENO);
    const double now = progress_now();
    job->progress = (struct progress){
        .begin = now,
        .shown = now,
        .cells_per_row = (double)job->b.n,
        .nbytes_per_cell =
            (double)(num_planes(arguments) * outerfill_dtype_itemsize(arguments->dtype)),
        .devices = job->devices,
        .status_path = arguments->status_json,
        .output = arguments->output,
        .is_wanted = !arguments->quiet,
        .is_eager = arguments->progress,
        .is_terminal = is_terminal,
        .num_rows = job->a.n,
        .samples[0].seconds = now,
        .num_samples = 1,
    };
}

outerfill_fill_options job_fill_options(struct job *job) {
    return (outerfill_fill_options){
        .struct_nbytes = sizeof(outerfill_fill_options),
        .memory_nbytes = job->arguments.memory_nbytes,
        .progress = progress_report,
        .progress_data = &job->progress,
        .device_dropped = warn_dropped,
        .device_dropped_data = job,
        .verify_cells = job->arguments.verify_cells,
    };
}

/* The lock comes first: the waiting thread must not end the process between the description and the
 * message. */
static int fail_interrupted(const struct job *job) {
    char left[4400] = "nothing is printed";
    command_hold();
    const char *why =
        interrupt_code() == EXIT_TIME_LIMIT ? "the time limit is over" : "interrupted";
    if (job->arguments.output)
        interrupt_describe(job->arguments.output, job->arguments.num_shards > 0, left, sizeof left);
    return command_fail(interrupt_code(), "%s: %s", why, left);
}

int job_fail(struct job *job) {
    progress_clear(&job->progress);
    return job->error.status == OUTERFILL_CANCELLED ? fail_interrupted(job)
                                                    : command_fail_library(&job->error);
}

outerfill_file_options job_file_options(const struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    return (outerfill_file_options){
        .struct_nbytes = sizeof(outerfill_file_options),
        .existing = arguments->force ? OUTERFILL_EXISTING_REPLACE : OUTERFILL_EXISTING_KEEP,
        .unfinished = arguments->resume    ? OUTERFILL_UNFINISHED_RESUME
                      : arguments->restart ? OUTERFILL_UNFINISHED_RESTART
                                           : OUTERFILL_UNFINISHED_KEEP,
        .shard = arguments->shard,
        .num_shards = arguments->num_shards,
        .note = job->note,
    };
}

/* Shards share an unfinished file, so neither refusal applies to a shard. */
int job_check_unfinished(const struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    outerfill_file_status *run;
    if (outerfill_file_status_create(arguments->output, &run, NULL)) return EXIT_DONE;
    const bool is_running = run->state == OUTERFILL_FILE_RUNNING && !arguments->num_shards;
    const bool is_stopped = run->state == OUTERFILL_FILE_STOPPED && run->cells_done &&
                            !arguments->resume && !arguments->restart && !arguments->num_shards;
    const double percent = 100 * (double)run->cells_done / ((double)run->n * (double)run->m);
    outerfill_free(run);
    if (is_running)
        return command_fail(EXIT_FILE_FAILED, "\"%s\" is being written by another fill",
                            arguments->output);
    if (!is_stopped) return EXIT_DONE;
    return command_fail(EXIT_FILE_FAILED,
                        "\"%s.part\" holds %.3g %% of an earlier fill: --resume goes on with it, "
                        "--restart discards it",
                        arguments->output, percent);
}

/* OUTERFILL_STILL_WRITING means that a failed device never reported its stop. */
bool job_is_stuck(const struct job *job) {
    return job->error.status == OUTERFILL_STILL_WRITING;
}

int job_open(struct job *job) {
    interrupt_end_at_once();
    int code = read_inputs(job);
    if (code) return code;
    if (!interrupt_note(job->arguments.time_limit))
        return command_fail(EXIT_DEVICE_FAILED, "no thread could be created to wait for signals");
    code = open_context(job);
    if (!code) code = build_function(job);
    if (!code) name_devices(job);
    if (!code && job->arguments.verbose) describe_function(job);
    /* A script that waits for the status file must also learn of a failure before the fill. */
    if (!code || !job->arguments.status_json || job->arguments.dry_run) return code;
    job_begin_progress(job);
    status_file_write(&job->progress, STATUS_ENDED, code, command_said());
    return code;
}

void job_close(struct job *job) {
    if (job_is_stuck(job)) return;
    outerfill_function_destroy(job->function);
    outerfill_context_destroy(job->context);
    outerfill_free(job->a.values);
    outerfill_free(job->b.values);
    fill_arguments_free(&job->arguments);
    free(job->note);
    driver_death_over();
}

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
#include <unistd.h>

#include "command.h"
#include "driver_death.h"
#include "driver_output.h"
#include "input_pipe.h"
#include "interrupt.h"
#include "job_status.h"
#include "kept_inputs.h"
#include "log_line.h"
#include "next_step.h"
#include "note.h"
#include "output.h"
#include "profile.h"
#include "progress_report.h"

size_t job_num_planes(const struct job *job) {
    return fill_arguments_num_planes(&job->arguments);
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
    size_t nbytes =
        fill_arguments_num_planes(arguments) * outerfill_dtype_itemsize(arguments->dtype);
    if (a.n == 0 || b.n == 0) return EXIT_DONE;
    const bool overflow = __builtin_mul_overflow(nbytes, a.n, &nbytes) ||
                          __builtin_mul_overflow(nbytes, b.n, &nbytes);
    if (!overflow && nbytes <= PTRDIFF_MAX) return EXIT_DONE;
    return command_fail(
        EXIT_BAD_INPUT,
        "an array of shape (%zu, %zu, %zu) is larger than any memory or file can be",
        fill_arguments_num_planes(arguments), a.n, b.n);
}

/* Even a quiet fill tells it. The ranks of outerfill-mpi fill the file in many pieces, and each
 * piece would tell the same again. */
static void tell_damage(const char *message, void *user_data) {
    struct job *job = user_data;
    if (strcmp(job->damage, message) == 0) return;
    if (!*job->damage) snprintf(job->damage, sizeof job->damage, "%s", message);
    command_hold();
    progress_clear(&job->progress);
    log_line_stamp();
    fprintf(stderr, "%s: %s\n", command_name, message);
    command_release();
}

/* Plans the output, unless the caller has done so. A fill tells of damage itself. */
static int plan_output(struct job *job, bool tells_damage) {
    outerfill_file_options options = output_options(&job->arguments);
    outerfill_free(job->plan);
    job->plan = NULL;
    if (!job->arguments.output || job->is_planned) return EXIT_DONE;
    if (tells_damage) options.damage_found = tell_damage;
    options.damage_found_data = job;
    return output_plan(&job->arguments, &options, job->a.n, job->b.n, &job->plan);
}

/* The output is planned twice: before the inputs are read, which may take long, and again when the
 * shape is known. */
static int read_inputs(struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    int code = plan_output(job, false);
    if (!code) code = vector_read(arguments->a, arguments->dtype, &job->a);
    if (!code) code = vector_read(arguments->b, arguments->dtype, &job->b);
    if (!code) code = plan_output(job, arguments->dry_run);
    if (!code) job->share = share_find(arguments, job->plan, job->a.n, job->b.n);
    return code;
}

/* ---- Device and function ---- */

/* Callers pass the output only from the moment when the fill begins to write it. */
void job_watch_driver(const struct job *job, const char *deed, const char *output) {
    driver_death_watch((struct driver_deed){.name = deed,
                                            .output = output,
                                            .status_path = job->arguments.status_json,
                                            .is_early = !job->context});
}

/* Removes PoCL's variable for compiler options, because such options could change results
 * silently. */
static void leave_out_flags(const struct job *job) {
    const char *flags = getenv("POCL_EXTRA_BUILD_FLAGS");
    if (!flags) return;
    if (*flags && !job->arguments.quiet) {
        log_line_stamp();
        fprintf(stderr, "%s: POCL_EXTRA_BUILD_FLAGS is left out: it could change results\n",
                command_name);
    }
    unsetenv("POCL_EXTRA_BUILD_FLAGS");
}

static void print_unopened(const struct job *job) {
    const outerfill_device *device;
    for (size_t k = 0; (device = outerfill_context_unopened(job->context, k)); k++) {
        log_line_stamp();
        fprintf(stderr, "%s: warning: device %s \"%s\" is left out: %s\n", command_name, device->id,
                device->name, device->unusable);
    }
}

static int open_context(struct job *job) {
    leave_out_flags(job);
    job_watch_driver(job, "opened the devices", NULL);
    const outerfill_context_options options = {.struct_nbytes = sizeof options,
                                               .device = job->arguments.device,
                                               .dtype = job->arguments.dtype,
                                               .same_device_bits = job->arguments.same_device_bits};
    if (outerfill_context_create(&options, &job->context, &job->error))
        return command_fail_library(&job->error);
    if (!job->arguments.quiet) print_unopened(job);
    const bool is_profiled =
        job->arguments.profile || (job->arguments.verbose && profile_reads_back(job->context));
    job->profiles = is_profiled ? profile_create(job->context) : NULL;
    if (is_profiled && !job->profiles)
        return command_fail(EXIT_DEVICE_FAILED, "no memory for the profile");
    return EXIT_DONE;
}

static int build_function(struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .dtype = arguments->dtype,
        .num_planes = arguments->body || arguments->num_expressions
                          ? fill_arguments_num_planes(arguments)
                          : 0,
        .expressions = arguments->num_expressions ? arguments->expressions : NULL,
        .body = arguments->body,
        .preamble = arguments->preamble,
        .num_parameters = arguments->num_parameters,
        .parameter_names = (const char *const *)arguments->parameter_names,
        .parameter_values = arguments->parameter_values,
        .relaxed = arguments->relaxed,
    };
    job_watch_driver(job, "compiled the function", NULL);
    progress_say_compiling(&job->progress);
    driver_output_hold();
    const outerfill_status status =
        outerfill_function_create(job->context, &description, &job->function, &job->error);
    /* After a failed build the library's log holds the driver's text, with the caller's line and
     * column. So the original is dropped. */
    driver_output_release(status && status != OUTERFILL_BUILD_FAILED);
    if (status || arguments->verbose || outerfill_function_warnings(job->function, NULL))
        progress_clear(&job->progress);
    /* The sentence has what the log says of the text. */
    if (!arguments->verbose) job->error.log[0] = '\0';
    return status ? command_fail_library(&job->error) : EXIT_DONE;
}

static void print_warnings(const struct job *job) {
    size_t num_warnings;
    const outerfill_warning *const *warnings =
        outerfill_function_warnings(job->function, &num_warnings);
    for (size_t k = 0; k < num_warnings; k++) {
        log_line_stamp();
        fprintf(stderr, "%s: warning: %s\n", command_name, warnings[k]->message);
    }
}

static void describe_function(const struct job *job) {
    for (size_t k = 0; k < outerfill_context_num_devices(job->context); k++) {
        const outerfill_device *device = outerfill_context_device(job->context, k);
        const size_t cells = outerfill_function_batch_cells(job->function, k);
        const bool is_ours =
            outerfill_function_mathematics(job->function, k) == OUTERFILL_MATHEMATICS_OWN;
        log_line_stamp();
        fprintf(stderr, "device %s \"%s\": the function is compiled for ", device->id,
                device->name);
        if (cells > 1)
            fprintf(stderr, "batches of %zu cells", cells);
        else
            fprintf(stderr, "single cells");
        fprintf(stderr, "%s; %s\n", is_ours ? ", with outerfill's own mathematics" : "",
                device->shares_host_memory ? "results need no copy" : "results are copied back");
        const outerfill_warning *const slow = outerfill_function_slow_code(job->function, k);
        if (slow) log_line_stamp();
        if (slow) fprintf(stderr, "%s\n", slow->message);
    }
}

/* ---- The fill ---- */

static void warn_dropped(const outerfill_error *error, void *job) {
    progress_clear(&((struct job *)job)->progress);
    log_line_stamp();
    fprintf(stderr, "outerfill: a device failed: %s\n", error->message);
}

static void name_devices(struct job *job) {
    size_t length = 0;
    for (size_t k = 0;
         k < outerfill_context_num_devices(job->context) && length < sizeof job->devices; k++)
        length +=
            (size_t)snprintf(job->devices + length, sizeof job->devices - length, "%s%s",
                             k ? " and " : "", outerfill_context_device(job->context, k)->name);
    job->devices[progress_cut(job->devices, sizeof job->devices - 1)] = '\0';
}

/* The progress of outerfill-mpi is not printed, and its lines have no time either. */
static bool writes_log(const struct job *job) {
    return job->arguments.progress && !job->is_planned && !isatty(STDERR_FILENO);
}

/* The first line of a log says what the later lines are about. */
static void describe_fill(const struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    char host[256] = "";
    if (gethostname(host, sizeof host - 1)) *host = '\0';
    log_line_stamp();
    fprintf(stderr, "outerfill %s on %s fills %s: (%zu, %zu, %zu) %s, with %s\n",
            outerfill_version(), host, arguments->output ? arguments->output : "an array",
            job_num_planes(job), job->a.n, job->b.n, outerfill_dtype_name(arguments->dtype),
            job->devices);
}

/* The sizes follow when the inputs are read, and the names when the devices are open. */
static void begin_progress(struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    const double now = progress_now();
    job->progress = (struct progress){
        .begin = now,
        .shown = now,
        .nbytes_per_cell =
            (double)(job_num_planes(job) * outerfill_dtype_itemsize(arguments->dtype)),
        .devices = job->devices,
        .status_path = arguments->status_json,
        .output = arguments->output,
        .dtype = arguments->dtype,
        .is_shard = arguments->num_shards > 0,
        .is_wanted = !arguments->quiet,
        .is_eager = arguments->progress,
        .is_terminal = isatty(STDERR_FILENO),
    };
}

static void size_progress(struct job *job) {
    const struct share *share = &job->share;
    struct progress *progress = &job->progress;
    progress->num_planes = job_num_planes(job);
    progress->n = job->a.n;
    progress->cells_per_row = (double)job->b.n;
    progress->num_rows = share->row_end - share->row_begin;
    progress->cells_kept = share_num_cells(share) - share_num_left(share);
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
        .num_verified = &job->num_verified,
        .num_left_out = &job->num_left_out,
        .profiles = job->profiles,
        .profile_nbytes = sizeof *job->profiles,
    };
}

/* The fill has the file's locks now. If it begins anew, inputs that an earlier fill has kept do not
 * belong to it. */
static void begin_computing(size_t cells_kept, size_t num_cells, void *user_data) {
    struct job *job = user_data;
    const struct fill_arguments *arguments = &job->arguments;
    if (!cells_kept && job->plan && job->plan->verdict == OUTERFILL_FILE_BEGINS &&
        !arguments->keep_inputs && !arguments->num_shards)
        kept_inputs_remove(arguments->output);
    progress_kept(cells_kept, num_cells, &job->progress);
}

outerfill_file_options job_file_options(struct job *job) {
    outerfill_file_options options = output_options(&job->arguments);
    options.note = job->note;
    options.cells_kept = begin_computing;
    options.cells_kept_data = job;
    options.damage_found = tell_damage;
    options.damage_found_data = job;
    return options;
}

/* OUTERFILL_STILL_WRITING means that a failed device never reported its stop. */
bool job_is_stuck(const struct job *job) {
    return job->error.status == OUTERFILL_STILL_WRITING;
}

static int open_all(struct job *job) {
    int code = read_inputs(job);
    if (!code) size_progress(job);
    /* A dry run does not compute until the limit, but tells whether the fill would reach it. */
    if (!code && !interrupt_note(job->arguments.dry_run ? 0 : job->arguments.time_limit,
                                 job->arguments.limit_is_inherited))
        code = command_fail(EXIT_DEVICE_FAILED, "no thread could be created to wait for signals");
    if (!code) code = open_context(job);
    if (code) return code;
    name_devices(job);
    if (writes_log(job) && !job->arguments.dry_run && !job->arguments.print_program)
        describe_fill(job);
    if (!job->arguments.dry_run) code = job_status_begin(&job->arguments, &job->progress);
    if (!code) code = build_function(job);
    if (!code && !job->arguments.quiet) print_warnings(job);
    if (!code && job->arguments.verbose) describe_function(job);
    return code;
}

int job_open(struct job *job) {
    const struct fill_arguments *arguments = &job->arguments;
    if (writes_log(job)) log_line_begin_log();
    job->pipe = arguments->keep_inputs ? NULL : input_pipe_find(arguments);
    if (job->pipe) next_step_set(NEXT_COMMAND);
    if (arguments->num_shards) next_step_set(NEXT_SHARD);
    if (arguments->num_shards) log_line_set_shard(arguments->shard, arguments->num_shards);
    if (arguments->output && !arguments->dry_run) interrupt_note_earlier(arguments->output);
    interrupt_end_at_once();
    int code = check_ranges(&job->arguments);
    if (!code) code = output_check_names(&job->arguments);
    if (code) return code;
    begin_progress(job);
    code = open_all(job);
    /* A script that waits for the status file must also learn of a failure before the fill. */
    command_hold();
    if (code && !job->arguments.dry_run) job_status_end(&job->progress, code);
    command_release();
    return code;
}

void job_close(struct job *job) {
    if (job_is_stuck(job)) return;
    outerfill_function_destroy(job->function);
    outerfill_context_destroy(job->context);
    outerfill_free(job->a.values);
    outerfill_free(job->b.values);
    outerfill_free(job->plan);
    share_free(&job->share);
    fill_arguments_free(&job->arguments);
    free(job->note);
    free(job->profiles);
    driver_death_over();
}

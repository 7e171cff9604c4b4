/* SPDX-License-Identifier: MIT
 *
 * Compiles a function for every device of its context. Owns the programs until the function has
 * them. It has no opinion about the text, which was checked. */
#include "device/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/opencl_error.h"
#include "program/batch.h"
#include "program/build_log.h"
#include "program/builtins.h"
#include "program/flagged.h"
#include "program/hints.h"
#include "program/slow_code.h"
#include "program/source.h"
#include "program/user_text.h"

/* Returns the compiler's log, for the caller to free. Returns NULL if memory ran out. */
static char *read_log(cl_program program, const struct device *device) {
    size_t nbytes = 0;
    clGetProgramBuildInfo(program, device->id, CL_PROGRAM_BUILD_LOG, 0, NULL, &nbytes);
    char *log = calloc(1, nbytes + 1);
    if (log && nbytes)
        clGetProgramBuildInfo(program, device->id, CL_PROGRAM_BUILD_LOG, nbytes, log, NULL);
    return log;
}

/* Turns a failed clBuildProgram into an error. Only a CL_BUILD_PROGRAM_FAILURE is a fault of the
 * text. */
static outerfill_status build_error(const char *log, const char *program,
                                    const struct device *device, cl_int code,
                                    const outerfill_function_description *description,
                                    outerfill_error *error) {
    outerfill_status status;
    if (code == CL_BUILD_PROGRAM_FAILURE && log)
        status = build_log_error(log, program, description, device->info.name, error);
    else if (code == CL_BUILD_PROGRAM_FAILURE)
        status = error_no_memory(error, "log of a function that does not compile");
    else
        status = opencl_error(error, code, device->info.name, "clBuildProgram");
    if (error) error->opencl_code = code;
    return status;
}

/* Adds the compiler's warnings about the caller's text. */
static void add_warnings(const char *log, const char *program,
                         const outerfill_function_description *description,
                         struct warnings *warnings) {
    struct text_message message;
    while (log && build_log_next(&log, program, description, &message)) {
        hints_apply(&message);
        if (!message.is_error) warnings_add_message(warnings, &message);
    }
}

#define MAX_KERNEL_NAMES 4096

/* One way to build a function. needs_mathematics: only if the compiler takes our own mathematics.
 * batch_cells: with the kernel fill_batches. */
struct candidate {
    const char *source; /* the whole program; NULL: this way does not apply */
    size_t batch_cells; /* 0: no batches */
    bool needs_mathematics;
    bool has_plain_powers; /* without kernels/constant_powers.cl */
};

/* Options for the compiler that a dtype needs: in float32, literals such as 0.1 are float32 too,
 * and quotients are rounded correctly if the device can. */
static const char *dtype_options(outerfill_dtype dtype, const struct device *device) {
    switch (dtype) {
    case OUTERFILL_FLOAT64: break;
    case OUTERFILL_FLOAT32:
        return device->has_correct_float32_division
                   ? " -cl-single-precision-constant -cl-fp32-correctly-rounded-divide-sqrt"
                   : " -cl-single-precision-constant";
    }
    return "";
}

static bool is_pocl(const outerfill_device *info) {
    return strcmp(info->platform, "Portable Computing Language") == 0;
}

/* PoCL's own functions keep a loop from being vectorised. Intel's CPU runtime vectorises whole
 * kernels with its own, and those are the faster ones there. */
static bool may_use_mathematics(const outerfill_device *info) {
    return info->type == OUTERFILL_DEVICE_CPU && is_pocl(info);
}

/* Sets *names to the names of the program's kernels. A failure is no answer: results would have
 * other bits than those of the next run. */
static outerfill_status list_kernels(const struct context_device *device, cl_program program,
                                     char names[MAX_KERNEL_NAMES], outerfill_error *error) {
    memset(names, 0, MAX_KERNEL_NAMES);
    const cl_int code =
        clGetProgramInfo(program, CL_PROGRAM_KERNEL_NAMES, MAX_KERNEL_NAMES - 1, names, NULL);
    return code == CL_SUCCESS
               ? OUTERFILL_OK
               : opencl_error(error, code, device->device.info.name, "clGetProgramInfo");
}

/* Writes the options of a candidate:
 *     -cl-single-precision-constant             in float32, a literal such as 0.5 is single
 *     -cl-fp32-correctly-rounded-divide-sqrt    / and sqrt as in C, on devices that can
 *     -DOUTERFILL_CPU                           with the kernels for CPUs instead of fill_runs
 *     -DOUTERFILL_CALLERS_BUFFERS               for buffers that begin anywhere
 *     -DOUTERFILL_CPU_MATHEMATICS               with our own functions, if there is fma
 *     -DOUTERFILL_PLAIN_POWERS                  without kernels/constant_powers.cl */
static void write_options(const struct context_device *device, const struct candidate *candidate,
                          const outerfill_function_description *description,
                          struct function_program *program) {
    const bool is_relaxed = description->relaxed && !candidate->needs_mathematics;
    const bool may_be_ours = may_use_mathematics(&device->device.info) && !is_relaxed;
    snprintf(program->options, sizeof program->options, "-cl-std=CL1.2%s%s%s%s%s%s",
             dtype_options(description->dtype, &device->device),
             device->device.info.type == OUTERFILL_DEVICE_CPU ? " -DOUTERFILL_CPU" : "",
             device->is_callers ? " -DOUTERFILL_CALLERS_BUFFERS" : "",
             may_be_ours ? " -DOUTERFILL_CPU_MATHEMATICS" : "",
             candidate->has_plain_powers ? " -DOUTERFILL_PLAIN_POWERS" : "",
             is_relaxed ? " -cl-fast-relaxed-math" : "");
}

/* On failure program->opencl is NULL. */
static outerfill_status create_program(const struct context_device *device, const char *source,
                                       struct function_program *program, outerfill_error *error) {
    cl_int code;
    program->opencl = clCreateProgramWithSource(device->opencl, 1, &source, NULL, &code);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    program->opencl = NULL;
    return opencl_error(error, code, device->device.info.name, "clCreateProgramWithSource");
}

/* Builds one candidate. On failure program->opencl may be a program that the caller must
 * release. */
static outerfill_status build(const struct context_device *device,
                              const struct candidate *candidate,
                              const outerfill_function_description *description,
                              struct function_program *program, struct warnings *warnings,
                              outerfill_error *error) {
    write_options(device, candidate, description, program);
    outerfill_status status = create_program(device, candidate->source, program, error);
    if (status) return status;
    const cl_int code =
        clBuildProgram(program->opencl, 1, &device->device.id, program->options, NULL, NULL);
    char *log = read_log(program->opencl, &device->device);
    if (code != CL_SUCCESS)
        status = build_error(log, candidate->source, &device->device, code, description, error);
    else
        add_warnings(log, candidate->source, description, warnings);
    free(log);
    return status;
}

outerfill_status build_again(const struct context_device *device,
                             const struct function_program *program, struct function_program *again,
                             outerfill_error *error) {
    const outerfill_status status = create_program(device, program->source, again, error);
    if (status) return status;
    const cl_int code =
        clBuildProgram(again->opencl, 1, &device->device.id, program->options, NULL, NULL);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    clReleaseProgram(again->opencl);
    again->opencl = NULL;
    return opencl_error(error, code, device->device.info.name, "clBuildProgram");
}

/* Intel's CPU runtime makes vectors of whole kernels, with their loops. */
static bool may_build(const struct candidate *candidate, const outerfill_device *info) {
    const bool is_for_pocl = candidate->needs_mathematics || candidate->batch_cells;
    return candidate->source && (!is_for_pocl || may_use_mathematics(info));
}

/* Builds a candidate. *is_final says that no other one is to be tried: because the device has it,
 * or because the answer would depend on the moment. Candidates differ in the last bits of results,
 * and these must not depend on how much memory is free. */
static outerfill_status build_candidate(const struct context_device *device,
                                        const struct candidate *candidate,
                                        const outerfill_function_description *description,
                                        struct function_program *program, bool *is_final,
                                        struct warnings *warnings, outerfill_error *error) {
    outerfill_status status = build(device, candidate, description, program, warnings, error);
    *is_final = status == OUTERFILL_OUT_OF_MEMORY;
    if (status) return status;
    char names[MAX_KERNEL_NAMES];
    status = list_kernels(device, program->opencl, names, error);
    const bool is_ours = strstr(names, "outerfill_own_mathematics") != NULL;
    program->batch_cells = candidate->batch_cells ? candidate->batch_cells : 1;
    program->has_own_mathematics = is_ours;
    /* A program without kernels comes from a damaged cache. Its first use will say so. */
    *is_final = status || is_ours || !candidate->needs_mathematics || !*names;
    return status;
}

/* A device with memory of its own can be opened again after a fault, unless its context is the
 * caller's. Of another one, the caller's arrays are not safe from what it may still write. */
static outerfill_status keep_source(const struct context_device *device, const char *source,
                                    struct function_program *program, outerfill_error *error) {
    if (device->device.info.shares_host_memory || device->is_callers) return OUTERFILL_OK;
    program->source = strdup(source);
    return program->source ? OUTERFILL_OK : error_no_memory(error, "text of a program");
}

/* Builds the first of NUM_CANDIDATES that compiles on the device. The last, scalar one always
 * applies, and its error goes to the caller: its log is about the caller's text without changes. */
#define NUM_CANDIDATES 5
static outerfill_status build_first(const struct context_device *device,
                                    const struct candidate *candidates,
                                    const outerfill_function_description *description,
                                    struct function_program *program, struct warnings *warnings,
                                    outerfill_error *error) {
    outerfill_status status = OUTERFILL_OK;
    for (size_t k = 0; k < NUM_CANDIDATES; k++) {
        bool is_final;
        if (!may_build(&candidates[k], &device->device.info)) continue;
        status = build_candidate(device, &candidates[k], description, program, &is_final, warnings,
                                 error);
        if (is_final && !status) status = keep_source(device, candidates[k].source, program, error);
        if (is_final) break;
        if (program->opencl) clReleaseProgram(program->opencl);
        program->opencl = NULL;
    }
    return status;
}

/* The programs that may be built. Each is NULL if it does not apply. */
struct sources {
    char *scalar, *flagged, *batches;
};

static void free_sources(struct sources *sources) {
    free(sources->scalar);
    free(sources->flagged);
    free(sources->batches);
}

/* The scalar program alone would do, and be slower. So none that applies may be missing. */
static outerfill_status create_sources(const outerfill_function_description *description,
                                       const struct batch *batch, struct sources *sources,
                                       outerfill_error *error) {
    const bool has_flags = flagged_is_wanted(description), has_batches = batch->num_cells > 0;
    const struct source_form scalar = {0}, flagged = {.is_flagged = true},
                             batches = {.batch = batch,
                                        .is_flagged = flagged_is_called(description)};
    *sources = (struct sources){
        .scalar = source_create(description, &scalar),
        .flagged = has_flags ? source_create(description, &flagged) : NULL,
        .batches = has_batches ? source_create(description, &batches) : NULL,
    };
    const bool is_complete =
        sources->scalar && (!has_flags || sources->flagged) && (!has_batches || sources->batches);
    return is_complete ? OUTERFILL_OK
                       : error_no_memory(error, "program of %zu planes", description->num_planes);
}

/* Only of PoCL is it known. */
static void find_slow_code(const outerfill_device *info,
                           const outerfill_function_description *description,
                           const struct batch *batch, struct function_program *program) {
    struct warnings found = {.num_items = 0};
    const bool is_ours = program->has_own_mathematics || !builtins_name_ours(description);
    if (may_use_mathematics(info)) slow_code_find(description, batch, is_ours, &found);
    warning_list_write(&program->slow_code, &found);
}

/* One device's build, which a thread does. */
struct device_build {
    const struct context_device *device;
    const struct candidate *candidates;
    const outerfill_function_description *description;
    const struct batch *batch;
    struct function_program *program;
    struct warnings warnings;
    outerfill_status status;
    outerfill_error error;
};

static void build_in_thread(void *argument) {
    struct device_build *build = argument;
    build->status = build_first(build->device, build->candidates, build->description,
                                build->program, &build->warnings, &build->error);
    if (!build->status)
        find_slow_code(&build->device->device.info, build->description, build->batch,
                       build->program);
}

/* Adds the warnings in the order of the devices. The first failure in that order counts. */
static outerfill_status collect(const struct device_build *builds, size_t num_builds,
                                struct warnings *warnings, outerfill_error *error) {
    for (size_t k = 0; k < num_builds; k++) {
        for (size_t w = 0; w < builds[k].warnings.num_items; w++)
            warnings_add_message(warnings, &builds[k].warnings.items[w]);
        if (!builds[k].status) continue;
        if (error) *error = builds[k].error;
        return builds[k].status;
    }
    return OUTERFILL_OK;
}

/* Builds for all devices at the same time. model has what they have in common. */
static outerfill_status build_for_devices(const outerfill_context *context,
                                          const struct device_build *model,
                                          struct function_program *programs,
                                          struct warnings *warnings, outerfill_error *error) {
    const size_t num_devices = context->num_devices;
    struct device_build *builds = calloc(num_devices, sizeof *builds);
    struct thread_pool_job *jobs = calloc(num_devices, sizeof *jobs);
    outerfill_status status = builds && jobs
                                  ? OUTERFILL_OK
                                  : error_no_memory(error, "builds for %zu devices", num_devices);
    for (size_t k = 0; !status && k < num_devices; k++) {
        builds[k] = *model;
        builds[k].device = &context->devices[k];
        builds[k].program = &programs[k];
        jobs[k] = (struct thread_pool_job){.run = build_in_thread, .argument = &builds[k]};
    }
    if (!status) thread_pool_run(context->pool, jobs, num_devices);
    if (!status) status = collect(builds, num_devices, warnings, error);
    free(builds);
    free(jobs);
    return status;
}

/* Builds the programs for all devices, in the order of speed. Relaxed texts get our own functions
 * too, without the relaxed arithmetic that would spoil them: they are up to 20 times as fast as the
 * driver's. The last program has the caller's words where they stand, for messages: in a macro's
 * arguments they have no column. */
static outerfill_status build_sources(outerfill_context *context,
                                      const outerfill_function_description *description,
                                      const struct batch *batch, const struct sources *sources,
                                      struct function_program *programs, struct warnings *warnings,
                                      outerfill_error *error) {
    const bool is_ours = builtins_name_ours(description);
    const bool has_powers = strstr(sources->scalar, "outerfill_constant_pow") != NULL;
    const struct candidate candidates[NUM_CANDIDATES] = {
        {.source = sources->batches, .batch_cells = batch->num_cells, .needs_mathematics = is_ours},
        {.source = sources->flagged, .needs_mathematics = true},
        {.source = is_ours && description->relaxed ? sources->scalar : NULL,
         .needs_mathematics = true},
        {.source = has_powers ? sources->scalar : NULL},
        {.source = sources->scalar, .has_plain_powers = has_powers},
    };
    const struct device_build model = {
        .candidates = candidates, .description = description, .batch = batch};
    return build_for_devices(context, &model, programs, warnings, error);
}

outerfill_status build_programs(outerfill_context *context,
                                const outerfill_function_description *description,
                                struct function_program *programs, struct warnings *warnings,
                                outerfill_error *error) {
    struct batch batch;
    struct sources sources = {0};
    outerfill_status status = batch_read(description, &batch, error);
    if (!status) status = create_sources(description, &batch, &sources, error);
    if (!status)
        status = build_sources(context, description, &batch, &sources, programs, warnings, error);
    free_sources(&sources);
    batch_free(&batch);
    return status;
}

/* SPDX-License-Identifier: MIT
 *
 * Functions: completes a description with defaults, checks it, and compiles it for every device of
 * a context. A function owns its programs and the kept lanes of earlier fills, and holds a
 * reference to its context. It keeps no text. Lanes use the programs; this module knows nothing of
 * them, nor of n and m. */
#include "device/function.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/build_log.h"
#include "program/definitions.h"
#include "program/recursion.h"
#include "program/subscripts.h"
#include "base/dtype.h"
#include "base/options.h"
#include "base/fork_guard.h"
#include "program/source.h"
#include "program/text_pieces.h"
#include "program/user_text.h"

/* ---- The description ---- */

static const char *const sum_and_product[] = {"a + b", "a * b"};

/* A body tells its number of planes. The default functions apply only if the caller gave neither a
 * text nor a number of planes. */
static void complete_with_defaults(outerfill_function_description *description) {
    if (!description->num_planes && description->body)
        description->num_planes = subscripts_count_planes(description->body, description->preamble);
    if (description->num_planes || description->expressions || description->body) return;
    description->expressions = sum_and_product;
    description->num_planes = sizeof sum_and_product / sizeof *sum_and_product;
}

/* Steps over a byte order mark, which some editors put in front of a text. */
static const char *without_mark(const char *text) {
    static const char mark[] = "\xef\xbb\xbf";
    return text && strncmp(text, mark, strlen(mark)) == 0 ? text + strlen(mark) : text;
}

/* expressions receives the texts of the planes. */
static void drop_marks(outerfill_function_description *description,
                       const char *expressions[OUTERFILL_MAX_PLANES]) {
    description->preamble = without_mark(description->preamble);
    description->body = without_mark(description->body);
    if (!description->expressions || description->num_planes > OUTERFILL_MAX_PLANES) return;
    for (size_t p = 0; p < description->num_planes; p++)
        expressions[p] = without_mark(description->expressions[p]);
    description->expressions = expressions;
}

static outerfill_status check_expressions(const outerfill_function_description *description,
                                          outerfill_error *error) {
    for (size_t p = 0; p < description->num_planes; p++) {
        if (!description->expressions[p])
            return error_set(error, OUTERFILL_INVALID_ARGUMENT, "plane %zu is NULL", p);
        const struct text_piece piece = text_piece_expression(description->expressions[p], p);
        outerfill_status status = user_text_check_expression(piece.text, p, error);
        if (!status) status = subscripts_check(&piece, description->num_planes, error);
        if (status) return status;
    }
    return OUTERFILL_OK;
}

static outerfill_status check_sizes(const outerfill_function_description *description,
                                    outerfill_error *error) {
    if (description->num_planes == 0 && description->body && !description->expressions)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "the number of planes of the body is not clear: set num_planes, or write "
                         "each use of out as out[0], out[1], ...");
    if (description->num_planes < 1 || description->num_planes > OUTERFILL_MAX_PLANES)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "a function has from 1 to %d planes, not %zu", OUTERFILL_MAX_PLANES,
                         description->num_planes);
    if (!description->expressions == !description->body)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "a function is either %zu expressions or a body: give one of them",
                         description->num_planes);
    if ((unsigned)description->relaxed > 1)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "invalid outerfill_function_description.relaxed %d (valid: 0, 1)",
                         description->relaxed);
    if ((unsigned)description->form > OUTERFILL_FORM_SCALAR)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "invalid outerfill_function_description.form %d (valid: 0 to %d)",
                         (int)description->form, OUTERFILL_FORM_SCALAR);
    if (description->num_parameters > OUTERFILL_MAX_PARAMETERS)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "a function has at most %d parameters, not %zu", OUTERFILL_MAX_PARAMETERS,
                         description->num_parameters);
    if (description->num_parameters && !description->parameter_names)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "num_parameters is %zu, but parameter_names is NULL",
                         description->num_parameters);
    return OUTERFILL_OK;
}

static outerfill_status check_description(const outerfill_function_description *description,
                                          outerfill_error *error) {
    outerfill_status status = check_sizes(description, error);
    if (!status)
        status = user_text_check_parameter_names(description->parameter_names,
                                                 description->num_parameters, error);
    if (!status && description->preamble)
        status = user_text_check_preamble(description->preamble, error);
    if (!status && description->preamble) status = recursion_check(description->preamble, error);
    if (!status) status = definitions_check_parameters(description, error);
    if (status) return status;
    if (!description->body) return check_expressions(description, error);
    const struct text_piece piece = text_piece_body(description->body);
    status = user_text_check_body(description->body, error);
    return status ? status : subscripts_check(&piece, description->num_planes, error);
}

/* ---- Building ---- */

/* Turns a failed clBuildProgram into an error. Only a CL_BUILD_PROGRAM_FAILURE is a fault of the
 * text. */
static outerfill_status build_error(cl_program program, const struct device *device, cl_int code,
                                    const outerfill_function_description *description,
                                    outerfill_error *error) {
    size_t nbytes = 0;
    clGetProgramBuildInfo(program, device->id, CL_PROGRAM_BUILD_LOG, 0, NULL, &nbytes);
    char *log = calloc(1, nbytes + 1);
    if (log && nbytes)
        clGetProgramBuildInfo(program, device->id, CL_PROGRAM_BUILD_LOG, nbytes, log, NULL);
    outerfill_status status;
    if (code == CL_BUILD_PROGRAM_FAILURE && log)
        status = build_log_error(log, description, device->info.name, error);
    else if (code == CL_BUILD_PROGRAM_FAILURE)
        status =
            error_no_memory(error, "log of %zu bytes, of a function that does not compile", nbytes);
    else
        status = opencl_error(error, code, device->info.name, "clBuildProgram");
    if (error) error->opencl_code = code;
    free(log);
    return status;
}

/* One way to build a function. has_vectors: with the kernel fill_vectors. has_sleef: the program
 * calls functions of the SLEEF library inside PoCL. */
struct candidate {
    const char *source; /* the whole program; NULL: this way does not apply */
    bool has_vectors, has_sleef;
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

/* Builds one candidate. On failure *program may be a program that the caller must release. The
 * options:
 *     -cl-single-precision-constant             in float32, a literal such as 0.5 is single
 *     -cl-fp32-correctly-rounded-divide-sqrt    / and sqrt as in C, on devices that can
 *     -DOUTERFILL_STREAM                        with the kernel fill_stream, for CPUs */
static outerfill_status build(const struct context_device *device,
                              const struct candidate *candidate,
                              const outerfill_function_description *description,
                              cl_program *program, outerfill_error *error) {
    char options[192];
    snprintf(options, sizeof options, "-cl-std=CL1.2%s%s%s%s",
             dtype_options(description->dtype, &device->device),
             candidate->has_sleef ? " -DOUTERFILL_SLEEF" : "",
             device->device.info.type == OUTERFILL_DEVICE_CPU ? " -DOUTERFILL_STREAM" : "",
             description->relaxed ? " -cl-fast-relaxed-math" : "");
    cl_int code;
    *program = clCreateProgramWithSource(device->opencl, 1, (const char **)&candidate->source, NULL,
                                         &code);
    if (code != CL_SUCCESS) *program = NULL;
    if (code != CL_SUCCESS)
        return opencl_error(error, code, device->device.info.name, "clCreateProgramWithSource");
    code = clBuildProgram(*program, 1, &device->device.id, options, NULL, NULL);
    return code == CL_SUCCESS ? OUTERFILL_OK
                              : build_error(*program, &device->device, code, description, error);
}

/* Vectors pay on CPUs only. SLEEF's names exist inside PoCL only. */
static bool may_build(const struct candidate *candidate, const outerfill_device *info) {
    if (!candidate->source || (candidate->has_vectors && info->type != OUTERFILL_DEVICE_CPU))
        return false;
    return !candidate->has_sleef || strcmp(info->platform, "Portable Computing Language") == 0;
}

/* Builds the first of three candidates that compiles on the device. The third, scalar one always
 * applies, and its error goes to the caller: its log is about the caller's text without changes. If
 * memory ran out the call fails instead of trying the next candidate. Candidates differ in the last
 * bits of results, and these must not depend on how much memory is free. */
static outerfill_status build_first(const struct context_device *device,
                                    const struct candidate *candidates,
                                    const outerfill_function_description *description,
                                    struct function_program *program, outerfill_error *error) {
    for (size_t k = 0; k < 2; k++) {
        if (!may_build(&candidates[k], &device->device.info)) continue;
        program->has_vectors = candidates[k].has_vectors;
        const outerfill_status status =
            build(device, &candidates[k], description, &program->opencl, error);
        if (status == OUTERFILL_OK) return OUTERFILL_OK;
        if (program->opencl) clReleaseProgram(program->opencl);
        program->opencl = NULL;
        if (status == OUTERFILL_OUT_OF_MEMORY) return status;
    }
    program->has_vectors = false;
    return build(device, &candidates[2], description, &program->opencl, error);
}

static outerfill_status build_all(outerfill_function *function,
                                  const outerfill_function_description *description,
                                  outerfill_error *error) {
    struct vectorize form;
    vectorize_read(description, &form);
    /* Vectors pay only if the text calls a function of vectorize's table, such as exp. */
    const bool has_form = form.is_same && form.called && description->form == OUTERFILL_FORM_AUTO;
    char *source = source_create(description, NULL),
         *vector_source = has_form ? source_create(description, &form) : NULL;
    /* In the order of speed. SLEEF's names may be missing; then the first one does not link. */
    const struct candidate candidates[] = {
        {.source = vectorize_wants_sleef(&form) ? vector_source : NULL,
         .has_vectors = true,
         .has_sleef = true},
        {.source = vector_source, .has_vectors = true},
        {.source = source},
    };
    outerfill_status status = OUTERFILL_OK;
    /* The scalar program alone would do, but the last bits of its results differ from the
     * vectors'. */
    if (!source || (has_form && !vector_source))
        status = error_no_memory(error, "program of %zu planes", function->num_planes);
    for (size_t k = 0; !status && k < function->context->num_devices; k++)
        status = build_first(&function->context->devices[k], candidates, description,
                             &function->programs[k], error);
    free(source);
    free(vector_source);
    return status;
}

/* ---- The public calls ---- */

/* Returns a digest of what is computed: the library's version, how the text is compiled, and every
 * text and parameter name. Each text has a digest of its own, so moving characters from one text to
 * the next changes the result. The preamble and the body have fixed positions; a missing one counts
 * as zeros. The dtype, the number of planes and the parameters' values are not included: a file's
 * fingerprint holds them. */
static struct digest digest_of_text(const outerfill_function_description *description) {
    struct digest digests[OUTERFILL_MAX_PLANES + OUTERFILL_MAX_PARAMETERS + 4] = {{0}};
    size_t k = 0;
    digests[k++] = digest_of(outerfill_version(), strlen(outerfill_version()));
    digests[k++] = (struct digest){(uint64_t)description->form, (uint64_t)description->relaxed};
    if (description->preamble)
        digests[k] = digest_of(description->preamble, strlen(description->preamble));
    k++;
    if (description->body) digests[k] = digest_of(description->body, strlen(description->body));
    k++;
    for (size_t p = 0; description->expressions && p < description->num_planes; p++)
        digests[k++] = digest_of(description->expressions[p], strlen(description->expressions[p]));
    for (size_t q = 0; q < description->num_parameters; q++)
        digests[k++] =
            digest_of(description->parameter_names[q], strlen(description->parameter_names[q]));
    return digest_of(digests, k * sizeof *digests);
}

/* See user_text_has_loop. */
static bool has_loop(const outerfill_function_description *description) {
    bool found = (description->preamble && user_text_has_loop(description->preamble)) ||
                 (description->body && user_text_has_loop(description->body));
    for (size_t p = 0; description->expressions && p < description->num_planes; p++)
        found |= user_text_has_loop(description->expressions[p]);
    return found;
}

/* Makes a function without programs. It compares pointers to recognise the default functions: a
 * caller's own text "a + b" is compiled like any other text. */
static outerfill_function *allocate(outerfill_context *context,
                                    const outerfill_function_description *description) {
    outerfill_function *function = calloc(1, sizeof *function);
    if (!function) return NULL;
    function->programs = calloc(context->num_devices, sizeof *function->programs);
    function->lanes = calloc(context->num_devices, sizeof *function->lanes);
    if (!function->programs || !function->lanes) {
        free(function->programs);
        free(function->lanes);
        free(function);
        return NULL;
    }
    for (size_t k = 0; k < context->num_devices; k++) free_list_init(&function->lanes[k]);
    /* Nothing can fail from here on, so the reference needs no release here. */
    context_retain(context);
    function->context = context;
    function->dtype = description->dtype;
    function->is_default = description->expressions == sum_and_product && !description->preamble;
    function->is_relaxed = description->relaxed;
    function->has_loop = has_loop(description);
    function->is_checked = subscripts_are_checked(description);
    function->digest = digest_of_text(description);
    function->num_planes = description->num_planes;
    function->num_parameters = description->num_parameters;
    for (size_t k = 0; description->parameter_values && k < function->num_parameters; k++)
        function->parameter_values[k] = description->parameter_values[k];
    return function;
}

/* Lanes hold kernels of the programs and queues of the context, so they go first, and the context
 * last. Also releases a function whose programs were not all built. */
static void release(outerfill_function *function) {
    for (size_t k = 0; k < function->context->num_devices; k++) {
        free_list_clear(&function->lanes[k]);
        if (function->programs[k].opencl) clReleaseProgram(function->programs[k].opencl);
    }
    context_release(function->context);
    free(function->programs);
    free(function->lanes);
    free(function);
}

outerfill_status outerfill_function_create(outerfill_context *context,
                                           const outerfill_function_description *description,
                                           outerfill_function **function, outerfill_error *error) {
    if (function) *function = NULL;
    if (!context || !function)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_function_create: %s may not be NULL",
                         context ? "function" : "context");
    outerfill_function_description mine;
    const char *expressions[OUTERFILL_MAX_PLANES];
    outerfill_status status =
        OPTIONS_COPY(&mine, description, "outerfill_function_description", error);
    if (status) return status;
    drop_marks(&mine, expressions);
    complete_with_defaults(&mine);
    status = dtype_choose(&mine.dtype, "outerfill_function_description.dtype", error);
    /* All checks without OpenCL come first: their errors do not depend on the machine. */
    if (!status) status = check_description(&mine, error);
    if (!status) status = fork_guard_check(error);
    if (!status) status = context_require_dtype(context, mine.dtype, error);
    if (status) return status;
    outerfill_function *created = allocate(context, &mine);
    if (!created) return error_no_memory(error, "function of %zu planes", mine.num_planes);
    status = build_all(created, &mine, error);
    if (status) {
        release(created);
        return status;
    }
    *function = created;
    return error_clear(error);
}

/* In a forked child, OpenCL objects cannot be released: the driver could hang. */
void outerfill_function_destroy(outerfill_function *function) {
    if (function && !fork_guard_is_child()) release(function);
}

size_t outerfill_body_num_planes(const char *body, const char *preamble) {
    return body ? subscripts_count_planes(body, preamble) : 0;
}

size_t outerfill_function_num_planes(const outerfill_function *function) {
    return function ? function->num_planes : 0;
}

outerfill_dtype outerfill_function_dtype(const outerfill_function *function) {
    return function ? function->dtype : OUTERFILL_DTYPE_DEFAULT;
}

size_t outerfill_function_vector_width(const outerfill_function *function, size_t k) {
    if (!function || k >= function->context->num_devices) return 0;
    return function->programs[k].has_vectors ? vectorize_width(function->dtype) : 1;
}

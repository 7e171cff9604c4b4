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

#include "device/build.h"
#include "device/warning_list.h"
#include "program/comments.h"
#include "program/definitions.h"
#include "program/exactness.h"
#include "program/integers.h"
#include "program/recursion.h"
#include "program/source.h"
#include "program/subscripts.h"
#include "program/text_digest.h"
#include "base/dtype.h"
#include "base/options.h"
#include "base/fork_guard.h"
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

static outerfill_status check_definitions(const outerfill_function_description *description,
                                          outerfill_error *error) {
    struct definitions definitions;
    outerfill_status status = OUTERFILL_OK;
    if (!definitions_collect(description->preamble, &definitions))
        status = error_no_memory(error, "list of %zu definitions", definitions.num_items);
    if (!status) status = definitions_check_parameters(&definitions, description, error);
    if (!status) status = definitions_check_declared(&definitions, description, error);
    definitions_free(&definitions);
    return status;
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
    if (!status) status = check_definitions(description, error);
    if (status) return status;
    if (!description->body) return check_expressions(description, error);
    const struct text_piece piece = text_piece_body(description->body);
    status = user_text_check_body(description->body, error);
    return status ? status : subscripts_check(&piece, description->num_planes, error);
}

/* ---- The public calls ---- */

/* Returns whether all texts can be compared by their tokens. */
static bool tokens_suffice(const outerfill_function_description *description) {
    bool suffice = text_digest_suits(description->preamble) && text_digest_suits(description->body);
    for (size_t p = 0; description->expressions && p < description->num_planes; p++)
        suffice &= text_digest_suits(description->expressions[p]);
    return suffice;
}

/* A missing text counts as zeros. */
static struct digest digest_of_piece(const char *text, bool by_tokens) {
    if (!text) return (struct digest){0, 0};
    return by_tokens ? text_digest_of_tokens(text) : digest_of(text, strlen(text));
}

/* Returns a digest of what is computed: the library's version, how the text is compiled, and every
 * text and parameter name. Each text has a digest of its own, so moving characters from one text to
 * the next changes the result. The preamble and the body have fixed positions. The dtype, the
 * number of planes and the parameters' values are not included: a file's fingerprint holds them. */
static struct digest digest_of_text(const outerfill_function_description *description) {
    struct digest digests[OUTERFILL_MAX_PLANES + OUTERFILL_MAX_PARAMETERS + 4] = {{0}};
    const bool by_tokens = tokens_suffice(description);
    size_t k = 0;
    digests[k++] = digest_of(outerfill_version(), strlen(outerfill_version()));
    digests[k++] = (struct digest){(uint64_t)description->relaxed, 0};
    digests[k++] = digest_of_piece(description->preamble, by_tokens);
    digests[k++] = digest_of_piece(description->body, by_tokens);
    for (size_t p = 0; description->expressions && p < description->num_planes; p++)
        digests[k++] = digest_of_piece(description->expressions[p], by_tokens);
    for (size_t q = 0; q < description->num_parameters; q++)
        digests[k++] =
            digest_of(description->parameter_names[q], strlen(description->parameter_names[q]));
    return digest_of(digests, k * sizeof *digests);
}

/* A device that flushes float32 results below 1.2e-38 to zero computes other bits of them. */
static bool subnormals_are_alike(const outerfill_function *function) {
    for (size_t k = 0; k < function->context->num_devices; k++)
        if (function->dtype == OUTERFILL_FLOAT32 &&
            !function->context->devices[k].device.info.has_float32_subnormals)
            return false;
    return true;
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
    function->cost_varies = user_text_cost_varies(description);
    function->run_cells = source_run_cells(description);
    function->is_exact = exactness_is_sure(description) && subnormals_are_alike(function);
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
        free(function->programs[k].source);
    }
    context_release(function->context);
    free(function->programs);
    free(function->lanes);
    free(function);
}

static outerfill_status build_and_warn(outerfill_function *function,
                                       const outerfill_function_description *description,
                                       outerfill_error *error) {
    struct warnings warnings = {.num_items = 0};
    integers_check(description, &warnings);
    comments_check(description, &warnings);
    outerfill_status status =
        build_programs(function->context, description, function->programs, &warnings, error);
    warning_list_write(&function->warnings, &warnings);
    return status;
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
    status = build_and_warn(created, &mine, error);
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

const outerfill_warning *const *outerfill_function_warnings(const outerfill_function *function,
                                                            size_t *num_warnings) {
    const size_t number = function ? function->warnings.num_items : 0;
    if (num_warnings) *num_warnings = number;
    return number ? function->warnings.pointers : NULL;
}

size_t outerfill_function_batch_cells(const outerfill_function *function, size_t k) {
    if (!function || k >= function->context->num_devices) return 0;
    return function->programs[k].batch_cells;
}

outerfill_mathematics outerfill_function_mathematics(const outerfill_function *function, size_t k) {
    if (!function || k >= function->context->num_devices) return OUTERFILL_MATHEMATICS_DRIVER;
    return function->programs[k].has_own_mathematics ? OUTERFILL_MATHEMATICS_OWN
                                                     : OUTERFILL_MATHEMATICS_DRIVER;
}

const outerfill_warning *outerfill_function_slow_code(const outerfill_function *function,
                                                      size_t k) {
    if (!function || k >= function->context->num_devices) return NULL;
    const struct warning_list *const list = &function->programs[k].slow_code;
    return list->num_items ? list->pointers[0] : NULL;
}

char *outerfill_function_program(const outerfill_function *function, size_t k) {
    size_t nbytes = 0;
    if (!function || k >= function->context->num_devices || fork_guard_is_child()) return NULL;
    cl_program program = function->programs[k].opencl;
    clGetProgramInfo(program, CL_PROGRAM_SOURCE, 0, NULL, &nbytes);
    char *text = calloc(1, nbytes + 1);
    if (text) clGetProgramInfo(program, CL_PROGRAM_SOURCE, nbytes, text, NULL);
    return text;
}

/* SPDX-License-Identifier: MIT
 *
 * The worker of outerfill itself. Its argument says how it is used:
 *
 *     outerfill           the results come as the library chooses (default)
 *     outerfill-staged    the results come through staging memory
 *     outerfill-user      a + b and a * b are the caller's expressions, so that no short cut for the default functions helps
 *     outerfill-relaxed   functions are compiled with relaxed mathematics
 *     outerfill-file      the results come into a file (output_file.h)
 *
 * Context and function are kept between fills, as the manual recommends; the context is opened when the first case comes.
 * OUTERFILL_DEVICE in the environment selects devices, as always. */
#include "output_file.h"
#include "work_text.h"
#include "worker.h"

#include <outerfill.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPRESSION_NBYTES 64

static outerfill_context *contexts[2]; /* one for each dtype */
static outerfill_function *function;
static outerfill_transfer transfer = OUTERFILL_TRANSFER_AUTO;
static int is_user, is_relaxed;

static worker_answer failed(const outerfill_error *error, char reason[REASON_NBYTES]) {
    snprintf(reason, REASON_NBYTES, "%.900s", error->message);
    return WORKER_ERROR;
}

static outerfill_status create_outer(outerfill_function_description *description,
                                     outerfill_context *context, outerfill_error *error) {
    static char texts[OUTERFILL_MAX_PLANES][EXPRESSION_NBYTES];
    const char *expressions[OUTERFILL_MAX_PLANES];

    for (size_t p = 0; p < description->num_planes; p++) {
        work_outer_expression(p, EXPRESSION_NBYTES, texts[p]);
        expressions[p] = texts[p];
    }
    description->expressions = expressions;
    if (description->num_planes == 2 && !is_user) {
        description->num_planes = 0;
        description->expressions = NULL;
    }
    return outerfill_function_create(context, description, &function, error);
}

static outerfill_status create_expensive(outerfill_function_description *description,
                                         const fill_case *opened, outerfill_context *context,
                                         outerfill_error *error) {
    char *body = work_body(opened);
    const char *preamble = work_preamble(opened->work);

    description->body = body;
    description->preamble = *preamble ? preamble : NULL;
    description->num_parameters = work_num_parameters(opened->work);
    description->parameter_names = work_parameter_names;
    description->parameter_values = work_parameter_values;
    const outerfill_status status =
        outerfill_function_create(context, description, &function, error);
    free(body);
    return status;
}

static worker_answer open_outerfill(const fill_case *opened, char reason[REASON_NBYTES]) {
    const outerfill_dtype dtype = opened->is_float32 ? OUTERFILL_FLOAT32 : OUTERFILL_FLOAT64;
    const outerfill_context_options options = {.struct_nbytes = sizeof options, .dtype = dtype};
    outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                  .dtype = dtype,
                                                  .num_planes = opened->num_planes,
                                                  .relaxed = is_relaxed};
    outerfill_context **context = &contexts[opened->is_float32];
    outerfill_error error;

    if (!*context && outerfill_context_create(&options, context, &error))
        return failed(&error, reason);
    const outerfill_status status = opened->work == FILL_OUTER
                                        ? create_outer(&description, *context, &error)
                                        : create_expensive(&description, opened, *context, &error);
    return status == OUTERFILL_OK ? WORKER_READY : failed(&error, reason);
}

static worker_answer fill(const fill_case *opened, size_t variant, char reason[REASON_NBYTES]) {
    const outerfill_fill_options options = {.struct_nbytes = sizeof options, .transfer = transfer};
    outerfill_error error;

    (void)variant;
    if (outerfill_fill(function, opened->a, opened->n, opened->b, opened->m, opened->ab, &options,
                       &error))
        return failed(&error, reason);
    return WORKER_READY;
}

static worker_answer fill_file(const fill_case *opened, size_t variant,
                               char reason[REASON_NBYTES]) {
    outerfill_error error;

    (void)variant;
    if (outerfill_fill_npy(function, opened->a, opened->n, opened->b, opened->m, output_file_name(),
                           NULL, NULL, &error))
        return failed(&error, reason);
    return WORKER_READY;
}

static void close_outerfill(void) {
    outerfill_function_destroy(function);
    function = NULL;
}

static void *allocate(size_t nbytes, int is_fresh) {
    (void)is_fresh;
    return outerfill_alloc(nbytes);
}

int main(int argc, char **argv) {
    const worker array = {open_outerfill, fill, close_outerfill, allocate, outerfill_free, NULL, 0};
    const worker file = {
        open_outerfill, fill_file, close_outerfill, output_file_allocate, output_file_release,
        NULL,           0};
    const int is_file = argc > 1 && strcmp(argv[1], "outerfill-file") == 0;

    if (argc > 1 && strcmp(argv[1], "outerfill-staged") == 0) transfer = OUTERFILL_TRANSFER_STAGED;
    is_user = argc > 1 && strcmp(argv[1], "outerfill-user") == 0;
    is_relaxed = argc > 1 && strcmp(argv[1], "outerfill-relaxed") == 0;
    const int code = worker_serve(is_file ? &file : &array);
    outerfill_context_destroy(contexts[0]);
    outerfill_context_destroy(contexts[1]);
    return code;
}

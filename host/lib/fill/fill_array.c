/* SPDX-License-Identifier: MIT
 *
 * Fills into the caller's array: outerfill_fill and outerfill. This module checks the array,
 * then chooses between two ways. The calling thread computes small arrays of the default
 * functions by itself (default_loop); everything else goes to the devices.
 *
 * The array stays the caller's, and the module owns only what a call allocates. It does not know
 * how devices compute. */
#include <stdint.h>

#include "base/dtype.h"
#include "base/memory.h"
#include "fill/fill.h"
#include "device/context_memory.h"
#include "device/function.h"
#include "fill/default_loop.h"
#include "fill/sink_array.h"
#include "fill/verify.h"

static outerfill_status check_array(const struct fill_request *request, const void *ab,
                                    outerfill_error *error) {
    const size_t itemsize = outerfill_dtype_itemsize(request->function->dtype);
    if (request->ab_nbytes == 0) return OUTERFILL_OK;
    if (!ab)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "a fill's ab may not be NULL with n = %zu and m = %zu (%zu bytes)",
                         request->n, request->m, request->ab_nbytes);
    if ((uintptr_t)ab % itemsize || (uintptr_t)request->a % itemsize ||
        (uintptr_t)request->b % itemsize)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "a, b and ab must be aligned to their elements of %zu bytes", itemsize);
    const bool with_a = memory_overlaps(ab, request->ab_nbytes, request->a, request->n * itemsize);
    if (with_a || memory_overlaps(ab, request->ab_nbytes, request->b, request->m * itemsize))
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "ab (%zu bytes) overlaps %s: a fill reads its inputs while it writes, so "
                         "give it an array of its own",
                         request->ab_nbytes, with_a ? "a" : "b");
    return OUTERFILL_OK;
}

/* Returns whether the host computes the fill faster than a device. Options that say how devices
 * work, or that show their work, need the devices. */
static int host_is_faster(const struct fill_request *request) {
    const outerfill_fill_options *options = &request->options;
    return request->function->is_default && request->ab_nbytes <= DEFAULT_LOOP_NBYTES_OF_A_LAUNCH &&
           !options->progress && options->row_end == 0 && !options->verify_cells &&
           !options->profiles && options->transfer == OUTERFILL_TRANSFER_AUTO &&
           options->work_item == OUTERFILL_WORK_ITEM_AUTO;
}

/* Fills the array by the devices. To verify cells, the sink remembers where bands met. */
static outerfill_status fill_by_lanes(const struct fill_request *request, void *ab,
                                      outerfill_error *error) {
    struct sink_array array;
    sink_array_init(&array, ab, request->n * request->m,
                    outerfill_dtype_itemsize(request->function->dtype));
    array.pinned_for = context_memory_device(request->function->context, ab, request->ab_nbytes);
    if (!request->options.verify_cells) return fill_run(request, &array.sink, error);
    struct fill_request verified = *request;
    struct ranges bands = {0};
    struct computed computed;
    verified.computed = &computed;
    verified.ranges = &verified.wanted;
    array.bands = &bands;
    outerfill_status status = computed_create(&computed, request->function->context->num_devices)
                                  ? fill_run(&verified, &array.sink, error)
                                  : error_no_memory(error, "list of devices");
    if (!status) status = verify_array(ab, &verified, &bands, error);
    ranges_free(&bands);
    computed_free(&computed);
    return status;
}

outerfill_status outerfill_fill(const outerfill_function *function, const void *a, size_t n,
                                const void *b, size_t m, void *ab,
                                const outerfill_fill_options *options, outerfill_error *error) {
    struct fill_request request;
    outerfill_status status = request_check(&request, function, a, n, b, m, options, error);
    if (!status) status = check_array(&request, ab, error);
    if (status || request.ab_nbytes == 0) return status ? status : error_clear(error);
    if (!host_is_faster(&request)) return fill_by_lanes(&request, ab, error);
    default_loop(function->dtype, a, n, b, m, ab);
    return error_clear(error);
}

static outerfill_status fill_by_devices(const double *a, size_t n, const double *b, size_t m,
                                        double *ab, outerfill_error *error) {
    outerfill_context *context = NULL;
    outerfill_function *function = NULL;
    outerfill_status status = outerfill_context_create(NULL, &context, error);
    if (!status) status = outerfill_function_create(context, NULL, &function, error);
    if (!status) status = outerfill_fill(function, a, n, b, m, ab, NULL, error);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return status;
}

outerfill_status outerfill(const double *a, size_t n, const double *b, size_t m, double *ab,
                           outerfill_error *error) {
    /* Enough of a function for the checks and the host's loop. It has no context, so it must
     * never reach fill_run. */
    static const outerfill_function function = {
        .dtype = OUTERFILL_FLOAT64, .num_planes = 2, .is_default = true};
    struct fill_request request;
    outerfill_status status = request_check(&request, &function, a, n, b, m, NULL, error);
    if (!status) status = check_array(&request, ab, error);
    if (status || request.ab_nbytes == 0) return status ? status : error_clear(error);
    if (context_is_selected() || request.ab_nbytes > DEFAULT_LOOP_NBYTES_OF_OPENING)
        return fill_by_devices(a, n, b, m, ab, error);
    default_loop(OUTERFILL_FLOAT64, a, n, b, m, ab);
    return error_clear(error);
}

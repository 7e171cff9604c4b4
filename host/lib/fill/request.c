/* SPDX-License-Identifier: MIT
 *
 * Checks what all fills have in common, before anything is computed: pointers, sizes and
 * options. Each kind of fill checks the rest itself.
 *
 * The request owns nothing. This module does not know where the results go. */
#include "fill/request.h"

#include <string.h>

#include "base/arithmetic.h"
#include "base/dtype.h"
#include "device/function.h"
#include "base/options.h"
#include "base/shape.h"

outerfill_status request_rows(size_t n, size_t m, size_t begin, size_t end, struct band *wanted,
                              outerfill_error *error) {
    const bool all = begin == 0 && end == 0;
    if (!all && (begin >= end || end > n))
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "invalid rows %zu to %zu of an array of %zu rows", begin, end, n);
    *wanted = all ? (struct band){0, n * m} : (struct band){begin * m, end * m};
    return OUTERFILL_OK;
}

static outerfill_status choose_rows(struct fill_request *request, outerfill_error *error) {
    request->ranges = &request->wanted;
    request->num_ranges = request->num_consumers = 1;
    request->like_device = ANY_DEVICE;
    return request_rows(request->n, request->m, request->options.row_begin,
                        request->options.row_end, &request->wanted, error);
}

static outerfill_status check_options(struct fill_request *request,
                                      const outerfill_fill_options *options,
                                      outerfill_error *error) {
    const outerfill_status status =
        OPTIONS_COPY(&request->options, options, "outerfill_fill_options", error);
    if (status) return status;
    /* The cast makes negative values too large. */
    if ((unsigned)request->options.transfer > OUTERFILL_TRANSFER_STAGED)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "invalid outerfill_fill_options.transfer %d (valid: 0 to %d)",
                         (int)request->options.transfer, OUTERFILL_TRANSFER_STAGED);
    if ((unsigned)request->options.work_item > OUTERFILL_WORK_ITEM_STREAM)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "invalid outerfill_fill_options.work_item %d (valid: 0 to %d)",
                         (int)request->options.work_item, OUTERFILL_WORK_ITEM_STREAM);
    if (request->options.verify_cells && request->function->is_relaxed)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "cells of a relaxed function cannot be verified: its results may differ "
                         "from launch to launch");
    return OUTERFILL_OK;
}

/* Every fill begins with profiles of zeros. */
static outerfill_status clear_profiles(const struct fill_request *request, outerfill_error *error) {
    const outerfill_fill_options *options = &request->options;
    const size_t least_nbytes = sizeof(outerfill_profile);
    if (!options->profiles) return OUTERFILL_OK;
    if (options->profile_nbytes < least_nbytes)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "invalid outerfill_fill_options.profile_nbytes %zu (valid: "
                         "sizeof(outerfill_profile), %zu)",
                         options->profile_nbytes, least_nbytes);
    if (request->function->context)
        memset(options->profiles, 0,
               request->function->context->num_devices * options->profile_nbytes);
    return OUTERFILL_OK;
}

outerfill_status request_check(struct fill_request *request, const outerfill_function *function,
                               const void *a, size_t n, const void *b, size_t m,
                               const outerfill_fill_options *options, outerfill_error *error) {
    if (!function || (!a && n) || (!b && m))
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "a fill's %s may not be NULL with n = %zu and m = %zu",
                         !function ? "function"
                         : !a && n ? "a"
                                   : "b",
                         n, m);
    *request = (struct fill_request){.function = function, .a = a, .b = b, .n = n, .m = m};
    outerfill_status status = check_options(request, options, error);
    if (!status) status = clear_profiles(request, error);
    if (!status)
        status = shape_nbytes(function->num_planes, n, m, outerfill_dtype_itemsize(function->dtype),
                              &request->ab_nbytes, error);
    return status ? status : choose_rows(request, error);
}

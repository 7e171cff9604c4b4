/* SPDX-License-Identifier: MIT
 *
 * The arguments of a fill, checked before anything is done: pointers, sizes, options, overlaps. */
#include <stdint.h>

#include "dtype.h"
#include "fill.h"
#include "function.h"
#include "options.h"
#include "process.h"
#include "shape.h"

static outerfill_status check_options(struct fill_request *request, const outerfill_fill_options *options,
                                      outerfill_error *error) {
    const outerfill_status status = OPTIONS_COPY(&request->options, options, "outerfill_fill_options", error);
    if (status) return status;
    if ((unsigned)request->options.transfer > OUTERFILL_TRANSFER_STAGED)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT, "outerfill_fill_options.transfer is %d, which is no transfer",
                         (int)request->options.transfer);
    if ((unsigned)request->options.work_item > OUTERFILL_WORK_ITEM_ROWS)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT, "outerfill_fill_options.work_item is %d, which is no work-item",
                         (int)request->options.work_item);
    return OUTERFILL_OK;
}

outerfill_status fill_check(struct fill_request *request, const outerfill_function *function, const void *a, size_t n,
                            const void *b, size_t m, const outerfill_fill_options *options, outerfill_error *error) {
    if (!function || (!a && n) || (!b && m))
        return error_set(error, OUTERFILL_INVALID_ARGUMENT, "a fill's %s may not be NULL with n = %zu and m = %zu",
                         !function ? "function"
                         : !a && n ? "a"
                                   : "b",
                         n, m);
    *request = (struct fill_request){.function = function, .a = a, .b = b, .n = n, .m = m};
    outerfill_status status = check_options(request, options, error);
    if (!status)
        status = shape_nbytes(function->num_planes, n, m, outerfill_dtype_itemsize(function->dtype), &request->ab_nbytes, error);
    return status ? status : process_may_use_opencl(error);
}

static int overlap(const void *x, size_t x_nbytes, const void *y, size_t y_nbytes) {
    const uintptr_t x0 = (uintptr_t)x, y0 = (uintptr_t)y;
    return x0 < y0 + y_nbytes && y0 < x0 + x_nbytes;
}

static outerfill_status check_array(const struct fill_request *request, const void *ab, outerfill_error *error) {
    const size_t itemsize = outerfill_dtype_itemsize(request->function->dtype);
    if (!ab)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT, "a fill's ab may not be NULL with n = %zu and m = %zu (%zu bytes)",
                         request->n, request->m, request->ab_nbytes);
    if ((uintptr_t)ab % itemsize || (uintptr_t)request->a % itemsize || (uintptr_t)request->b % itemsize)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT, "a, b and ab must be aligned to their elements of %zu bytes",
                         itemsize);
    const int with_a = overlap(ab, request->ab_nbytes, request->a, request->n * itemsize);
    if (with_a || overlap(ab, request->ab_nbytes, request->b, request->m * itemsize))
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "ab (%zu bytes) overlaps %s: a fill reads its inputs while it writes, so give it an array of its own",
                         request->ab_nbytes, with_a ? "a" : "b");
    return OUTERFILL_OK;
}

outerfill_status outerfill_fill(const outerfill_function *function, const void *a, size_t n, const void *b, size_t m, void *ab,
                                const outerfill_fill_options *options, outerfill_error *error) {
    struct fill_request request;
    outerfill_status status = fill_check(&request, function, a, n, b, m, options, error);
    if (status) return status;
    if (request.ab_nbytes == 0) return error_clear(error);
    status = check_array(&request, ab, error);
    return status ? status : fill_run(&request, ab, error);
}

outerfill_status outerfill(const double *a, size_t n, const double *b, size_t m, double *ab, outerfill_error *error) {
    outerfill_context *context = NULL;
    outerfill_function *function = NULL;
    outerfill_status status = outerfill_context_create(NULL, &context, error);
    if (!status) status = outerfill_function_create(context, NULL, &function, error);
    if (!status) status = outerfill_fill(function, a, n, b, m, ab, NULL, error);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return status;
}

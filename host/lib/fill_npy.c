/* SPDX-License-Identifier: MIT
 *
 * A fill into an .npy file: the file is opened as a mapped array, filled like any other, and given its name at the end. */
#include "dtype.h"
#include "fill.h"
#include "function.h"
#include "npy.h"
#include "sink_npy.h"

static outerfill_status fill_file(const struct fill_request *request, const struct sink_npy *sink, outerfill_error *error) {
    const outerfill_function *function = request->function;
    npy_write_header(sink_npy_header(sink), function->dtype, function->num_planes, request->n, request->m);
    return request->ab_nbytes ? fill_run(request, sink_npy_data(sink), error) : OUTERFILL_OK;
}

outerfill_status outerfill_fill_npy(const outerfill_function *function, const void *a, size_t n, const void *b, size_t m,
                                    const char *path, outerfill_existing existing, const outerfill_fill_options *options,
                                    outerfill_error *error) {
    if (!path || !*path) return error_set(error, OUTERFILL_INVALID_ARGUMENT, "outerfill_fill_npy: path may not be NULL or empty");
    if (existing != OUTERFILL_EXISTING_KEEP && existing != OUTERFILL_EXISTING_REPLACE)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_fill_npy: existing is %d, which is neither KEEP nor REPLACE", (int)existing);
    struct fill_request request;
    struct sink_npy sink;
    outerfill_status status = fill_check(&request, function, a, n, b, m, options, error);
    if (!status) status = sink_npy_open(&sink, path, existing, request.ab_nbytes, error);
    if (status) return status;
    status = fill_file(&request, &sink, error);
    if (!status) return sink_npy_commit(&sink, error);
    sink_npy_discard(&sink);
    return status;
}

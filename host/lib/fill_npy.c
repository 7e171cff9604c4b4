/* SPDX-License-Identifier: MIT
 *
 * A fill into an .npy file: the file is opened as a mapped array, filled like any other, and given its name at the end. */
#include "dtype.h"
#include "fill.h"
#include "function.h"
#include "npy.h"
#include "process.h"
#include "sink_npy.h"

static outerfill_status open_file(const struct fill_request *request, const char *path, outerfill_existing existing,
                                  struct sink_npy *sink, outerfill_error *error) {
    unsigned char header[NPY_DATA_OFFSET];
    const outerfill_function *function = request->function;
    npy_write_header(header, function->dtype, function->num_planes, request->n, request->m);
    return sink_npy_open(sink, path, existing, header, request->ab_nbytes, error);
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
    if (!status && request.ab_nbytes) status = process_may_use_opencl(error);
    if (!status) status = open_file(&request, path, existing, &sink, error);
    if (status) return status;
    if (request.ab_nbytes) status = fill_run(&request, sink_npy_data(&sink), error);
    if (!status) return sink_npy_commit(&sink, error);
    sink_npy_discard(&sink);
    return status;
}

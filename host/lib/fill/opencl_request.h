/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_OPENCL_REQUEST_H
#define OUTERFILL_FILL_OPENCL_REQUEST_H

#include "device/function.h"
#include "fill/band.h"
#include "outerfill_opencl.h"

/* The arguments of one call of outerfill_opencl_fill. */
struct opencl_request {
    const outerfill_function *function;
    cl_command_queue queue;
    outerfill_opencl_array a, b, ab;
    size_t n, m;
    outerfill_opencl_options options;
    cl_uint num_events;
    const cl_event *events;
    /* Set by opencl_request_check. */
    struct band wanted; /* the cells of the rows that are wanted; may be empty */
};

/* Checks all arguments, and sets what follows from them. `options` may be NULL. Fails with
 * OUTERFILL_INVALID_ARGUMENT and a sentence. */
outerfill_status opencl_request_check(struct opencl_request *request,
                                      const outerfill_opencl_options *options,
                                      outerfill_error *error);

#endif

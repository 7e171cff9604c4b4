/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_FILL_H
#define OUTERFILL_FILL_FILL_H

#include "base/error.h"
#include "fill/sink.h"

/* A fill as a caller asks for it, checked: everything but where the results go. */
struct fill_request {
    const outerfill_function *function;
    const void *a, *b;
    size_t n, m;
    size_t ab_nbytes; /* of the whole array */
    outerfill_fill_options options;
    struct band wanted;        /* the cells of the rows that the options name */
    const struct band *ranges; /* what is to be done of them; at first all */
    size_t num_ranges;
    size_t num_cells_before; /* how much of them is done already */
    size_t num_consumers;    /* threads that consume, the caller's included; at first 1 */
};

#define FILL_MAX_CONSUMERS 4u

/* Checks what every fill has in common and copies the options. The request's ranges point into itself. */
outerfill_status request_check(struct fill_request *request, const outerfill_function *function,
                               const void *a, size_t n, const void *b, size_t m,
                               const outerfill_fill_options *options, outerfill_error *error);

/* Fills the request's ranges, which are not empty, into the sink. */
outerfill_status fill_run(const struct fill_request *request, struct sink *sink,
                          outerfill_error *error);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_REQUEST_H
#define OUTERFILL_FILL_REQUEST_H

#include <stdint.h>

#include "base/error.h"
#include "fill/band.h"
#include "fill/computed.h"

/* A fill that was checked: what to compute, but not where the results go. It points to the
 * caller's function, a and b and owns nothing. */
struct fill_request {
    const outerfill_function *function;
    const void *a, *b;
    size_t n, m;
    size_t ab_nbytes; /* of the whole array, all planes */
    outerfill_fill_options options;
    struct band wanted;        /* the cells of the rows that the options name */
    const struct band *ranges; /* the part of wanted that is to be computed; at first all of it */
    size_t num_ranges;
    size_t num_cells_before;   /* finished by an earlier fill; progress counts them, too */
    size_t num_consumers;      /* threads that consume bands, with the caller's; at first 1 */
    struct computed *computed; /* NULL, or learns which device computes what */
    size_t like_device;        /* only devices that compute the bits of this one; ANY_DEVICE: all */
};

#define ANY_DEVICE SIZE_MAX

/* The largest num_consumers. */
#define FILL_MAX_CONSUMERS 4u

/* Checks what every fill has in common, copies the options and fills in the request. On success
 * request->ranges points to request->wanted, so a copy of the request must set its own ranges.
 * Fails with OUTERFILL_INVALID_ARGUMENT (NULL, options, rows, or an array that no address space
 * can hold). */
outerfill_status request_check(struct fill_request *request, const outerfill_function *function,
                               const void *a, size_t n, const void *b, size_t m,
                               const outerfill_fill_options *options, outerfill_error *error);

/* Sets *wanted to the cells of rows begin to end - 1 of an array of n x m cells; begin = end = 0
 * means all rows. Fails with OUTERFILL_INVALID_ARGUMENT if there are no such rows. */
outerfill_status request_rows(size_t n, size_t m, size_t begin, size_t end, struct band *wanted,
                              outerfill_error *error);

#endif

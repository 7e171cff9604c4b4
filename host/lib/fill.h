/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_FILL_H
#define OUTERFILL_LIB_FILL_H

#include "error.h"

/* A fill as a caller asks for it, checked: everything but where the results go. */
struct fill_request {
    const outerfill_function *function;
    const void *a, *b;
    size_t n, m;
    size_t ab_nbytes; /* of the result */
    outerfill_fill_options options;
};

/* Checks what every fill has in common and copies the options. */
outerfill_status fill_check(struct fill_request *request, const outerfill_function *function, const void *a, size_t n,
                            const void *b, size_t m, const outerfill_fill_options *options, outerfill_error *error);

/* Fills the request's cells into ab, which is not empty. */
outerfill_status fill_run(const struct fill_request *request, void *ab, outerfill_error *error);

#endif

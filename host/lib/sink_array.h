/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_SINK_ARRAY_H
#define OUTERFILL_LIB_SINK_ARRAY_H

#include "band.h"

/* A sink: the caller's array, or a file that is mapped as one. */
struct sink_array {
    char *ab;
    size_t plane_nbytes; /* from one plane to the next */
    size_t itemsize;
};

/* Where the band's run of plane p begins, and its length. */
void *sink_array_run(const struct sink_array *sink, size_t p, struct band band);
size_t sink_array_run_nbytes(const struct sink_array *sink, struct band band);

#endif

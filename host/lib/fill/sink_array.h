/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_SINK_ARRAY_H
#define OUTERFILL_FILL_SINK_ARRAY_H

#include "fill/ranges.h"
#include "fill/sink.h"

/* A sink that is an array of shape (P, n, m) in memory. */
struct sink_array {
    struct sink sink;
    char *ab;
    size_t itemsize;
    size_t plane_nbytes;
    struct ranges *bands; /* where bands are to be remembered; NULL: nowhere */
};

void sink_array_init(struct sink_array *sink, void *ab, size_t plane_cells, size_t itemsize);

#endif

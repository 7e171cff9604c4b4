/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_SINK_ARRAY_H
#define OUTERFILL_FILL_SINK_ARRAY_H

#include "fill/ranges.h"
#include "fill/sink.h"

/* A sink that is an array of shape (P, n, m) in memory. The array stays its owner's. */
struct sink_array {
    struct sink sink;
    char *ab;
    size_t itemsize;
    size_t plane_nbytes;
    /* As in struct destination; NULL at first, the caller may set it. */
    const struct context_device *pinned_for;
    struct ranges *bands; /* collects the bands that were finished; NULL: not wanted */
};

/* Makes a sink of the array ab, with plane_cells cells for each plane. ab must outlive the sink,
 * and the sink needs no release. bands is NULL at first; the caller may set it, and frees what
 * it collects. */
void sink_array_init(struct sink_array *sink, void *ab, size_t plane_cells, size_t itemsize);

#endif

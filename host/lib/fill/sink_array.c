/* SPDX-License-Identifier: MIT
 *
 * The caller's array as a sink. A band's destination is where its cells are in the array. So
 * there is always a destination, and nothing to consume.
 *
 * The sink owns nothing. It does not know who computes the bands. */
#include "fill/sink_array.h"

#include <stdint.h>

static bool has_destination(const struct sink *sink) {
    (void)sink;
    return true;
}

static struct destination take(struct sink *sink, struct band band,
                               const struct context_device *device) {
    (void)device;
    const struct sink_array *array = (const struct sink_array *)sink;
    return (struct destination){.planes = array->ab + band.begin * array->itemsize,
                                .plane_stride = array->plane_nbytes,
                                .pinned_for = array->pinned_for};
}

static void release(struct sink *sink, struct band band) {
    (void)sink, (void)band;
}

/* The collected bands only tell verify where bands met. So if memory is short for one band, that
 * band's ends are not verified, and the fill goes on. */
static void finish(struct sink *sink, struct band band) {
    struct ranges *bands = ((struct sink_array *)sink)->bands;
    if (bands) ranges_add(bands, band);
}

static const struct sink_kind kind = {
    .has_destination = has_destination, .take = take, .release = release, .finish = finish};

void sink_array_init(struct sink_array *sink, void *ab, size_t plane_cells, size_t itemsize) {
    *sink = (struct sink_array){.sink = {.kind = &kind, .max_cells = SIZE_MAX},
                                .ab = ab,
                                .itemsize = itemsize,
                                .plane_nbytes = plane_cells * itemsize};
}

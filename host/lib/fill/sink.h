/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_SINK_H
#define OUTERFILL_FILL_SINK_H

#include <stdbool.h>

#include "fill/band.h"
#include "base/error.h"

/* Where a band's planes go in the host's memory: plane p from planes + p * plane_stride on, one contiguous run each. */
struct destination {
    char *planes;
    size_t plane_stride; /* bytes from one plane to the next */
};

static inline void *destination_plane(const struct destination *destination, size_t p) {
    return destination->planes + p * destination->plane_stride;
}

/* A sink as a fill sees it: it gives bands their places and takes them when the results are there. Every function but consume
 * is called with the fill's lock held, and none waits. A sink that is ready at once (the caller's array) has no consume: its
 * bands are done when a lane is. */
struct sink {
    const struct sink_kind *kind;
    size_t max_cells; /* of a band */
    size_t row_step;  /* bands had better end at multiples of so many rows; 0: anywhere */
    bool
        is_lost; /* a device may write into its places for ever: memory that is not the caller's is never released */
};

struct sink_kind {
    /* Whether there is a place for one more band. */
    bool (*has_destination)(const struct sink *);

    /* Gives a band its place. Not called where there is none. */
    struct destination (*take)(struct sink *, struct band);

    /* The band failed: its place is free again. */
    void (*give_back)(struct sink *, struct band);

    /* The band's results lie in its place. */
    void (*finish)(struct sink *, struct band);

    /* The next band to be consumed, where one is ready; its place stays taken until it is given back. */
    bool (*next)(struct sink *, struct band *, struct destination *);

    /* Takes the results of a band that next gave. Called without the lock, by several threads for several bands at once. */
    outerfill_status (*consume)(const struct sink *, struct band, const struct destination *,
                                outerfill_error *);
};

#endif

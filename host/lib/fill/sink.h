/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_SINK_H
#define OUTERFILL_FILL_SINK_H

#include <stdbool.h>

#include "fill/band.h"
#include "base/error.h"

struct context_device;

/* Where a band's planes go in host memory. Plane p begins at planes + p * plane_stride, and each
 * plane is one contiguous run. */
struct destination {
    char *planes;        /* NULL: sink_kind.allocate sets it */
    void *block;         /* belongs to the sink, which may leave it NULL */
    size_t plane_stride; /* bytes from one plane to the next */
    /* The device that this memory is pinned for; NULL: no device. It reads back directly. */
    const struct context_device *pinned_for;
};

static inline void *destination_plane(const struct destination *destination, size_t p) {
    return destination->planes + p * destination->plane_stride;
}

/* A sink as a fill sees it. It gives each band a destination, and takes the band when the
 * results are there. All functions but allocate and consume are called with the fill's lock held,
 * and must not wait.
 *
 * A sink whose results are in place at once (the caller's array) has only has_destination, take,
 * release and finish. Its bands are done when a lane has finished them. The creator of a sink
 * releases it. */
struct sink {
    const struct sink_kind *kind;
    size_t max_cells; /* of a band; at least 1 */
    size_t row_step;  /* a wish: bands end at a multiple of row_step rows; 0: anywhere */
    /* A dead device may write into the destinations at any time, until the process ends. The sink
     * then never releases memory that is not the caller's. */
    bool is_lost;
};

struct sink_kind {
    /* Returns whether there is a destination for one more band. */
    bool (*has_destination)(const struct sink *);

    /* Gives a band its destination, whose memory is best pinned for the device (NULL: for none).
     * Called only if has_destination returned true. */
    struct destination (*take)(struct sink *, struct band, const struct context_device *);

    /* Allocates the memory of a destination without planes. The thread that took the destination
     * calls this without the lock, because pinning memory takes a while. */
    outerfill_status (*allocate)(struct sink *, struct destination *, outerfill_error *);

    /* The band failed or was consumed: its destination is free again. */
    void (*release)(struct sink *, struct band);

    /* The band failed, and a dead device may still write into its destination: no other band gets
     * this memory, which is never released. NULL: the sink has no other memory for the band. */
    void (*lose)(struct sink *, struct band);

    /* A lane has finished the band: the results are in its destination. */
    void (*finish)(struct sink *, struct band);

    /* Gives the next band to consume, with its destination. The destination stays taken until
     * release. Returns false if no band is ready. */
    bool (*next)(struct sink *, struct band *, struct destination *);

    /* Takes the results of a band that next has given. Called without the lock, by several
     * threads at once for different bands. A failure stops the fill, and fill_run returns its
     * status. */
    outerfill_status (*consume)(const struct sink *, struct band, const struct destination *,
                                outerfill_error *);
};

#endif

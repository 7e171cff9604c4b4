/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_RING_H
#define OUTERFILL_FILL_RING_H

#include "device/pinned.h"
#include "fill/trial.h"

#define RING_SLOTS 3

/* Results are read back with this number of queues. On a device that is the host itself, one queue
 * alone copies only as fast as one core. */
#define RING_QUEUES 2

/* The memory of one band on its way. */
struct ring_slot {
    cl_mem results;       /* the kernel writes these */
    struct pinned pinned; /* a copy of results in host memory; empty until ring_pin */
    bool is_lost;         /* a dead device may still write into `pinned`, which then stays */
};

/* The memory of staged transfers on one device, and the queues that read it back. One lane at a
 * time uses a ring. The device keeps it for the next fill, of whichever function. */
struct ring {
    struct context_device *device;
    cl_command_queue queues[RING_QUEUES];
    size_t slot_nbytes;
    bool is_profiled;
    struct ring_slot slots[RING_SLOTS];
    struct trial trial; /* which way to read back is faster: an enum lane_read_way */
};

/* What a ring has to be. */
struct ring_wish {
    size_t slot_nbytes, max_nbytes; /* of a slot: at least, and at most */
    int first_way;                  /* a new trial tries this way first */
    bool is_profiled;               /* the queues record times */
};

/* Sets *ring to the one that the device has kept, or to a new one. A kept ring that does not suit
 * is released. The caller releases the ring with ring_close. Fails with OUTERFILL_OUT_OF_MEMORY or
 * OUTERFILL_DEVICE_FAILED; *ring is NULL then. */
outerfill_status ring_open(struct context_device *device, const struct ring_wish *wish,
                           struct ring **ring, outerfill_error *error);

/* Allocates the pinned memory of slot k, if it has none, or ordinary memory where the system pins
 * no more. Fails with OUTERFILL_OUT_OF_MEMORY. */
outerfill_status ring_pin(struct ring *ring, size_t k, outerfill_error *error);

/* Gives the ring to its device for the next fill if is_healthy, and releases it otherwise. No
 * command uses it, except those of slots that are lost. NULL does nothing. */
void ring_close(struct ring *ring, bool is_healthy);

/* Releases the ring that the device has kept, because its memory is needed. Returns whether there
 * was one. */
bool ring_discard_kept(struct context_device *device);

#endif

/* SPDX-License-Identifier: MIT
 *
 * The staged transfer, for devices with memory of their own. Each slot of a ring has a device
 * buffer for all planes of a band, and pinned memory of the same layout. The compute queue runs
 * the kernel of band k + 1, while the ring's queues read band k back and the host copies band k - 1
 * to its destination.
 *
 * On many devices a read-back into pageable memory neither overlaps with other work nor reaches
 * the link's rate. On other devices, or if the caller's array is pinned, reading back directly
 * saves a copy. So a trial measures both ways. The module does not know which kernel fills the
 * slots. */
#include <stdint.h>

#include "base/arithmetic.h"
#include "base/clock.h"
#include "fill/copy.h"
#include "fill/lane_internal.h"

/* ---- The ring ---- */

/* The caller's limit bounds what an earlier fill has left, too. A lane that found too little memory
 * must give back what is larger than it needs. */
static outerfill_status open_ring(struct lane *lane, outerfill_error *error) {
    const size_t num_planes = lane->task->function->num_planes,
                 nbytes =
                     lane_planes_nbytes(lane_slot_cells(lane) * lane->task->itemsize, num_planes);
    const bool is_limited = lane->task->options.memory_nbytes || lane->is_short;
    const struct ring_wish wish = {.slot_nbytes = nbytes,
                                   .max_nbytes = is_limited ? nbytes : SIZE_MAX,
                                   .first_way = (int)lane->plan.first_read,
                                   .is_profiled = lane->plan.is_profiled};
    const outerfill_status status = ring_open(lane->device, &wish, &lane->ring, error);
    for (size_t k = 0; !status && k < lane->plan.num_slots; k++)
        for (size_t p = 0; p < num_planes; p++)
            lane->slots[k].planes[p] = lane->ring->slots[k].results;
    return status;
}

static void close_ring(struct lane *lane, bool is_healthy) {
    ring_close(lane->ring, is_healthy);
    lane->ring = NULL;
}

static size_t slot_index(const struct lane *lane, const struct lane_slot *slot) {
    return (size_t)(slot - lane->slots);
}

static char *pinned_memory(const struct lane *lane, const struct lane_slot *slot) {
    return lane->ring->slots[slot_index(lane, slot)].pinned.host;
}

/* ---- Reading back ---- */

/* Enqueues one command that reads [begin, begin + nbytes) of the slot's buffer, behind the
 * kernel. */
static outerfill_status read_range(struct lane *lane, struct lane_slot *slot, size_t queue,
                                   size_t begin, size_t nbytes, char *to, outerfill_error *error) {
    if (nbytes == 0) return OUTERFILL_OK;
    const cl_int code =
        clEnqueueReadBuffer(lane->ring->queues[queue], slot->planes[0], CL_FALSE, begin, nbytes, to,
                            1, &slot->computed, &slot->visible[slot->num_visible]);
    if (code != CL_SUCCESS)
        return opencl_error(error, code, lane_device_name(lane), "clEnqueueReadBuffer of %zu bytes",
                            nbytes);
    slot->num_visible++;
    return OUTERFILL_OK;
}

/* One queue reaches the rate of a link. A device that is the host copies with a thread for each
 * queue. */
static outerfill_status read_parts(struct lane *lane, struct lane_slot *slot, size_t begin,
                                   size_t nbytes, char *to, size_t num_parts,
                                   outerfill_error *error) {
    const size_t step = round_up(ceil_div(nbytes, num_parts), PLANE_ALIGNMENT);
    outerfill_status status = OUTERFILL_OK;
    for (size_t k = 0; !status && k < num_parts; k++) {
        const size_t at = least(k * step, nbytes);
        status = read_range(lane, slot, k, begin + at, least(step, nbytes - at), to + at, error);
    }
    return status;
}

/* The planes arrive in pinned memory as they lie on the device, so one command reads all of them.
 * Pinning takes a while, so the first band's kernel runs meanwhile. */
static outerfill_status read_through_pinned(struct lane *lane, struct lane_slot *slot,
                                            outerfill_error *error) {
    const size_t nbytes =
        lane_planes_nbytes(lane_run_nbytes(lane, slot->band), lane->task->function->num_planes);
    const size_t num_parts = lane->device->device.info.shares_host_memory ? RING_QUEUES : 1;
    const outerfill_status status = ring_pin(lane->ring, slot_index(lane, slot), error);
    return status ? status
                  : read_parts(lane, slot, 0, nbytes, pinned_memory(lane, slot), num_parts, error);
}

static outerfill_status read_directly(struct lane *lane, struct lane_slot *slot,
                                      outerfill_error *error) {
    const size_t nbytes = lane_run_nbytes(lane, slot->band), stride = lane_plane_nbytes(nbytes);
    outerfill_status status = OUTERFILL_OK;
    for (size_t p = 0; !status && p < lane->task->function->num_planes; p++)
        status = read_parts(lane, slot, p * stride, nbytes,
                            destination_plane(&slot->destination, p), RING_QUEUES, error);
    return status;
}

static bool is_aligned(const struct lane *lane, const struct lane_slot *slot) {
    for (size_t p = 0; p < lane->task->function->num_planes; p++)
        if ((uintptr_t)destination_plane(&slot->destination, p) % PLANE_ALIGNMENT) return false;
    return true;
}

static bool is_pinned(const struct lane *lane, const struct lane_slot *slot) {
    return slot->destination.pinned_for == lane->device;
}

/* Memory that is pinned for the device needs no trial, and its bands say nothing about other
 * memory. */
static enum lane_read_way choose_way(const struct lane *lane, const struct lane_slot *slot) {
    if (!is_aligned(lane, slot)) return THROUGH_PINNED;
    return is_pinned(lane, slot) ? DIRECT : (enum lane_read_way)trial_start(&lane->ring->trial);
}

static outerfill_status read_planes(struct lane *lane, struct lane_slot *slot,
                                    outerfill_error *error) {
    slot->read_way = choose_way(lane, slot);
    /* The ring's queues wait for the kernel, so the device must have the kernel before they are
     * flushed. */
    clFlush(lane->compute);
    outerfill_status status = slot->read_way == DIRECT ? read_directly(lane, slot, error)
                                                       : read_through_pinned(lane, slot, error);
    for (size_t k = 0; !status && k < RING_QUEUES; k++) {
        const cl_int code = clFlush(lane->ring->queues[k]);
        if (code != CL_SUCCESS)
            status = opencl_error(error, code, lane_device_name(lane), "clFlush of a copy queue");
    }
    return status;
}

/* ---- Delivering ---- */

static void copy_out(struct lane *lane, struct lane_slot *slot, size_t nbytes) {
    const struct copy copy = {
        .to = destination_plane(&slot->destination, 0),
        .to_stride = slot->destination.plane_stride,
        .from = pinned_memory(lane, slot),
        .from_stride = lane_plane_nbytes(nbytes),
        .num_runs = lane->task->function->num_planes,
        .run_nbytes = nbytes,
    };
    copy_parallel(lane->task->function->context->pool, lane->plan.num_copy_threads, &copy);
}

static void deliver_planes(struct lane *lane, struct lane_slot *slot) {
    struct trial *trial = &lane->ring->trial;
    const size_t nbytes = lane_run_nbytes(lane, slot->band);
    if (slot->read_way == THROUGH_PINNED) copy_out(lane, slot, nbytes);
    /* Short bands say little about a way, such as the rest at the end of a fill. */
    if (band_num_cells(slot->band) > lane_slot_cells(lane) / 2 && !is_pinned(lane, slot))
        trial_finish(trial, (int)slot->read_way, nbytes * lane->task->function->num_planes,
                     clock_now());
    else
        trial_pause(trial);
}

/* A dead device may still write into the pinned memory of a band that was not delivered. The lane
 * may have got no ring. */
static void abandon_slot(struct lane *lane, struct lane_slot *slot) {
    if (lane->ring) lane->ring->slots[slot_index(lane, slot)].is_lost |= slot->is_lost;
}

const struct lane_transfer transfer_staged = {
    .open = open_ring,
    .fetch = read_planes,
    .deliver = deliver_planes,
    .abandon = abandon_slot,
    .close = close_ring,
};

/* SPDX-License-Identifier: MIT
 *
 * The rings of staged transfers. Pinning memory costs up to a millisecond for each MiB, so a ring
 * belongs to its device, and outlives fills and functions. The ring owns its buffers and queues. It
 * does not know which kernel fills them, and which bands they hold. */
#include "fill/ring.h"

#include <stdlib.h>

#include "device/opencl_error.h"
#include "device/queue.h"

/* A second ring is made only while two fills share the device. */
#define MAX_KEPT 1u

static const char *name_of(const struct ring *ring) {
    return ring->device->device.info.name;
}

/* OpenCL keeps its objects for as long as commands use them. The host's memory of a slot that is
 * lost stays. */
static void destroy(void *thing) {
    struct ring *ring = thing;
    for (size_t k = 0; k < RING_SLOTS; k++) {
        if (ring->slots[k].results) clReleaseMemObject(ring->slots[k].results);
        if (!ring->slots[k].is_lost) pinned_free(&ring->slots[k].pinned, ring->device);
    }
    for (size_t k = 0; k < RING_QUEUES; k++)
        if (ring->queues[k]) clReleaseCommandQueue(ring->queues[k]);
    free(ring);
}

/* Some drivers take a buffer's memory only when a command uses it. A byte that is written now shows
 * early whether there is memory. (read: NVIDIA's launches fail with -4) Then the queue is finished,
 * because a blocking write may return before it is done, and would change a result of another
 * queue. (measured: Intel's runtime for CPUs, in 15 % of 20000 launches) */
static cl_int touch(struct ring *ring, cl_mem buffer) {
    const unsigned char byte = 0;
    const cl_int code = clEnqueueWriteBuffer(ring->queues[0], buffer, CL_TRUE,
                                             ring->slot_nbytes - 1, 1, &byte, 0, NULL, NULL);
    return code == CL_SUCCESS ? clFinish(ring->queues[0]) : code;
}

static outerfill_status allocate(struct ring *ring, struct ring_slot *slot,
                                 outerfill_error *error) {
    cl_int code;
    slot->results =
        clCreateBuffer(ring->device->opencl, CL_MEM_READ_WRITE, ring->slot_nbytes, NULL, &code);
    if (code != CL_SUCCESS)
        slot->results = NULL;
    else
        code = touch(ring, slot->results);
    return code == CL_SUCCESS
               ? OUTERFILL_OK
               : opencl_error(error, code, name_of(ring),
                              "memory for results on the device (%zu bytes)", ring->slot_nbytes);
}

static outerfill_status create(struct context_device *device, const struct ring_wish *wish,
                               struct ring **created, outerfill_error *error) {
    struct ring *ring = calloc(1, sizeof *ring);
    if (!ring) return error_no_memory(error, "ring of results (%zu bytes)", sizeof *ring);
    ring->device = device;
    ring->slot_nbytes = wish->slot_nbytes;
    ring->is_profiled = wish->is_profiled;
    ring->trial = (struct trial){.first_way = wish->first_way, .num_wanted = TRIAL_MAX_SAMPLES};
    outerfill_status status = OUTERFILL_OK;
    for (size_t k = 0; !status && k < RING_QUEUES; k++)
        status = queue_open(device, wish->is_profiled, &ring->queues[k], error);
    for (size_t k = 0; !status && k < RING_SLOTS; k++)
        status = allocate(ring, &ring->slots[k], error);
    if (status)
        destroy(ring);
    else
        *created = ring;
    return status;
}

static bool suits(const struct ring *ring, const struct ring_wish *wish) {
    return wish->slot_nbytes <= ring->slot_nbytes && ring->slot_nbytes <= wish->max_nbytes &&
           ring->is_profiled == wish->is_profiled;
}

outerfill_status ring_open(struct context_device *device, const struct ring_wish *wish,
                           struct ring **ring, outerfill_error *error) {
    struct ring *kept = free_list_take(device->rings);
    *ring = kept;
    if (kept && suits(kept, wish)) {
        trial_pause(&kept->trial);
        return OUTERFILL_OK;
    }
    if (kept) destroy(kept);
    *ring = NULL;
    return create(device, wish, ring, error);
}

outerfill_status ring_pin(struct ring *ring, size_t k, outerfill_error *error) {
    struct pinned *pinned = &ring->slots[k].pinned;
    if (pinned->host || !pinned_allocate(pinned, ring->device, ring->slot_nbytes, NULL))
        return OUTERFILL_OK;
    return pinned_allocate_ordinary(pinned, ring->slot_nbytes, error);
}

void ring_close(struct ring *ring, bool is_healthy) {
    if (!ring) return;
    if (is_healthy)
        free_list_put(ring->device->rings, ring, MAX_KEPT, destroy);
    else
        destroy(ring);
}

bool ring_discard_kept(struct context_device *device) {
    struct ring *kept = free_list_take(device->rings);
    if (kept) destroy(kept);
    return kept != NULL;
}

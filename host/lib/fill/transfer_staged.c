/* SPDX-License-Identifier: MIT
 *
 * The staged transfer, for devices with memory of their own. Each slot of a ring has device
 * buffers for a band's planes, and pinned memory of the same size. The compute queue runs the
 * kernel of band k + 1, while the copy queues read band k back and the host copies band k - 1 to
 * its destination.
 *
 * On many devices a read-back into pageable memory neither overlaps with other work nor reaches
 * the link's rate. On other devices, or if the caller's array is pinned, reading back directly
 * saves a copy. So a trial measures both ways. The slots own their buffers. The module does not
 * know which kernel fills them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arithmetic.h"
#include "base/clock.h"
#include "fill/copy.h"
#include "fill/lane_internal.h"

/* Bytes of one plane in the memory that is about to be allocated. */
static size_t slot_plane_nbytes(const struct lane *lane) {
    return round_up(lane_slot_cells(lane) * lane->task->itemsize, PLANE_ALIGNMENT);
}

/* Some drivers take a buffer's memory only when a command uses it. A byte that is written now shows
 * early whether there is memory. (read: NVIDIA's launches fail with -4) */
static cl_int touch(struct lane *lane, cl_mem buffer, size_t nbytes) {
    const unsigned char byte = 0;
    return clEnqueueWriteBuffer(lane->copy[0], buffer, CL_TRUE, nbytes - 1, 1, &byte, 0, NULL,
                                NULL);
}

static outerfill_status allocate_device(struct lane *lane, struct lane_slot *slot,
                                        outerfill_error *error) {
    for (size_t p = 0; p < lane->task->function->num_planes; p++) {
        cl_int code;
        const size_t nbytes = slot_plane_nbytes(lane);
        slot->planes[p] =
            clCreateBuffer(lane->device->opencl, CL_MEM_WRITE_ONLY, nbytes, NULL, &code);
        if (code != CL_SUCCESS)
            slot->planes[p] = NULL;
        else
            code = touch(lane, slot->planes[p], nbytes);
        if (code == CL_SUCCESS) continue;
        return opencl_error(error, code, lane_device_name(lane),
                            "memory of plane %zu on the device (%zu bytes)", p, nbytes);
    }
    return OUTERFILL_OK;
}

/* Maps pinned memory for as long as the slot lives. */
static outerfill_status map_pinned(struct lane *lane, struct lane_slot *slot, size_t nbytes,
                                   outerfill_error *error) {
    cl_int code;
    slot->pinned = clCreateBuffer(lane->device->opencl, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR,
                                  nbytes, NULL, &code);
    if (code != CL_SUCCESS) {
        slot->pinned = NULL;
        return opencl_error(error, code, lane_device_name(lane),
                            "clCreateBuffer of pinned memory (%zu bytes)", nbytes);
    }
    slot->views[0] =
        clEnqueueMapBuffer(lane->copy[0], slot->pinned, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0,
                           nbytes, 0, NULL, NULL, &code);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    slot->views[0] = NULL;
    return opencl_error(error, code, lane_device_name(lane),
                        "clEnqueueMapBuffer of pinned memory (%zu bytes)", nbytes);
}

/* A device that shares the host's memory gains nothing by pinning. (read: Intel's integrated GPUs
 * refuse to read into mapped memory before driver 26.22) */
static outerfill_status allocate_pinned(struct lane *lane, struct lane_slot *slot,
                                        outerfill_error *error) {
    const size_t plane_nbytes = slot_plane_nbytes(lane),
                 nbytes = plane_nbytes * lane->task->function->num_planes;
    outerfill_status status = OUTERFILL_OK;
    if (!lane->device->device.info.shares_host_memory)
        status = map_pinned(lane, slot, nbytes, error);
    else if (!(slot->views[0] = aligned_alloc(PLANE_ALIGNMENT, nbytes)))
        status = error_no_memory(error, "results on their way (%zu bytes)", nbytes);
    for (size_t p = 1; !status && p < lane->task->function->num_planes; p++)
        slot->views[p] = (char *)slot->views[0] + p * plane_nbytes;
    return status;
}

static void release_pinned(struct lane *lane, struct lane_slot *slot) {
    if (!slot->pinned) {
        free(slot->views[0]);
        return;
    }
    if (slot->views[0])
        clEnqueueUnmapMemObject(lane->copy[0], slot->pinned, slot->views[0], 0, NULL, NULL);
    if (slot->views[0]) clFinish(lane->copy[0]);
    clReleaseMemObject(slot->pinned);
}

static void release_slot(struct lane *lane, struct lane_slot *slot) {
    if (!slot->is_lost) release_pinned(lane, slot);
    for (size_t p = 0; p < OUTERFILL_MAX_PLANES; p++)
        if (slot->planes[p]) clReleaseMemObject(slot->planes[p]);
    memset(slot->planes, 0, sizeof slot->planes);
    memset(slot->views, 0, sizeof slot->views);
    slot->pinned = NULL;
}

static outerfill_status allocate_slot(struct lane *lane, struct lane_slot *slot,
                                      outerfill_error *error) {
    const outerfill_status status = allocate_device(lane, slot, error);
    return status ? status : allocate_pinned(lane, slot, error);
}

/* Enqueues the read-back of part k of plane p, which waits for the kernel. */
static outerfill_status read_part(struct lane *lane, struct lane_slot *slot, size_t p, size_t k,
                                  outerfill_error *error) {
    const size_t nbytes = lane_run_nbytes(lane, slot->band);
    const size_t half = least(round_up(nbytes / 2, PLANE_ALIGNMENT), nbytes), begin = k ? half : 0,
                 part = k ? nbytes - half : half;
    char *to = slot->read_way == DIRECT ? destination_plane(&slot->destination, p) : slot->views[p];
    if (part == 0) return OUTERFILL_OK;
    const cl_int code =
        clEnqueueReadBuffer(lane->copy[k], slot->planes[p], CL_FALSE, begin, part, to + begin, 1,
                            &slot->computed, &slot->visible[slot->num_visible]);
    if (code != CL_SUCCESS)
        return opencl_error(error, code, lane_device_name(lane),
                            "clEnqueueReadBuffer of plane %zu (%zu bytes)", p, part);
    slot->num_visible++;
    return OUTERFILL_OK;
}

static bool is_aligned(const struct lane *lane, const struct lane_slot *slot) {
    for (size_t p = 0; p < lane->task->function->num_planes; p++)
        if ((uintptr_t)destination_plane(&slot->destination, p) % PLANE_ALIGNMENT) return false;
    return true;
}

static outerfill_status read_planes(struct lane *lane, struct lane_slot *slot,
                                    outerfill_error *error) {
    outerfill_status status = OUTERFILL_OK;
    slot->read_way =
        is_aligned(lane, slot) ? (enum lane_read_way)trial_start(&lane->trial) : THROUGH_PINNED;
    /* The copy queues wait for the kernel, so the device must have the kernel before they are
     * flushed. */
    clFlush(lane->compute);
    for (size_t p = 0; !status && p < lane->task->function->num_planes; p++)
        for (size_t k = 0; !status && k < LANE_COPY_QUEUES; k++)
            status = read_part(lane, slot, p, k, error);
    for (size_t k = 0; !status && k < LANE_COPY_QUEUES; k++) {
        const cl_int code = clFlush(lane->copy[k]);
        if (code != CL_SUCCESS)
            status = opencl_error(error, code, lane_device_name(lane), "clFlush of a copy queue");
    }
    return status;
}

static void deliver_planes(struct lane *lane, struct lane_slot *slot) {
    const size_t nbytes = lane_run_nbytes(lane, slot->band),
                 num_planes = lane->task->function->num_planes;
    struct thread_pool *pool = lane->task->function->context->pool;
    for (size_t p = 0; slot->read_way == THROUGH_PINNED && p < num_planes; p++)
        copy_parallel(pool, lane->plan.num_copy_threads, destination_plane(&slot->destination, p),
                      slot->views[p], nbytes);
    /* Short bands say little about a way, such as the rest at the end of a fill. */
    if (band_num_cells(slot->band) > lane_slot_cells(lane) / 2)
        trial_finish(&lane->trial, (int)slot->read_way, nbytes * num_planes, clock_now());
    else
        trial_pause(&lane->trial);
}

const struct lane_transfer transfer_staged = {
    .max_kept = 1, /* the memory of a staged lane is too large to keep several */
    .allocate = allocate_slot,
    .fetch = read_planes,
    .deliver = deliver_planes,
    .release = release_slot,
};

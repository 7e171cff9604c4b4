/* SPDX-License-Identifier: MIT
 *
 * The mapped transfer, for devices that share the host's memory. The kernel writes into the
 * destination itself, and no byte is copied. Each plane of a band becomes a buffer around the
 * destination's memory (CL_MEM_USE_HOST_PTR). After the kernel the buffer is mapped, so that the
 * host sees the results. On PoCL this works at any alignment. (measured: 17 GB/s; a kernel and a
 * read-back 2.9 GB/s)
 *
 * The buffers belong to the slot. The module does not know which kernel writes them. */
#include "fill/lane_internal.h"

static outerfill_status wrap_planes(struct lane *lane, struct lane_slot *slot,
                                    outerfill_error *error) {
    const size_t nbytes = lane_run_nbytes(lane, slot->band);
    for (size_t p = 0; p < lane->task->function->num_planes; p++) {
        cl_int code;
        void *run = destination_plane(&slot->destination, p);
        slot->planes[p] = clCreateBuffer(
            lane->device->opencl, CL_MEM_WRITE_ONLY | CL_MEM_USE_HOST_PTR, nbytes, run, &code);
        if (code == CL_SUCCESS) continue;
        slot->planes[p] = NULL;
        return opencl_error(error, code, lane_device_name(lane),
                            "clCreateBuffer around plane %zu, cells %zu to %zu (%zu bytes)", p,
                            slot->band.begin, slot->band.end, nbytes);
    }
    return OUTERFILL_OK;
}

/* Enqueues the unmapping. rusticl (Mesa 22.3) records a mapping only when it is done, and
 * refuses to unmap it earlier. So after a refusal the queue is finished first. */
static cl_int unmap_plane(struct lane *lane, cl_mem plane, void *view, cl_event *visible) {
    const cl_int code = clEnqueueUnmapMemObject(lane->compute, plane, view, 0, NULL, visible);
    if (code != CL_INVALID_VALUE) return code;
    const cl_int finished = clFinish(lane->compute);
    return finished == CL_SUCCESS
               ? clEnqueueUnmapMemObject(lane->compute, plane, view, 0, NULL, visible)
               : finished;
}

/* Maps each plane, which makes it visible to the host in the host's own memory. The unmapping is
 * enqueued right behind it, and its event tells when the plane is visible. Unmapping a read-only
 * map leaves the memory as it is. (measured: waiting for the unmapping by itself would cost
 * 50 us a band) */
static outerfill_status map_planes(struct lane *lane, struct lane_slot *slot,
                                   outerfill_error *error) {
    const size_t nbytes = lane_run_nbytes(lane, slot->band);
    for (size_t p = 0; p < lane->task->function->num_planes; p++) {
        cl_int code;
        void *view = clEnqueueMapBuffer(lane->compute, slot->planes[p], CL_FALSE, CL_MAP_READ, 0,
                                        nbytes, 0, NULL, NULL, &code);
        cl_event *visible = &slot->visible[slot->num_visible];
        if (code == CL_SUCCESS) code = unmap_plane(lane, slot->planes[p], view, visible);
        if (code != CL_SUCCESS)
            return opencl_error(error, code, lane_device_name(lane),
                                "mapping plane %zu (%zu bytes)", p, nbytes);
        slot->num_visible++;
    }
    return OUTERFILL_OK;
}

static void unwrap_planes(struct lane *lane, struct lane_slot *slot) {
    for (size_t p = 0; p < lane->task->function->num_planes; p++) {
        if (slot->planes[p]) clReleaseMemObject(slot->planes[p]);
        slot->planes[p] = NULL;
    }
}

const struct lane_transfer transfer_mapped = {
    .begin = wrap_planes,
    .fetch = map_planes,
    .deliver = unwrap_planes,
    .abandon = unwrap_planes,
};

/* SPDX-License-Identifier: MIT
 *
 * Tells of subscripts of `out` beyond the planes. kernels/subscripts.cl checks them. A kernel that
 * runs along rows tells only that there is a fault in the band. Then fill_cells computes the band
 * once more, and tells one cell and its subscript.
 *
 * A slot owns its buffer of faults, and the lane releases it. No fault is ever cleared: the first
 * one ends the fill. */
#include "fill/lane_internal.h"

/* The elements of faults. */
enum { IS_TOLD, SUBSCRIPT, ROW, COLUMN, IS_FOUND };

outerfill_status lane_faults_begin(struct lane *lane, struct lane_slot *slot,
                                   outerfill_error *error) {
    cl_long none[KERNEL_NUM_FAULTS] = {0};
    cl_int code;
    if (!lane->task->function->is_checked || slot->faults) return OUTERFILL_OK;
    slot->faults = clCreateBuffer(lane->device->opencl, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                                  sizeof none, none, &code);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    slot->faults = NULL;
    return opencl_error(error, code, lane_device_name(lane), "clCreateBuffer of faults");
}

static cl_int read_faults(struct lane *lane, struct lane_slot *slot, cl_bool is_blocking,
                          cl_event *event) {
    return clEnqueueReadBuffer(lane->compute, slot->faults, is_blocking, 0, sizeof slot->found,
                               slot->found, 0, NULL, event);
}

outerfill_status lane_faults_fetch(struct lane *lane, struct lane_slot *slot,
                                   outerfill_error *error) {
    if (!lane->task->function->is_checked) return OUTERFILL_OK;
    const cl_int code = read_faults(lane, slot, CL_FALSE, &slot->visible[slot->num_visible]);
    if (code != CL_SUCCESS)
        return opencl_error(error, code, lane_device_name(lane), "clEnqueueReadBuffer of faults");
    slot->num_visible++;
    return OUTERFILL_OK;
}

/* Computes the band once more with the kernel that tells the cell. */
static outerfill_status find_cell(struct lane *lane, struct lane_slot *slot,
                                  outerfill_error *error) {
    const struct band_rectangle r = band_rectangle(slot->band, lane->task->m);
    outerfill_status status = lane_window_move(lane, &lane->a, r.i, r.i + r.num_rows, error);
    if (!status) status = lane_window_move(lane, &lane->b, r.j, r.j + r.num_columns, error);
    clReleaseEvent(slot->computed); /* the launch sets another event */
    slot->computed = NULL;
    if (!status) status = lane_kernel_launch_cells(lane, slot, &r, error);
    if (status) return status;
    const cl_int code = read_faults(lane, slot, CL_TRUE, NULL);
    return code == CL_SUCCESS
               ? OUTERFILL_OK
               : opencl_error(error, code, lane_device_name(lane), "looking for a fault");
}

outerfill_status lane_faults_check(struct lane *lane, struct lane_slot *slot,
                                   outerfill_error *error) {
    const size_t num_planes = lane->task->function->num_planes;
    if (!lane->task->function->is_checked) return OUTERFILL_OK;
    if (slot->found[IS_FOUND] && !slot->found[IS_TOLD]) {
        const outerfill_status status = find_cell(lane, slot, error);
        if (status) return status;
    }
    if (!slot->found[IS_TOLD]) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                     "out[%lld] does not exist, and the function uses it at i = %lld, j = %lld: it "
                     "has %zu plane%s, out[0] to out[%zu]",
                     (long long)slot->found[SUBSCRIPT], (long long)slot->found[ROW],
                     (long long)slot->found[COLUMN], num_planes, num_planes == 1 ? "" : "s",
                     num_planes - 1);
}

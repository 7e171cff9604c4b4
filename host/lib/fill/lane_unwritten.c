/* SPDX-License-Identifier: MIT
 *
 * Finds cells that a kernel did not write. Compilers drop the stores of a cell whose value they
 * take for undefined, and what was in memory before would pass for a result. (seen: exp(NAN) on
 * PoCL 3.1)
 *
 * The first cells of a lane's first band hold a pattern before the kernel runs. A cell that holds
 * it afterwards is computed again over another pattern. No value equals both. */
#include "fill/lane_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/arithmetic.h"

#define CHECKED_CELLS 512u
#define MAX_ITEMSIZE  8u

/* The byte of a pattern. As floats and doubles they are unlikely numbers, no NaN. */
enum pattern { FIRST_PATTERN = 0xa5, SECOND_PATTERN = 0x5a };

static size_t num_checked(const struct lane_slot *slot) {
    return least(band_num_cells(slot->band), CHECKED_CELLS);
}

static bool is_mapped(const struct lane *lane) {
    return lane->plan.transfer == OUTERFILL_TRANSFER_MAPPED;
}

/* Puts the pattern where the slot's kernel will write its first cells. */
static outerfill_status put_pattern(struct lane *lane, struct lane_slot *slot, enum pattern pattern,
                                    outerfill_error *error) {
    unsigned char bytes[CHECKED_CELLS * MAX_ITEMSIZE];
    const size_t nbytes = num_checked(slot) * lane->task->itemsize;
    memset(bytes, (int)pattern, sizeof bytes);
    for (size_t p = 0; p < lane->task->function->num_planes; p++) {
        if (is_mapped(lane)) {
            memcpy(destination_plane(&slot->destination, p), bytes, nbytes);
            continue;
        }
        const size_t begin = p * lane_plane_stride(lane, slot->band);
        const cl_int code = clEnqueueWriteBuffer(lane->compute, slot->planes[p], CL_TRUE, begin,
                                                 nbytes, bytes, 0, NULL, NULL);
        if (code != CL_SUCCESS)
            return opencl_error(error, code, lane_device_name(lane),
                                "clEnqueueWriteBuffer of a pattern (%zu bytes)", nbytes);
    }
    return OUTERFILL_OK;
}

static bool holds_pattern(const unsigned char *value, size_t itemsize, enum pattern pattern) {
    for (size_t k = 0; k < itemsize; k++)
        if (value[k] != pattern) return false;
    return true;
}

/* Computes a cell of the slot's band once more over the second pattern. values receives its planes.
 * The slot is free for this: its results were delivered. */
static outerfill_status compute_again(struct lane *lane, struct lane_slot *slot, size_t cell,
                                      unsigned char *values, outerfill_error *error) {
    slot->band = (struct band){cell, cell + 1};
    slot->destination =
        (struct destination){.planes = (char *)values, .plane_stride = lane->task->itemsize};
    outerfill_status status = put_pattern(lane, slot, SECOND_PATTERN, error);
    if (!status) status = lane_enqueue(lane, slot, error);
    if (!status) status = lane_await(lane, slot, error);
    if (status) {
        /* GCOVR_EXCL_START: a device would have to fail right behind the loss of a store */
        lane_abandon(lane, slot);
        return status;
        /* GCOVR_EXCL_STOP */
    }
    lane_release_events(slot);
    lane->transfer->deliver(lane, slot);
    return OUTERFILL_OK;
}

/* Fails if a plane of the cell holds the second pattern. */
static outerfill_status check_values(const struct lane *lane, size_t cell,
                                     const unsigned char *values, outerfill_error *error) {
    const size_t itemsize = lane->task->itemsize;
    for (size_t p = 0; p < lane->task->function->num_planes; p++)
        if (holds_pattern(values + p * itemsize, itemsize, SECOND_PATTERN))
            return error_set(error, OUTERFILL_DEVICE_FAILED,
                             "\"%s\" does not write plane %zu at i = %zu, j = %zu: its compiler "
                             "takes the value for undefined, such as a NaN converted to an integer",
                             lane_device_name(lane), p, cell / lane->task->m, cell % lane->task->m);
    return OUTERFILL_OK;
}

static outerfill_status check_again(struct lane *lane, struct lane_slot *slot, size_t cell,
                                    outerfill_error *error) {
    const size_t nbytes = lane->task->function->num_planes * lane->task->itemsize;
    unsigned char *values = malloc(nbytes);
    if (!values) return error_no_memory(error, "values of a cell (%zu bytes)", nbytes);
    outerfill_status status = compute_again(lane, slot, cell, values, error);
    if (!status) status = check_values(lane, cell, values, error);
    if (lane->reach == LANE_REACHES_NOTHING) free(values);
    return status;
}

outerfill_status lane_unwritten_begin(struct lane *lane, struct lane_slot *slot,
                                      outerfill_error *error) {
    return lane->num_started ? OUTERFILL_OK : put_pattern(lane, slot, FIRST_PATTERN, error);
}

outerfill_status lane_unwritten_check(struct lane *lane, struct lane_slot *slot,
                                      outerfill_error *error) {
    const size_t itemsize = lane->task->itemsize, number = num_checked(slot),
                 begin = slot->band.begin, num_planes = lane->task->function->num_planes;
    const struct destination destination = slot->destination;
    outerfill_status status = OUTERFILL_OK;
    if (lane->num_finished > 1) return OUTERFILL_OK;
    for (size_t p = 0; p < num_planes; p++) {
        const unsigned char *run = destination_plane(&destination, p);
        for (size_t k = 0; !status && k < number; k++)
            if (holds_pattern(run + k * itemsize, itemsize, FIRST_PATTERN))
                status = check_again(lane, slot, begin + k, error);
    }
    return status;
}

/* SPDX-License-Identifier: MIT
 *
 * Chooses which kernel of kernels/fill.cl computes a band, and launches it. A lane has one main
 * kernel, which suits its device and function. If the main kernel is fill_rows, a mapped lane
 * may also have fill_stream, for bands that no cache holds. The lane measures which of the two
 * is faster, and uses that one.
 *
 * This module owns the lane's kernels. It does not know how results reach the destination. */
#include "fill/lane_internal.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arithmetic.h"

/* Bands that fit into the last cache are never streamed. It is taken to have the first of these
 * sizes at least, and the second at most. */
#define CACHE_LEAST_NBYTES ((size_t)16 << 20)
#define CACHE_MOST_NBYTES  ((size_t)64 << 20)
/* Bands of fewer bytes are compared in classes of their own. Caches still take a part of such a
 * band, so its times say little about larger bands. (measured: 80 MB are equally fast either way;
 * on Zen 3 streaming wins from 23 MB on) */
#define MIDDLE_NBYTES ((size_t)64 << 20)
#define LARGE_NBYTES  ((size_t)96 << 20)
/* Samples of each kernel. */
#define STREAM_SAMPLES  5
#define PAGES_LOOKED_AT 4 /* of each plane of a band */
/* Shorter rows are not streamed, except single columns, which are as contiguous as one long row.
 * Computing short rows into fill_stream's block may cost more than the stores save. (measured:
 * float32 at m = 4 streams 15 GB/s, fill_rows 22; at m = 8 24 and 37; at m = 16 41 and 36) */
#define STREAM_MIN_COLUMNS 12u

/* ---- The kernels of a lane ---- */

static outerfill_status open_kernel(struct lane *lane, const char *name, cl_kernel *kernel,
                                    outerfill_error *error) {
    cl_int code;
    *kernel = clCreateKernel(lane->program->opencl, name, &code);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    *kernel = NULL;
    return opencl_error(error, code, lane_device_name(lane), "clCreateKernel of %s", name);
}

/* Creates stream_kernel if the plan uses it. A compiler without non-temporal
 * stores leaves fill_stream out of the program. That is an error only if the caller asked for
 * fill_stream. */
static outerfill_status open_stream(struct lane *lane, outerfill_error *error) {
    if (lane->plan.streaming == STREAM_NEVER) return OUTERFILL_OK;
    for (size_t k = 0; k < NUM_SIZE_CLASSES; k++)
        lane->kernel_trial[k] = (struct trial){.first_way = STREAM, .num_wanted = STREAM_SAMPLES};
    const outerfill_status status =
        open_kernel(lane, "outerfill_fill_stream", &lane->stream_kernel, NULL);
    if (!status || lane->plan.streaming == STREAM_IF_FASTER) return OUTERFILL_OK;
    return error_set(
        error, OUTERFILL_INVALID_ARGUMENT,
        "outerfill_fill_options.work_item: OUTERFILL_WORK_ITEM_STREAM needs a compiler "
        "with non-temporal stores, and \"%s\" has none; use OUTERFILL_WORK_ITEM_AUTO",
        lane_device_name(lane));
}

/* Programs for other devices have no kernels that run along rows. */
static outerfill_status check_work_item(const struct lane *lane, outerfill_error *error) {
    const bool is_cpu = lane->device->device.info.type == OUTERFILL_DEVICE_CPU;
    if (is_cpu || lane->plan.item_cells) return OUTERFILL_OK;
    const bool is_streamed = lane->plan.streaming == STREAM_ALWAYS;
    return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                     "outerfill_fill_options.work_item: OUTERFILL_WORK_ITEM_%s is for CPUs, and "
                     "\"%s\" is not one; use OUTERFILL_WORK_ITEM_AUTO",
                     is_streamed ? "STREAM" : "ROWS", lane_device_name(lane));
}

outerfill_status lane_kernel_open(struct lane *lane, outerfill_error *error) {
    outerfill_status status = check_work_item(lane, error);
    if (!status) status = open_kernel(lane, lane->plan.main_kernel, &lane->kernel, error);
    if (status) return status;
    if (lane->plan.item_cells)
        lane->group_items = kernel_group_items(lane->kernel, lane->device->device.id);
    return open_stream(lane, error);
}

void lane_kernel_release(struct lane *lane) {
    if (lane->kernel) clReleaseKernel(lane->kernel);
    if (lane->stream_kernel) clReleaseKernel(lane->stream_kernel);
}

/* ---- Which one a band gets ---- */

/* Returns whether a run's memory was touched before. It looks at PAGES_LOOKED_AT pages of the
 * run.
 *
 * The system gives pages to untouched memory while a kernel writes it, and the zeros of new
 * pages are then in the cache. So fill_rows is faster there. The time of such a band says
 * nothing about other memory. */
static bool is_touched(const char *run, size_t nbytes) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t k = 0; k < PAGES_LOOKED_AT; k++) {
        const char *destination = run + nbytes / PAGES_LOOKED_AT * k;
        unsigned char state = 0;
        if (mincore((void *)(destination - (uintptr_t)destination % page), page, &state) == 0 &&
            !(state & 1))
            return false;
    }
    return true;
}

static size_t cache_nbytes(const struct lane *lane) {
    const uint64_t nbytes = lane->device->device.last_cache_nbytes;
    if (nbytes == 0 || nbytes > CACHE_MOST_NBYTES) return CACHE_MOST_NBYTES;
    return largest((size_t)nbytes, CACHE_LEAST_NBYTES);
}

/* Returns whether the band may go to fill_stream: the band is large enough, rows are long
 * enough, and all its memory was touched. */
static bool may_stream(const struct lane *lane, const struct lane_slot *slot) {
    const size_t nbytes = lane_run_nbytes(lane, slot->band),
                 num_planes = lane->task->function->num_planes;
    if (!lane->stream_kernel || nbytes * num_planes < cache_nbytes(lane)) return false;
    if (lane->task->m > 1 && lane->task->m < STREAM_MIN_COLUMNS) return false;
    for (size_t p = 0; p < num_planes; p++)
        if (!is_touched(destination_plane(&slot->destination, p), nbytes)) return false;
    return true;
}

bool lane_kernel_is_undecided(const struct lane *lane) {
    return lane->stream_kernel && !atomic_load(&lane->device->faster_way[NUM_SIZE_CLASSES - 1]);
}

/* Returns the index into faster_way and kernel_trial. */
static size_t size_class(const struct lane *lane, const struct lane_slot *slot) {
    const size_t nbytes = lane_run_nbytes(lane, slot->band) * lane->task->function->num_planes;
    return nbytes >= LARGE_NBYTES ? 2 : nbytes >= MIDDLE_NBYTES;
}

/* Chooses the kernel of a band. The time of the first streamed launch is not compared, because
 * that launch waits for the driver's compiler. (measured: one second, where a streamed band took
 * 2 ms) */
static enum lane_kernel_way choose_way(struct lane *lane, struct lane_slot *slot) {
    slot->is_compared = false;
    if (lane->plan.streaming == STREAM_ALWAYS) return STREAM;
    if (!may_stream(lane, slot)) return ROWS;
    const size_t k = size_class(lane, slot);
    const int known = atomic_load(&lane->device->faster_way[k]);
    const enum lane_kernel_way way =
        known ? (enum lane_kernel_way)(known - 1)
              : (enum lane_kernel_way)trial_alternate(&lane->kernel_trial[k]);
    slot->is_compared = !known && (way == ROWS || lane->has_streamed);
    lane->has_streamed |= way == STREAM;
    return way;
}

/* Adds the time of a band to the comparison. Each lane compares by itself. The first lane that
 * knows tells all lanes of its device, because the result depends on the memory and not on the
 * function. */
void lane_kernel_learn(struct lane *lane, const struct lane_slot *slot, double seconds) {
    if (!slot->is_compared) return;
    const size_t k = size_class(lane, slot);
    struct trial *trial = &lane->kernel_trial[k];
    trial_add(trial, (int)slot->kernel_way, lane_run_nbytes(lane, slot->band), seconds);
    if (trial_is_over(trial))
        atomic_store(&lane->device->faster_way[k], 1 + trial_alternate(trial));
}

/* ---- Launching ---- */

/* The band of a slot, as a kernel sees it. */
static struct kernel_band describe_band(const struct lane *lane, const struct lane_slot *slot,
                                        const struct band_rectangle *r) {
    return (struct kernel_band){
        .function = lane->task->function,
        .parameters = lane->parameter_values,
        .n = lane->task->n,
        .m = lane->task->m,
        .r = *r,
        .a = lane->a.buffer,
        .b = lane->b.buffer,
        .a_index = r->i - lane->a.begin,
        .b_index = r->j - lane->b.begin,
        .planes = slot->planes,
        .plane_stride = lane_plane_stride(lane, slot->band),
        .faults = slot->faults,
    };
}

static struct launch choose_launch(const struct lane *lane, const struct kernel *kernel,
                                   const struct band_rectangle *r) {
    const size_t num_units = lane->device->device.info.num_compute_units;
    if (kernel->item_cells) return launch_run(r, kernel->item_cells, kernel->group_items);
    const bool is_streamed = kernel->opencl == lane->stream_kernel;
    return launch_rows(r, num_units, is_streamed ? STREAMED_ITEMS : lane->plan.items);
}

static outerfill_status launch_kernel(struct lane *lane, struct lane_slot *slot,
                                      const struct band_rectangle *r, const struct kernel *kernel,
                                      outerfill_error *error) {
    const struct launch launch = choose_launch(lane, kernel, r);
    const struct kernel_band band = describe_band(lane, slot, r);
    cl_int code = kernel_set_arguments(kernel, &band, &launch);
    if (code != CL_SUCCESS)
        return opencl_error(error, code, lane_device_name(lane), "clSetKernelArg");
    code = clEnqueueNDRangeKernel(lane->compute, kernel->opencl, 2, NULL, launch.global,
                                  launch.local, 0, NULL, &slot->computed);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    slot->computed = NULL;
    return opencl_error(error, code, lane_device_name(lane),
                        "clEnqueueNDRangeKernel for rows %zu to %zu, columns %zu to %zu", r->i,
                        r->i + r->num_rows, r->j, r->j + r->num_columns);
}

outerfill_status lane_kernel_launch(struct lane *lane, struct lane_slot *slot,
                                    const struct band_rectangle *r, outerfill_error *error) {
    slot->kernel_way = choose_way(lane, slot);
    const bool is_streamed = slot->kernel_way == STREAM;
    const struct kernel kernel = {.opencl = is_streamed ? lane->stream_kernel : lane->kernel,
                                  .item_cells = is_streamed ? 0 : lane->plan.item_cells,
                                  .group_items = lane->group_items};
    return launch_kernel(lane, slot, r, &kernel, error);
}

outerfill_status lane_kernel_launch_cells(struct lane *lane, struct lane_slot *slot,
                                          const struct band_rectangle *r, outerfill_error *error) {
    struct kernel kernel = {.item_cells = 1};
    outerfill_status status = open_kernel(lane, "outerfill_fill_cells", &kernel.opencl, error);
    if (status) return status;
    kernel.group_items = kernel_group_items(kernel.opencl, lane->device->device.id);
    status = launch_kernel(lane, slot, r, &kernel, error);
    clReleaseKernel(kernel.opencl);
    return status;
}

/* SPDX-License-Identifier: MIT
 *
 * Which kernel of kernels/fill.cl does a band, and its launch. A lane has the kernel that suits its device and function; where
 * that is fill_rows it has fill_stream as well, for bands that no cache holds, if it is measured to be faster here. */
#include "fill/lane_internal.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/dtype.h"
#include "fill/launch.h"

/* From twice the last-level caches of most processors on, non-temporal stores have something to win. */
#define STREAM_MIN_NBYTES ((size_t)64 << 20)
/* Of a smaller band the caches still take a part, and what is faster there says little of larger ones: 80 MB are as fast either
 * way. */
#define STREAM_LARGE_NBYTES ((size_t)96 << 20)
/* While it is not known which of the two is faster, bands stay small enough for one large fill to find out. */
#define STREAM_TRIAL_NBYTES ((size_t)128 << 20)
#define STREAM_SAMPLES      5
#define PAGES_LOOKED_AT     4 /* of each plane of a band */
/* Computing shorter rows into a block may cost more than the stores save: float32 at m = 4 ran at 15 GB/s instead of 22, at m =
 * 8 at 24 instead of 37, at m = 16 at 41 instead of 36. A single column is as one row. */
#define STREAM_MIN_COLUMNS 12u

/* As a trial counts them; what a device is known for is one more. */
enum way { ROWS, STREAM };

/* ---- The kernels of a lane ---- */

static outerfill_status open_kernel(struct lane *lane, cl_program program, const char *name,
                                    cl_kernel *kernel, outerfill_error *error) {
    cl_int code;
    *kernel = clCreateKernel(program, name, &code);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    *kernel = NULL;
    return opencl_error(error, code, lane_device_name(lane), "clCreateKernel of %s", name);
}

/* What the caller wants, as far as that is a matter of the kernel. */
outerfill_work_item lane_work_item(const struct lane_task *task, const outerfill_device *info) {
    const bool is_auto = task->options.work_item == OUTERFILL_WORK_ITEM_AUTO;
    return is_auto && info->type != OUTERFILL_DEVICE_CPU ? OUTERFILL_WORK_ITEM_CELL
                                                         : task->options.work_item;
}

/* A compiler without non-temporal stores leaves fill_stream out, and nobody misses it who did not ask for it. */
static outerfill_status open_stream(struct lane *lane, const struct function_program *program,
                                    outerfill_error *error) {
    const bool is_asked_for = lane->work_item == OUTERFILL_WORK_ITEM_STREAM;
    const bool may_win = lane->work_item == OUTERFILL_WORK_ITEM_AUTO &&
                         lane->transfer == &lane_mapped && !lane->is_expensive;
    if (!is_asked_for && !may_win) return OUTERFILL_OK;
    for (size_t k = 0; k < 2; k++)
        lane->kernel_trial[k] = (struct trial){.first_way = STREAM, .num_wanted = STREAM_SAMPLES};
    const outerfill_status status =
        open_kernel(lane, program->opencl, "outerfill_fill_stream", &lane->stream_kernel, NULL);
    if (!status || !is_asked_for) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                     "outerfill_fill_options.work_item: %s is no CPU, or its compiler knows no "
                     "non-temporal stores; "
                     "OUTERFILL_WORK_ITEM_AUTO does without",
                     lane_device_name(lane));
}

outerfill_status lane_kernel_open(struct lane *lane, const struct function_program *program,
                                  outerfill_error *error) {
    const char *name = lane->work_item == OUTERFILL_WORK_ITEM_CELL ? "outerfill_fill_cells"
                       : program->has_vectors                      ? "outerfill_fill_vectors"
                                                                   : "outerfill_fill_rows";
    const outerfill_status status = open_kernel(lane, program->opencl, name, &lane->kernel, error);
    return status ? status : open_stream(lane, program, error);
}

void lane_kernel_release(struct lane *lane) {
    if (lane->kernel) clReleaseKernel(lane->kernel);
    if (lane->stream_kernel) clReleaseKernel(lane->stream_kernel);
}

/* ---- Which one a band gets ---- */

/* Memory that was never touched is given its pages while it is written, and the system's zeros are then in the cache: fill_rows
 * is faster there, and what it takes says nothing about other memory. */
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

static bool may_stream(const struct lane *lane, const struct lane_slot *slot) {
    const size_t nbytes = lane_run_nbytes(lane, slot->band),
                 num_planes = lane->task->function->num_planes;
    if (!lane->stream_kernel || nbytes * num_planes < STREAM_MIN_NBYTES) return false;
    if (lane->task->m > 1 && lane->task->m < STREAM_MIN_COLUMNS) return false;
    for (size_t p = 0; p < num_planes; p++)
        if (!is_touched(destination_plane(&slot->destination, p), nbytes)) return false;
    return true;
}

size_t lane_kernel_max_rows(const struct lane *lane) {
    return lane->work_item == OUTERFILL_WORK_ITEM_CELL ? launch_cells_max_rows(lane->task->m)
                                                       : SIZE_MAX;
}

size_t lane_kernel_max_cells(const struct lane *lane) {
    if (!lane->stream_kernel || atomic_load(&lane->device->faster_way[1])) return SIZE_MAX;
    return STREAM_TRIAL_NBYTES / lane->task->itemsize / lane->task->function->num_planes;
}

static size_t size_class(const struct lane *lane, const struct lane_slot *slot) {
    return lane_run_nbytes(lane, slot->band) * lane->task->function->num_planes >=
           STREAM_LARGE_NBYTES;
}

/* The first launch of stream_kernel waits for the driver's compiler, which took a second where a streamed band took 2 ms. */
static int choose_way(struct lane *lane, struct lane_slot *slot) {
    slot->is_compared = false;
    if (lane->work_item == OUTERFILL_WORK_ITEM_STREAM) return STREAM;
    if (!may_stream(lane, slot)) return ROWS;
    const size_t k = size_class(lane, slot);
    const int known = atomic_load(&lane->device->faster_way[k]);
    const int way = known ? known - 1 : trial_alternate(&lane->kernel_trial[k]);
    slot->is_compared = !known && (way == ROWS || lane->has_streamed);
    lane->has_streamed |= way == STREAM;
    return way;
}

/* A lane compares by itself, but the first that knows tells all others of its device: it is a matter of the memory. */
void lane_kernel_learn(struct lane *lane, const struct lane_slot *slot, double seconds) {
    if (!slot->is_compared) return;
    const size_t k = size_class(lane, slot);
    struct trial *trial = &lane->kernel_trial[k];
    trial_add(trial, slot->kernel_way, lane_run_nbytes(lane, slot->band), seconds);
    if (trial_is_over(trial))
        atomic_store(&lane->device->faster_way[k], 1 + trial_alternate(trial));
}

/* ---- Launching ---- */

/* The arguments after the 12 fixed ones: a real for each parameter, a buffer for each plane. */
static cl_int set_list_arguments(const struct lane *lane, cl_kernel kernel,
                                 const struct lane_slot *slot, cl_uint index) {
    const outerfill_function *function = lane->task->function;
    cl_int code = CL_SUCCESS;
    for (size_t k = 0; code == CL_SUCCESS && k < function->num_parameters; k++) {
        char real[sizeof(double)];
        dtype_store(function->dtype, lane->parameter_values[k], real);
        code = clSetKernelArg(kernel, index++, lane->task->itemsize, real);
    }
    for (size_t p = 0; code == CL_SUCCESS && p < function->num_planes; p++)
        code = clSetKernelArg(kernel, index++, sizeof(cl_mem), &slot->planes[p]);
    return code;
}

static cl_int set_arguments(const struct lane *lane, cl_kernel kernel, const struct lane_slot *slot,
                            const struct band_rectangle *r, const struct launch *launch) {
    const cl_ulong numbers[] = {
        r->i - lane->a.begin,
        r->j - lane->b.begin,
        r->i,
        r->j,
        lane->task->n,
        lane->task->m,
        r->num_rows,
        r->num_columns,
        launch->rows_per_item,
        launch->columns_per_item,
    };
    cl_uint index = 0;
    cl_int code = clSetKernelArg(kernel, index++, sizeof(cl_mem), &lane->a.buffer);
    if (code == CL_SUCCESS) code = clSetKernelArg(kernel, index++, sizeof(cl_mem), &lane->b.buffer);
    for (size_t k = 0; code == CL_SUCCESS && k < sizeof numbers / sizeof *numbers; k++)
        code = clSetKernelArg(kernel, index++, sizeof numbers[k], &numbers[k]);
    return code == CL_SUCCESS ? set_list_arguments(lane, kernel, slot, index) : code;
}

static struct launch choose_launch(const struct lane *lane, cl_kernel kernel,
                                   const struct band_rectangle *r) {
    const size_t num_units = lane->device->device.info.num_compute_units;
    if (lane->work_item == OUTERFILL_WORK_ITEM_CELL) return launch_cells(r);
    return launch_rows(r, num_units,
                       kernel == lane->stream_kernel ? STREAMED_ITEMS
                       : lane->is_expensive          ? SHARED_ITEMS
                                                     : PLAIN_ITEMS);
}

outerfill_status lane_kernel_launch(struct lane *lane, struct lane_slot *slot,
                                    const struct band_rectangle *r, outerfill_error *error) {
    slot->kernel_way = choose_way(lane, slot);
    cl_kernel kernel = slot->kernel_way == STREAM ? lane->stream_kernel : lane->kernel;
    const struct launch launch = choose_launch(lane, kernel, r);
    cl_int code = set_arguments(lane, kernel, slot, r, &launch);
    if (code != CL_SUCCESS)
        return opencl_error(error, code, lane_device_name(lane), "clSetKernelArg");
    code = clEnqueueNDRangeKernel(lane->compute, kernel, 2, NULL, launch.global, launch.local, 0,
                                  NULL, &slot->computed);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    slot->computed = NULL;
    return opencl_error(error, code, lane_device_name(lane),
                        "clEnqueueNDRangeKernel for rows %zu to %zu, columns %zu to %zu", r->i,
                        r->i + r->num_rows, r->j, r->j + r->num_columns);
}

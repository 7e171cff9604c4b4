/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_KERNEL_ARGUMENTS_H
#define OUTERFILL_FILL_KERNEL_ARGUMENTS_H

#include "device/function.h"
#include "fill/band.h"
#include "fill/launch.h"

/* The elements of a buffer of faults, of cl_long; kernels/fill.cl gives their meaning. */
#define KERNEL_NUM_FAULTS 5

/* A kernel of a function's program, and the kind of its work-items. */
struct kernel {
    cl_kernel opencl;
    size_t item_cells;  /* of fill_runs and fill_cells (1); 0: the kernel runs along rows */
    size_t group_items; /* of fill_runs and fill_cells: work-items of a work-group */
};

/* What a kernel computes, and where its inputs and outputs are. */
struct kernel_band {
    const outerfill_function *function;
    const double *parameters; /* one for each parameter of the function */
    size_t n, m;
    struct band_rectangle r;
    cl_mem a, b;
    size_t a_index, b_index; /* where the band's first row and column stand in the buffers */
    /* A buffer for each plane, which begins plane_begin + p * plane_stride bytes behind. Only
     * programs with OUTERFILL_CALLERS_BUFFERS know plane_begin; it is 0 for others. */
    const cl_mem *planes;
    size_t plane_begin, plane_stride;
    cl_mem faults; /* if the function checks subscripts */
};

/* Sets all arguments of the kernel, in the order of kernels/fill.cl, for a launch over the band.
 * Returns the code of the first call that fails. */
cl_int kernel_set_arguments(const struct kernel *kernel, const struct kernel_band *band,
                            const struct launch *launch);

/* Returns the work-items of a work-group for fill_runs or fill_cells, on the device. */
size_t kernel_group_items(cl_kernel kernel, cl_device_id device);

#endif

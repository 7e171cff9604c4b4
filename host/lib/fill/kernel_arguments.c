/* SPDX-License-Identifier: MIT
 *
 * Sets the arguments of the kernels of kernels/fill.cl. It owns nothing, and does not know who
 * launches a kernel, nor when. */
#include "fill/kernel_arguments.h"

#include "base/dtype.h"

/* Setting stops at the first failure. */
struct arguments {
    cl_kernel kernel;
    cl_uint index;
    cl_int code;
};

static void set(struct arguments *arguments, size_t nbytes, const void *value) {
    if (arguments->code == CL_SUCCESS)
        arguments->code = clSetKernelArg(arguments->kernel, arguments->index++, nbytes, value);
}

static void set_numbers(struct arguments *arguments, const cl_ulong *numbers, size_t number) {
    for (size_t k = 0; k < number; k++) set(arguments, sizeof *numbers, &numbers[k]);
}

/* RUN_ARGUMENTS, without the buffers and the parameters. The window's begin may be a negative
 * number, which wraps around, and adding the index wraps it back. */
static void set_run(struct arguments *arguments, const struct kernel_band *band,
                    const struct launch *launch) {
    const struct band_rectangle *r = &band->r;
    const cl_ulong numbers[] = {
        r->i - band->a_index,
        r->j - band->b_index,
        band->n,
        band->m,
        band->plane_stride,
        r->num_rows * r->num_columns,
        band->a_index,
        band->a_index + r->num_rows - 1,
        band->b_index,
        band->b_index + r->num_columns,
        r->num_columns,
        launch->reciprocal,
        launch->shift,
    };
    set_numbers(arguments, numbers, sizeof numbers / sizeof *numbers);
}

/* BAND_ARGUMENTS, likewise. */
static void set_rows(struct arguments *arguments, const struct kernel_band *band,
                     const struct launch *launch) {
    const struct band_rectangle *r = &band->r;
    const cl_ulong numbers[] = {
        band->a_index,
        band->b_index,
        r->i,
        r->j,
        band->n,
        band->m,
        band->plane_stride,
        r->num_rows,
        r->num_columns,
        launch->rows_per_item,
        launch->columns_per_item,
    };
    set_numbers(arguments, numbers, sizeof numbers / sizeof *numbers);
}

static void set_parameters(struct arguments *arguments, const struct kernel_band *band) {
    const outerfill_function *function = band->function;
    for (size_t k = 0; k < function->num_parameters; k++) {
        char real[sizeof(double)];
        dtype_store(function->dtype, band->parameters[k], real);
        set(arguments, outerfill_dtype_itemsize(function->dtype), real);
    }
}

/* fill_runs has one buffer for all planes, and no faults. */
static void set_planes(struct arguments *arguments, const struct kernel_band *band,
                       bool is_one_buffer) {
    const outerfill_function *function = band->function;
    const size_t number = is_one_buffer ? 1 : function->num_planes;
    for (size_t p = 0; p < number; p++) set(arguments, sizeof(cl_mem), &band->planes[p]);
    if (function->is_checked) set(arguments, sizeof(cl_mem), &band->faults);
}

cl_int kernel_set_arguments(const struct kernel *kernel, const struct kernel_band *band,
                            const struct launch *launch) {
    struct arguments arguments = {kernel->opencl, 0, CL_SUCCESS};
    const cl_ulong plane_begin = band->plane_begin;
    set(&arguments, sizeof(cl_mem), &band->a);
    set(&arguments, sizeof(cl_mem), &band->b);
    (kernel->item_cells ? set_run : set_rows)(&arguments, band, launch);
    if (band->function->context->devices[0].is_callers) set_numbers(&arguments, &plane_begin, 1);
    set_parameters(&arguments, band);
    set_planes(&arguments, band, kernel->item_cells > 1);
    return arguments.code;
}

/* A driver that does not answer gets the usual groups. */
size_t kernel_group_items(cl_kernel kernel, cl_device_id device) {
    size_t most = 0;
    const cl_int code = clGetKernelWorkGroupInfo(kernel, device, CL_KERNEL_WORK_GROUP_SIZE,
                                                 sizeof most, &most, NULL);
    return launch_group_items(code == CL_SUCCESS && most ? most : LAUNCH_GROUP_ITEMS);
}

/* SPDX-License-Identifier: MIT
 *
 * Guards what a function keeps from fill to fill: one that goes the same way makes no kernel, and one that asks for another
 * work-item gets it. For that this program has a clCreateKernel and a clEnqueueNDRangeKernel of its own, which the library calls,
 * and which note what was made and what was launched.
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"

/* ---- Kernels, all in the thread of the test -------------------------------------------------------------------------------- */

static size_t num_created;
static char launched[100];

typedef cl_kernel create_call(cl_program, const char *, cl_int *);
typedef cl_int launch_call(cl_command_queue, cl_kernel, cl_uint, const size_t *, const size_t *,
                           const size_t *, cl_uint, const cl_event *, cl_event *);

__attribute__((visibility("default"))) cl_kernel clCreateKernel(cl_program program,
                                                                const char *name, cl_int *code) {
    create_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clCreateKernel");
    num_created++;
    return next(program, name, code);
}

__attribute__((visibility("default"))) cl_int
clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint num_dimensions,
                       const size_t *offset, const size_t *global, const size_t *local,
                       cl_uint num_events, const cl_event *events, cl_event *event) {
    launch_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clEnqueueNDRangeKernel");
    clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof launched, launched, NULL);
    return next(queue, kernel, num_dimensions, offset, global, local, num_events, events, event);
}

/* ---- The fills ------------------------------------------------------------------------------------------------------------- */

static const struct {
    outerfill_work_item work_item;
    const char *kernel;
} fills[] = {{OUTERFILL_WORK_ITEM_ROWS, "outerfill_fill_rows"},
             {OUTERFILL_WORK_ITEM_ROWS, "outerfill_fill_rows"},
             {OUTERFILL_WORK_ITEM_CELL, "outerfill_fill_cells"},
             {OUTERFILL_WORK_ITEM_CELL, "outerfill_fill_cells"},
             {OUTERFILL_WORK_ITEM_ROWS, "outerfill_fill_rows"},
             {OUTERFILL_WORK_ITEM_CELL, "outerfill_fill_cells"}};

static void check_fills(const outerfill_function *function, outerfill_transfer transfer) {
    double a[5] = {0}, b[7] = {0}, ab[2 * 5 * 7];

    for (size_t k = 0; k < NUM_ELEMENTS(fills); k++) {
        const outerfill_fill_options options = {
            .struct_nbytes = sizeof options, .transfer = transfer, .work_item = fills[k].work_item};
        const int is_same = k > 0 && fills[k].work_item == fills[k - 1].work_item;
        outerfill_error error;
        num_created = 0;
        check_ok(outerfill_fill(function, a, 5, b, 7, ab, &options, &error), &error);
        assert_string_equal(launched, fills[k].kernel);
        assert_int_equal(num_created == 0, is_same);
    }
}

static void test_work_items(void **state) {
    outerfill_context *context = check_context(NULL);
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);

    (void)state;
    check_fills(function, OUTERFILL_TRANSFER_MAPPED);
    check_fills(function, OUTERFILL_TRANSFER_STAGED);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_work_items),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

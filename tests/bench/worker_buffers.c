/* SPDX-License-Identifier: MIT
 *
 * outerfill_opencl_fill beside kernels for a + b and a * b that are written by hand, on the first OpenCL device. All of them fill
 * the same buffer of the device, in the same queue, and a repetition ends with clFinish:
 *
 *     outerfill   outerfill_opencl_fill
 *     rows        a work-item for each row, with a loop along it
 *     cells       a work-item for each cell; the driver chooses the work-groups
 *
 * The hand-written kernels get their arguments once for a case. */
#include "opencl_first.h"
#include "worker.h"

#include <outerfill_opencl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUM_VARIANTS 3
enum { OUTERFILL, ROWS, CELLS };

static const char *const variants[NUM_VARIANTS] = {"outerfill", "rows", "cells"};
static const char kernels_text[] =
    "#define ARGUMENTS __global const real *restrict a, __global const real *restrict b, \\\n"
    "                  __global real *restrict ab, const ulong n, const ulong m\n"
    "__kernel void rows(ARGUMENTS) {\n"
    "  const ulong i = get_global_id(0);\n"
    "  const real x = a[i];\n"
    "  for (ulong j = 0; j < m; j++) ab[i * m + j] = x + b[j];\n"
    "  for (ulong j = 0; j < m; j++) ab[(n + i) * m + j] = x * b[j];\n"
    "}\n"
    "__kernel void cells(ARGUMENTS) {\n"
    "  const ulong j = get_global_id(0), i = get_global_id(1);\n"
    "  ab[i * m + j] = a[i] + b[j];\n"
    "  ab[(n + i) * m + j] = a[i] * b[j];\n"
    "}\n";

static opencl_first first;
static outerfill_context *context;
static outerfill_function *function;
static cl_program program;
static cl_kernel kernels[NUM_VARIANTS]; /* none of OUTERFILL */
static cl_mem a_buffer, b_buffer, ab_buffer;

static worker_answer failed(cl_int code, char reason[REASON_NBYTES]) {
    snprintf(reason, REASON_NBYTES, "OpenCL code %d", (int)code);
    return WORKER_ERROR;
}

static cl_int create_buffers(const fill_case *opened) {
    const cl_mem_flags flags = CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR;
    cl_int code;

    a_buffer = clCreateBuffer(first.context, flags, opened->n * opened->itemsize, opened->a, &code);
    if (code == CL_SUCCESS)
        b_buffer =
            clCreateBuffer(first.context, flags, opened->m * opened->itemsize, opened->b, &code);
    if (code == CL_SUCCESS)
        ab_buffer = clCreateBuffer(first.context, CL_MEM_READ_WRITE, opened->nbytes, NULL, &code);
    return code;
}

static cl_int create_kernel(const fill_case *opened, size_t variant) {
    const cl_mem buffers[] = {a_buffer, b_buffer, ab_buffer};
    const cl_ulong numbers[] = {opened->n, opened->m};
    cl_int code;

    kernels[variant] = clCreateKernel(program, variants[variant], &code);
    for (cl_uint k = 0; k < 3 && code == CL_SUCCESS; k++)
        code = clSetKernelArg(kernels[variant], k, sizeof buffers[k], &buffers[k]);
    for (cl_uint k = 0; k < 2 && code == CL_SUCCESS; k++)
        code = clSetKernelArg(kernels[variant], 3 + k, sizeof numbers[k], &numbers[k]);
    return code;
}

static cl_int create_kernels(const fill_case *opened) {
    const char *texts[] = {opened->is_float32 ? "typedef float real;\n" : "typedef double real;\n",
                           kernels_text};
    cl_int code;

    program = clCreateProgramWithSource(first.context, 2, texts, NULL, &code);
    if (code == CL_SUCCESS) code = clBuildProgram(program, 1, &first.device, "", NULL, NULL);
    for (size_t variant = ROWS; variant < NUM_VARIANTS && code == CL_SUCCESS; variant++)
        code = create_kernel(opened, variant);
    return code;
}

static worker_answer create_function(const fill_case *opened, char reason[REASON_NBYTES]) {
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .dtype = opened->is_float32 ? OUTERFILL_FLOAT32 : OUTERFILL_FLOAT64};
    outerfill_error error;

    if ((!context && outerfill_context_from_opencl(first.context, NULL, &context, &error)) ||
        outerfill_function_create(context, &description, &function, &error)) {
        snprintf(reason, REASON_NBYTES, "%.900s", error.message);
        return WORKER_ERROR;
    }
    return WORKER_READY;
}

static worker_answer fill_outerfill(const fill_case *opened, char reason[REASON_NBYTES]) {
    const outerfill_opencl_array a = {a_buffer, 0}, b = {b_buffer, 0}, ab = {ab_buffer, 0};
    outerfill_error error;

    if (outerfill_opencl_fill(function, first.queue, a, opened->n, b, opened->m, ab, NULL, 0, NULL,
                              NULL, &error)) {
        snprintf(reason, REASON_NBYTES, "%.900s", error.message);
        return WORKER_ERROR;
    }
    return WORKER_READY;
}

static worker_answer fill(const fill_case *opened, size_t variant, char reason[REASON_NBYTES]) {
    const size_t rows[] = {opened->n}, cells[] = {opened->m, opened->n};
    cl_int code = CL_SUCCESS;

    if (variant != OUTERFILL)
        code = clEnqueueNDRangeKernel(first.queue, kernels[variant], variant == CELLS ? 2 : 1, NULL,
                                      variant == CELLS ? cells : rows, NULL, 0, NULL, NULL);
    else if (fill_outerfill(opened, reason) != WORKER_READY)
        return WORKER_ERROR;
    if (code == CL_SUCCESS) code = clFinish(first.queue);
    return code == CL_SUCCESS ? WORKER_READY : failed(code, reason);
}

/* Fills the buffer in each way. All must give the same bytes, which the case's array then has. */
static worker_answer compare(const fill_case *opened, char reason[REASON_NBYTES]) {
    const unsigned char pattern = 0xff;
    char *found = malloc(opened->nbytes);
    worker_answer answer = WORKER_READY;

    for (size_t v = 0; found && v < NUM_VARIANTS && answer == WORKER_READY; v++) {
        clEnqueueFillBuffer(first.queue, ab_buffer, &pattern, 1, 0, opened->nbytes, 0, NULL, NULL);
        answer = fill(opened, v, reason);
        const cl_int code = clEnqueueReadBuffer(first.queue, ab_buffer, CL_TRUE, 0, opened->nbytes,
                                                v ? found : opened->ab, 0, NULL, NULL);
        if (answer == WORKER_READY && code != CL_SUCCESS) answer = failed(code, reason);
        if (answer == WORKER_READY && v && memcmp(found, opened->ab, opened->nbytes) != 0) {
            snprintf(reason, REASON_NBYTES, "%s has other values than outerfill", variants[v]);
            answer = WORKER_ERROR;
        }
    }
    if (!found) answer = failed(CL_OUT_OF_HOST_MEMORY, reason);
    free(found);
    return answer;
}

static worker_answer open_buffers(const fill_case *opened, char reason[REASON_NBYTES]) {
    if (opened->work != FILL_OUTER || opened->num_planes != 2 || opened->is_fresh) {
        snprintf(reason, REASON_NBYTES, "it only has a + b and a * b, in a buffer that is there");
        return WORKER_SKIP;
    }
    cl_int code = first.context ? CL_SUCCESS : opencl_first_open(&first);
    if (code == CL_SUCCESS) code = create_buffers(opened);
    if (code == CL_SUCCESS) code = create_kernels(opened);
    if (code != CL_SUCCESS) return failed(code, reason);
    const worker_answer answer = create_function(opened, reason);
    return answer == WORKER_READY ? compare(opened, reason) : answer;
}

static void close_buffers(void) {
    cl_mem *const buffers[] = {&a_buffer, &b_buffer, &ab_buffer};

    for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++) {
        if (*buffers[k]) clReleaseMemObject(*buffers[k]);
        *buffers[k] = NULL;
    }
    for (size_t k = 0; k < NUM_VARIANTS; k++) {
        if (kernels[k]) clReleaseKernel(kernels[k]);
        kernels[k] = NULL;
    }
    if (program) clReleaseProgram(program);
    program = NULL;
    outerfill_function_destroy(function);
    function = NULL;
}

static void *allocate(size_t nbytes, int is_fresh) {
    (void)is_fresh;
    return worker_allocate_huge(nbytes);
}

int main(void) {
    const worker served = {open_buffers, fill,     close_buffers, allocate,
                           free,         variants, NUM_VARIANTS};
    const int code = worker_serve(&served);

    outerfill_context_destroy(context);
    opencl_first_close(&first);
    return code;
}

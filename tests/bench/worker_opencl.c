/* SPDX-License-Identifier: MIT
 *
 * OpenCL without the library. Its argument says which program of a user's it stands for:
 *
 *     opencl-naive    as in a first tutorial: a work-item for each cell in groups of 16 x 16, rounded up and compared with the
 *                     bounds, one device buffer for the whole output, and a read into the array
 *     opencl-bare     as little as can be called for a small array: everything prepared, the buffers wrapped around the
 *                     caller's memory; a work-item for each row
 *
 * Buffers and kernel are made once for a case, and the kernel's arguments set once. */
#include "opencl_first.h"
#include "work_text.h"
#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUP      16
#define ROUNDED(x) (((x) + GROUP - 1) / GROUP * GROUP)

static const char *const naive_frame = "  const long j = get_global_id(0), i = get_global_id(1);\n"
                                       "  if (i < n && j < m) {\n";
static const char *const bare_frame = "  const long i = get_global_id(0);\n"
                                      "  for (long j = 0; j < m; j++) {\n";

static opencl_first first;
static cl_program program;
static cl_kernel kernel;
static cl_mem a_buffer, b_buffer, ab_buffer;
static int is_bare;

static char *program_text(const fill_case *opened) {
    char *body = work_body(opened), *text = body ? malloc(strlen(body) + 2048) : NULL;

    if (text)
        sprintf(text,
                "#pragma OPENCL FP_CONTRACT OFF\n%stypedef %s real;\n"
                "__kernel void fill(__global const real *as, __global const real *bs, __global "
                "real *ab, long n, long m) {\n%s"
                "    const real strike = 100, rate = 0.02, years = 1;\n"
                "    const real a = as[i], b = bs[j];\n    real out[%zu];\n    {\n%s    }\n"
                "    for (long p = 0; p < %zu; p++) ab[(p * n + i) * m + j] = out[p];\n  }\n}\n",
                work_preamble(opened->work), opened->is_float32 ? "float" : "double",
                is_bare ? bare_frame : naive_frame, opened->num_planes, body, opened->num_planes);
    free(body);
    return text;
}

static cl_int build(const fill_case *opened) {
    char *text = program_text(opened);
    const char *flags = opened->is_float32 ? "-cl-single-precision-constant" : "";
    cl_int code = CL_OUT_OF_HOST_MEMORY;

    if (!text) return code;
    program = clCreateProgramWithSource(first.context, 1, (const char *[]){text}, NULL, &code);
    free(text);
    if (code == CL_SUCCESS) code = clBuildProgram(program, 1, &first.device, flags, NULL, NULL);
    if (code == CL_SUCCESS) kernel = clCreateKernel(program, "fill", &code);
    return code;
}

/* A buffer of the device's own, or one around the caller's memory. */
static cl_mem buffer(cl_mem_flags flags, size_t nbytes, void *memory, cl_int *code) {
    if (*code != CL_SUCCESS) return NULL;
    if (is_bare)
        return clCreateBuffer(first.context, flags | CL_MEM_USE_HOST_PTR, nbytes, memory, code);
    return clCreateBuffer(first.context, flags, nbytes, NULL, code);
}

static cl_int create_buffers(const fill_case *opened) {
    cl_int code = CL_SUCCESS;

    a_buffer = buffer(CL_MEM_READ_ONLY, opened->n * opened->itemsize, opened->a, &code);
    b_buffer = buffer(CL_MEM_READ_ONLY, opened->m * opened->itemsize, opened->b, &code);
    ab_buffer = buffer(CL_MEM_WRITE_ONLY, opened->nbytes, opened->ab, &code);
    return code;
}

static cl_int set_arguments(const fill_case *opened) {
    const cl_long n = (cl_long)opened->n, m = (cl_long)opened->m;
    cl_int code = clSetKernelArg(kernel, 0, sizeof a_buffer, &a_buffer);

    if (code == CL_SUCCESS) code = clSetKernelArg(kernel, 1, sizeof b_buffer, &b_buffer);
    if (code == CL_SUCCESS) code = clSetKernelArg(kernel, 2, sizeof ab_buffer, &ab_buffer);
    if (code == CL_SUCCESS) code = clSetKernelArg(kernel, 3, sizeof n, &n);
    if (code == CL_SUCCESS) code = clSetKernelArg(kernel, 4, sizeof m, &m);
    return code;
}

static worker_answer open_opencl(const fill_case *opened, char reason[REASON_NBYTES]) {
    cl_ulong max_nbytes = 0;
    cl_int code = first.context ? CL_SUCCESS : opencl_first_open(&first);

    if (code == CL_SUCCESS)
        code = clGetDeviceInfo(first.device, CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof max_nbytes,
                               &max_nbytes, NULL);
    if (code == CL_SUCCESS && opened->nbytes > max_nbytes) {
        snprintf(reason, REASON_NBYTES, "the device's largest buffer has %llu bytes",
                 (unsigned long long)max_nbytes);
        return WORKER_SKIP;
    }
    if (is_bare && opened->is_fresh) {
        snprintf(reason, REASON_NBYTES, "its buffers are wrapped around one array");
        return WORKER_SKIP;
    }
    if (code == CL_SUCCESS) code = build(opened);
    if (code == CL_SUCCESS) code = create_buffers(opened);
    if (code == CL_SUCCESS) code = set_arguments(opened);
    if (code == CL_SUCCESS) return WORKER_READY;
    snprintf(reason, REASON_NBYTES, "OpenCL code %d", (int)code);
    return WORKER_ERROR;
}

static cl_int fill_naive(const fill_case *opened) {
    const size_t global[2] = {ROUNDED(opened->m), ROUNDED(opened->n)}, local[2] = {GROUP, GROUP};
    cl_int code = clEnqueueWriteBuffer(first.queue, a_buffer, CL_FALSE, 0,
                                       opened->n * opened->itemsize, opened->a, 0, NULL, NULL);

    if (code == CL_SUCCESS)
        code = clEnqueueWriteBuffer(first.queue, b_buffer, CL_FALSE, 0,
                                    opened->m * opened->itemsize, opened->b, 0, NULL, NULL);
    if (code == CL_SUCCESS)
        code = clEnqueueNDRangeKernel(first.queue, kernel, 2, NULL, global, local, 0, NULL, NULL);
    if (code == CL_SUCCESS)
        code = clEnqueueReadBuffer(first.queue, ab_buffer, CL_TRUE, 0, opened->nbytes, opened->ab,
                                   0, NULL, NULL);
    return code;
}

static cl_int fill_bare(const fill_case *opened) {
    const size_t global[1] = {opened->n};
    cl_int code = clEnqueueNDRangeKernel(first.queue, kernel, 1, NULL, global, NULL, 0, NULL, NULL);

    if (code != CL_SUCCESS) return code;
    void *mapped = clEnqueueMapBuffer(first.queue, ab_buffer, CL_FALSE, CL_MAP_READ, 0,
                                      opened->nbytes, 0, NULL, NULL, &code);
    if (code == CL_SUCCESS)
        code = clEnqueueUnmapMemObject(first.queue, ab_buffer, mapped, 0, NULL, NULL);
    return code == CL_SUCCESS ? clFinish(first.queue) : code;
}

static worker_answer fill(const fill_case *opened, size_t variant, char reason[REASON_NBYTES]) {
    const cl_int code = is_bare ? fill_bare(opened) : fill_naive(opened);

    (void)variant;
    if (code == CL_SUCCESS) return WORKER_READY;
    snprintf(reason, REASON_NBYTES, "OpenCL code %d", (int)code);
    return WORKER_ERROR;
}

static void close_opencl(void) {
    cl_mem *const buffers[] = {&a_buffer, &b_buffer, &ab_buffer};

    for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++) {
        if (*buffers[k]) clReleaseMemObject(*buffers[k]);
        *buffers[k] = NULL;
    }
    if (kernel) clReleaseKernel(kernel);
    if (program) clReleaseProgram(program);
    kernel = NULL;
    program = NULL;
}

static void *allocate(size_t nbytes, int is_fresh) {
    return is_fresh ? malloc(nbytes) : worker_allocate_huge(nbytes);
}

int main(int argc, char **argv) {
    const worker served = {open_opencl, fill, close_opencl, allocate, free, NULL, 0};

    is_bare = argc > 1 && strcmp(argv[1], "opencl-bare") == 0;
    const int code = worker_serve(&served);
    opencl_first_close(&first);
    return code;
}

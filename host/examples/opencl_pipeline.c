/* SPDX-License-Identifier: MIT
 *
 * Fills a matrix in a buffer of the program's own, and hands it to a kernel of its own: the sums of
 * the rows. The matrix never leaves the device; only the sums come back. */
#include <outerfill_opencl.h>
#include <stdio.h>

#define N 1000
#define M 2000

static const char *const text = "exp(-k * a * b)";
static const char *const program_text =
    "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n"
    "__kernel void row_sums(__global const double *ab, const ulong m, __global double *sums) {\n"
    "    double sum = 0;\n"
    "    for (ulong j = 0; j < m; j++) sum += ab[get_global_id(0) * m + j];\n"
    "    sums[get_global_id(0)] = sum;\n"
    "}\n";

static double values[N + M], sums[N];

/* What the program would have without outerfill as well. */
struct own {
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
    cl_program program;
    cl_kernel row_sums;
    cl_mem inputs, ab, sums;
};

static int open_own(struct own *own) {
    cl_platform_id platforms[8];
    cl_uint num_platforms = 0;
    cl_int code = clGetPlatformIDs(8, platforms, &num_platforms);
    for (cl_uint k = 0; !code && !own->device && k < num_platforms && k < 8; k++)
        clGetDeviceIDs(platforms[k], CL_DEVICE_TYPE_ALL, 1, &own->device, NULL);
    if (!own->device) return -1;
    own->context = clCreateContext(NULL, 1, &own->device, NULL, NULL, &code);
    if (!code) own->queue = clCreateCommandQueue(own->context, own->device, 0, &code);
    if (!code)
        own->program =
            clCreateProgramWithSource(own->context, 1, (const char **)&program_text, NULL, &code);
    if (!code) code = clBuildProgram(own->program, 1, &own->device, "", NULL, NULL);
    if (!code) own->row_sums = clCreateKernel(own->program, "row_sums", &code);
    if (!code)
        own->inputs = clCreateBuffer(own->context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                                     sizeof values, values, &code);
    if (!code)
        own->ab =
            clCreateBuffer(own->context, CL_MEM_READ_WRITE, sizeof(double) * N * M, NULL, &code);
    if (!code)
        own->sums = clCreateBuffer(own->context, CL_MEM_WRITE_ONLY, sizeof sums, NULL, &code);
    return code;
}

/* Launches the program's own kernel behind the fill, and reads the sums. */
static int sum_rows(const struct own *own, cl_event filled) {
    const cl_ulong m = M;
    const size_t global = N;
    int code = clSetKernelArg(own->row_sums, 0, sizeof own->ab, &own->ab);
    if (!code) code = clSetKernelArg(own->row_sums, 1, sizeof m, &m);
    if (!code) code = clSetKernelArg(own->row_sums, 2, sizeof own->sums, &own->sums);
    if (!code)
        code = clEnqueueNDRangeKernel(own->queue, own->row_sums, 1, NULL, &global, NULL, 1, &filled,
                                      NULL);
    return code ? code
                : clEnqueueReadBuffer(own->queue, own->sums, CL_TRUE, 0, sizeof sums, sums, 0, NULL,
                                      NULL);
}

static outerfill_status fill(const struct own *own, outerfill_context **context,
                             outerfill_function **function, cl_event *filled,
                             outerfill_error *error) {
    const char *const names[] = {"k"};
    const double k[] = {0.5};
    const outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                        .num_planes = 1,
                                                        .expressions = &text,
                                                        .num_parameters = 1,
                                                        .parameter_names = names,
                                                        .parameter_values = k};
    const outerfill_opencl_array a = {own->inputs, 0}, b = {own->inputs, sizeof(double) * N},
                                 ab = {own->ab, 0};
    outerfill_status status =
        outerfill_context_from_opencl(own->context, own->device, context, error);
    if (!status) status = outerfill_function_create(*context, &description, function, error);
    return status ? status
                  : outerfill_opencl_fill(*function, own->queue, a, N, b, M, ab, NULL, 0, NULL,
                                          filled, error);
}

static void close_own(const struct own *own) {
    if (own->sums) clReleaseMemObject(own->sums);
    if (own->ab) clReleaseMemObject(own->ab);
    if (own->inputs) clReleaseMemObject(own->inputs);
    if (own->row_sums) clReleaseKernel(own->row_sums);
    if (own->program) clReleaseProgram(own->program);
    if (own->queue) clReleaseCommandQueue(own->queue);
    if (own->context) clReleaseContext(own->context);
}

int main(void) {
    struct own own = {.device = NULL};
    outerfill_context *context = NULL;
    outerfill_function *function = NULL;
    cl_event filled = NULL;
    outerfill_error error;
    for (int i = 0; i < N; i++) values[i] = 0.001 * i;
    for (int j = 0; j < M; j++) values[N + j] = 0.001 * j;
    int failed = open_own(&own);
    if (failed) printf("OpenCL refuses a call with code %d\n", failed);
    if (!failed) {
        failed = fill(&own, &context, &function, &filled, &error) != OUTERFILL_OK;
        if (failed) printf("%s\n", error.message);
    }
    if (!failed) failed = sum_rows(&own, filled);
    if (!failed) printf("sum of row 0: %g, of row 999: %g\n", sums[0], sums[999]);
    if (filled) clReleaseEvent(filled);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    close_own(&own);
    return failed ? 1 : 0;
}

/* SPDX-License-Identifier: MIT
 *
 * Renders a picture of rings of light. The brightness is computed by outerfill and never leaves the
 * device. A kernel of the program's own maps it to bytes, and only the bytes come back: a quarter
 * of the memory. The program writes them as a PGM file, opencl_image.pgm or its first argument. */
#include <outerfill_opencl.h>
#include <stdio.h>

#define N 401
#define M 601

static const char *const text = "0.5 + 0.5 * cos(a * a + b * b)";
static const char *const program_text =
    "__kernel void to_grey(__global const float *brightness, __global uchar *pixels) {\n"
    "    const size_t pixel = get_global_id(0);\n"
    "    pixels[pixel] = convert_uchar_sat_rte(255 * brightness[pixel]);\n"
    "}\n";

static float values[N + M];
static unsigned char pixels[N][M];

/* What the program would have without outerfill as well. */
struct own {
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
    cl_program program;
    cl_kernel to_grey;
    cl_mem inputs, brightness, pixels;
};

static int find_device(cl_device_id *device) {
    cl_platform_id platforms[8];
    cl_uint num_platforms = 0;
    int code = clGetPlatformIDs(8, platforms, &num_platforms);
    if (num_platforms > 8) num_platforms = 8;
    for (cl_uint k = 0; !code && !*device && k < num_platforms; k++)
        clGetDeviceIDs(platforms[k], CL_DEVICE_TYPE_ALL, 1, device, NULL);
    return *device ? code : CL_DEVICE_NOT_FOUND;
}

static int open_own(struct own *own) {
    const char *source = program_text;
    cl_int code = find_device(&own->device);
    if (!code) own->context = clCreateContext(NULL, 1, &own->device, NULL, NULL, &code);
    if (!code) own->queue = clCreateCommandQueue(own->context, own->device, 0, &code);
    if (!code) own->program = clCreateProgramWithSource(own->context, 1, &source, NULL, &code);
    if (!code) code = clBuildProgram(own->program, 1, &own->device, "", NULL, NULL);
    if (!code) own->to_grey = clCreateKernel(own->program, "to_grey", &code);
    if (!code)
        own->inputs = clCreateBuffer(own->context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                                     sizeof values, values, &code);
    if (!code)
        own->brightness = clCreateBuffer(own->context, 0, sizeof(float) * N * M, NULL, &code);
    if (!code)
        own->pixels = clCreateBuffer(own->context, CL_MEM_WRITE_ONLY, sizeof pixels, NULL, &code);
    return code;
}

static void close_own(const struct own *own) {
    if (own->pixels) clReleaseMemObject(own->pixels);
    if (own->brightness) clReleaseMemObject(own->brightness);
    if (own->inputs) clReleaseMemObject(own->inputs);
    if (own->to_grey) clReleaseKernel(own->to_grey);
    if (own->program) clReleaseProgram(own->program);
    if (own->queue) clReleaseCommandQueue(own->queue);
    if (own->context) clReleaseContext(own->context);
}

/* Enqueues the fill. Context and function may go before it is done. */
static outerfill_status enqueue_fill(const struct own *own, outerfill_error *error) {
    const outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                        .dtype = OUTERFILL_FLOAT32,
                                                        .num_planes = 1,
                                                        .expressions = &text};
    const outerfill_opencl_array a = {own->inputs, 0}, b = {own->inputs, sizeof(float) * N},
                                 ab = {own->brightness, 0};
    outerfill_context *context = NULL;
    outerfill_function *function = NULL;
    outerfill_status status =
        outerfill_context_from_opencl(own->context, own->device, &context, error);
    if (!status) status = outerfill_function_create(context, &description, &function, error);
    if (!status)
        status =
            outerfill_opencl_fill(function, own->queue, a, N, b, M, ab, NULL, 0, NULL, NULL, error);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return status;
}

/* The queue is in order, so the kernel runs behind the fill without an event. */
static int render(const struct own *own) {
    const size_t global = (size_t)N * M;
    int code = clSetKernelArg(own->to_grey, 0, sizeof own->brightness, &own->brightness);
    if (!code) code = clSetKernelArg(own->to_grey, 1, sizeof own->pixels, &own->pixels);
    if (!code)
        code =
            clEnqueueNDRangeKernel(own->queue, own->to_grey, 1, NULL, &global, NULL, 0, NULL, NULL);
    return code ? code
                : clEnqueueReadBuffer(own->queue, own->pixels, CL_TRUE, 0, sizeof pixels, pixels, 0,
                                      NULL, NULL);
}

static int write_picture(const char *path) {
    FILE *file = fopen(path, "wb");
    if (!file) return -1;
    int failed = fprintf(file, "P5\n%d %d\n255\n", M, N) < 0;
    failed |= fwrite(pixels, 1, sizeof pixels, file) < sizeof pixels;
    return fclose(file) || failed ? -1 : 0;
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "opencl_image.pgm";
    struct own own = {.device = NULL};
    outerfill_error error = {.status = OUTERFILL_OK};
    for (int i = 0; i < N; i++) values[i] = 0.02f * (float)(i - N / 2);
    for (int j = 0; j < M; j++) values[N + j] = 0.02f * (float)(j - M / 2);
    int code = open_own(&own);
    if (!code && enqueue_fill(&own, &error)) printf("%s\n", error.message);
    if (!code && !error.status) code = render(&own);
    if (code) printf("OpenCL refuses a call with code %d\n", code);
    close_own(&own);
    if (code || error.status) return 1;
    if (write_picture(path)) return perror(path), 1;
    printf("%s: middle %d, 150 rows below %d, corner %d\n", path, pixels[200][300],
           pixels[350][300], pixels[0][0]);
    return 0;
}

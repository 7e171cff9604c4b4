/* SPDX-License-Identifier: MIT */
#include "gpu_case.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"

/* ---- Cases ---- */

#define MOST_CASES 16
static const char *program_path;

static void start(const struct gpu_case *started, const char *log) {
    setenv("OUTERFILL_DISCRETE", started->settings, 1);
    setenv("OUTERFILL_DISCRETE_LOG", log, 1);
    setenv("POCL_DEVICES", "pthread pthread", 1);
    execl(program_path, program_path, started->name, (char *)NULL);
    _exit(127);
}

static void check_log(const char *path, const char *expected) {
    static char text[1 << 16];
    FILE *log = fopen(path, "r");
    assert_non_null(log); /* or the layer is not loaded: OPENCL_LAYERS must name it */
    text[fread(text, 1, sizeof text - 1, log)] = '\0';
    fclose(log);
    unlink(path);
    check_contains(text, "loaded\n");
    check_contains(text, "\nend\n");
    if (expected) check_contains(text, expected);
}

/* The test of a case: it runs in another process. */
static void run_in_process(void **state) {
    const struct gpu_case *tested = *state;
    const char *log = scratch_path("%s", tested->name);
    int status = -1;
    unlink(log);
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) start(tested, log);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    check_log(log, tested->log);
}

static void run_here(void **state) {
    const struct gpu_case *tested = *state;
    tested->run();
}

static int open_scratch(void **state) {
    (void)state;
    scratch_create();
    return 0;
}

static int close_scratch(void **state) {
    (void)state;
    scratch_remove();
    return 0;
}

int gpu_cases_run(int argc, char **argv, const struct gpu_case *cases, size_t num_cases) {
    struct CMUnitTest tests[MOST_CASES] = {{.name = NULL}};
    size_t num_tests = 0;
    const bool is_here = argc > 1;
    program_path = argv[0];
    for (size_t k = 0; k < num_cases && num_tests < MOST_CASES; k++)
        if (!is_here || strcmp(argv[1], cases[k].name) == 0)
            tests[num_tests++] =
                (struct CMUnitTest){.name = cases[k].name,
                                    .test_func = is_here ? run_here : run_in_process,
                                    .initial_state = (void *)(size_t)&cases[k]};
    return _cmocka_run_group_tests("cases", tests, num_tests, is_here ? NULL : open_scratch,
                                   is_here ? NULL : close_scratch)
               ? 1
               : 0;
}

/* ---- Devices ---- */

#define MOST 8

cl_device_id gpu_find(size_t k) {
    cl_platform_id platforms[MOST];
    cl_device_id devices[MOST];
    cl_uint num_platforms = 0, num_devices = 0;
    assert_int_equal(clGetPlatformIDs(MOST, platforms, &num_platforms), CL_SUCCESS);
    for (cl_uint p = 0; p < num_platforms; p++) {
        if (clGetDeviceIDs(platforms[p], CL_DEVICE_TYPE_ALL, MOST, devices, &num_devices)) continue;
        if (k < num_devices) return devices[k];
        k -= num_devices;
    }
    fail_msg("there are too few devices");
    return NULL;
}

static cl_platform_id platform_of(cl_device_id device) {
    cl_platform_id platform = NULL;
    clGetDeviceInfo(device, CL_DEVICE_PLATFORM, sizeof platform, &platform, NULL);
    return platform;
}

cl_context gpu_context(size_t k, cl_int *code) {
    const cl_device_id device = gpu_find(k);
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                (cl_context_properties)platform_of(device), 0};
    return clCreateContext(properties, 1, &device, NULL, NULL, code);
}

struct gpu gpu_open(size_t k) {
    const char *text = "__kernel void put(__global uint *x, uint value) {"
                       " x[get_global_id(0)] = value; }";
    struct gpu gpu = {.device = gpu_find(k)};
    cl_int code;
    gpu.platform = platform_of(gpu.device);
    gpu.context = gpu_context(k, &code);
    assert_int_equal(code, CL_SUCCESS);
    gpu.queue = clCreateCommandQueue(gpu.context, gpu.device, 0, &code);
    assert_int_equal(code, CL_SUCCESS);
    gpu.program = clCreateProgramWithSource(gpu.context, 1, &text, NULL, &code);
    assert_int_equal(code, CL_SUCCESS);
    assert_int_equal(clBuildProgram(gpu.program, 1, &gpu.device, "", NULL, NULL), CL_SUCCESS);
    gpu.put = clCreateKernel(gpu.program, "put", &code);
    assert_int_equal(code, CL_SUCCESS);
    return gpu;
}

void gpu_close(struct gpu *gpu) {
    assert_int_equal(clReleaseKernel(gpu->put), CL_SUCCESS);
    assert_int_equal(clReleaseProgram(gpu->program), CL_SUCCESS);
    assert_int_equal(clReleaseCommandQueue(gpu->queue), CL_SUCCESS);
    assert_int_equal(clReleaseContext(gpu->context), CL_SUCCESS);
}

cl_mem gpu_buffer(const struct gpu *gpu, cl_mem_flags flags, size_t nbytes, void *host) {
    cl_int code;
    const cl_mem buffer = clCreateBuffer(gpu->context, flags, nbytes, host, &code);
    assert_int_equal(code, CL_SUCCESS);
    return buffer;
}

cl_int gpu_put(const struct gpu *gpu, cl_mem buffer, cl_uint value, size_t num_items, size_t group,
               cl_event *event) {
    cl_int code = clSetKernelArg(gpu->put, 0, sizeof buffer, &buffer);
    if (code == CL_SUCCESS) code = clSetKernelArg(gpu->put, 1, sizeof value, &value);
    return code ? code
                : clEnqueueNDRangeKernel(gpu->queue, gpu->put, 1, NULL, &num_items, &group, 0, NULL,
                                         event);
}

const char *gpu_text(cl_device_id device, cl_device_info what) {
    static char text[4096];
    assert_int_equal(clGetDeviceInfo(device, what, sizeof text, text, NULL), CL_SUCCESS);
    return text;
}

cl_uint gpu_number(cl_device_id device, cl_device_info what) {
    cl_uint number = 0;
    assert_int_equal(clGetDeviceInfo(device, what, sizeof number, &number, NULL), CL_SUCCESS);
    return number;
}

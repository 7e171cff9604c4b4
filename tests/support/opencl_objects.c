/* SPDX-License-Identifier: MIT */
#include "opencl_objects.h"

#include "checks.h"

#define MOST_PLATFORMS 8

struct opencl_objects opencl_objects_open(void) {
    struct opencl_objects objects = {.device = NULL};
    cl_platform_id platforms[MOST_PLATFORMS];
    cl_uint num_platforms = 0;
    cl_int code = clGetPlatformIDs(MOST_PLATFORMS, platforms, &num_platforms);
    assert_int_equal(code, CL_SUCCESS);
    for (cl_uint k = 0; !objects.device && k < num_platforms && k < MOST_PLATFORMS; k++)
        clGetDeviceIDs(platforms[k], CL_DEVICE_TYPE_ALL, 1, &objects.device, NULL);
    assert_non_null(objects.device);
    objects.context = clCreateContext(NULL, 1, &objects.device, NULL, NULL, &code);
    assert_int_equal(code, CL_SUCCESS);
    objects.queue = clCreateCommandQueue(objects.context, objects.device, 0, &code);
    assert_int_equal(code, CL_SUCCESS);
    return objects;
}

void opencl_objects_close(const struct opencl_objects *objects) {
    assert_int_equal(clReleaseCommandQueue(objects->queue), CL_SUCCESS);
    assert_int_equal(clReleaseContext(objects->context), CL_SUCCESS);
}

cl_mem opencl_buffer(cl_context context, cl_mem_flags flags, size_t nbytes) {
    cl_int code;
    const cl_mem buffer = clCreateBuffer(context, flags, nbytes, NULL, &code);
    assert_int_equal(code, CL_SUCCESS);
    return buffer;
}

/* SPDX-License-Identifier: MIT */
#include "opencl_first.h"

#include <string.h>

cl_int opencl_first_open(opencl_first *first) {
    cl_platform_id platform = NULL;

    memset(first, 0, sizeof *first);
    cl_int code = clGetPlatformIDs(1, &platform, NULL);
    if (code == CL_SUCCESS)
        code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &first->device, NULL);
    if (code == CL_SUCCESS)
        first->context = clCreateContext(NULL, 1, &first->device, NULL, NULL, &code);
    if (code == CL_SUCCESS)
        first->queue = clCreateCommandQueue(first->context, first->device, 0, &code);
    if (code != CL_SUCCESS) opencl_first_close(first);
    return code;
}

void opencl_first_close(opencl_first *first) {
    if (first->queue) clReleaseCommandQueue(first->queue);
    if (first->context) clReleaseContext(first->context);
    memset(first, 0, sizeof *first);
}

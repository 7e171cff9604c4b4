/* SPDX-License-Identifier: MIT
 *
 * An OpenCL program that does nothing but open a device, to compare the command's start with: prints "ok" and exits. */
#include "opencl_first.h"

#include <stdio.h>

int main(void) {
    opencl_first first;
    const cl_int code = opencl_first_open(&first);

    if (code != CL_SUCCESS) {
        fprintf(stderr, "no OpenCL device (%d)\n", (int)code);
        return 1;
    }
    opencl_first_close(&first);
    puts("ok");
    return 0;
}

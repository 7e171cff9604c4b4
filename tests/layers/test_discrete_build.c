/* SPDX-License-Identifier: MIT
 *
 * Build logs of the model of a discrete GPU: those of NVIDIA's compiler. */
#include <string.h>

#include "gpu_case.h"

static char text[4096];

static cl_int build(const char *source) {
    cl_int code;
    const cl_device_id device = gpu_find(0);
    const cl_context context = gpu_context(0, &code);
    const cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, &code);
    assert_int_equal(code, CL_SUCCESS);
    code = clBuildProgram(program, 1, &device, "-cl-std=CL1.2", NULL, NULL);
    assert_int_equal(
        clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, sizeof text, text, NULL), 0);
    clReleaseProgram(program);
    clReleaseContext(context);
    return code;
}

/* The error stands in line 4 of the program, whatever #line says. */
static void test_lines(void) {
    assert_int_equal(build("__kernel void f(__global int *x) {\n"
                           "#line 1 \"plane 0\"\n"
                           "    x[0] = 1;\n"
                           "    x[1] = y; }\n"),
                     CL_BUILD_PROGRAM_FAILURE);
    assert_string_equal(text, "<kernel>:4:12: error: use of undeclared identifier 'y'\n");
}

static void test_undeclared_function(void) {
    assert_int_equal(build("__kernel void f(__global int *x) {\n"
                           "    x[0] = nosuch(1) + other (2);\n"
                           "}\n"),
                     CL_BUILD_PROGRAM_FAILURE);
    assert_string_equal(text,
                        "<kernel>:2:12: warning: implicit declaration of function 'nosuch' is "
                        "invalid in OpenCL\n"
                        "<kernel>:2:24: warning: implicit declaration of function 'other' is "
                        "invalid in OpenCL\n"
                        "ptxas fatal   : Unresolved extern function 'nosuch'\n");
}

/* PoCL takes the name for a misspelled `for`, and goes on about that. */
static void test_like_a_keyword(void) {
    assert_int_equal(build("__kernel void f(__global int *x) {\n"
                           "    x[0] = foo(1);\n"
                           "}\n"),
                     CL_BUILD_PROGRAM_FAILURE);
    assert_string_equal(text, "<kernel>:2:12: warning: implicit declaration of function 'foo' is "
                              "invalid in OpenCL\n"
                              "ptxas fatal   : Unresolved extern function 'foo'\n");
}

/* With another error the build does not come to ptxas. */
static void test_both(void) {
    assert_int_equal(build("__kernel void f(__global int *x) {\n"
                           "    x[0] = nosuch(y);\n"
                           "}\n"),
                     CL_BUILD_PROGRAM_FAILURE);
    check_contains(text, "<kernel>:2:19: error: use of undeclared identifier 'y'\n");
    check_contains(text, "warning: implicit declaration of function 'nosuch'");
    assert_null(strstr(text, "ptxas"));
}

static void test_right(void) {
    assert_int_equal(build("__kernel void f(__global int *x) { x[0] = 1; }"), CL_SUCCESS);
    assert_string_equal(text, "");
}

int main(int argc, char **argv) {
    static const struct gpu_case cases[] = {
        {"lines", "gpu,nvidia-log", test_lines, NULL},
        {"undeclared_function", "gpu,nvidia-log", test_undeclared_function, NULL},
        {"like_a_keyword", "gpu,nvidia-log", test_like_a_keyword, NULL},
        {"both", "gpu,nvidia-log", test_both, NULL},
        {"right", "gpu,nvidia-log", test_right, NULL},
    };
    return gpu_cases_run(argc, argv, cases, NUM_ELEMENTS(cases));
}

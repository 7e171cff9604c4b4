/* SPDX-License-Identifier: MIT
 *
 * Guards options.memory_nbytes where results do not tell whether it is heeded: all buffers that are there at once have no more
 * bytes, whatever the way of the results, the shape and the number of planes. For that this program has a clCreateBuffer and a
 * clReleaseMemObject of its own, which the library calls.
 * */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "device_line.h"

/* ---- Buffers, all made in the thread of the test ------------------------------------------------------------------------- */

#define MAX_BUFFERS 1000

static struct {
    cl_mem buffer;
    size_t nbytes;
} buffers[MAX_BUFFERS];
static size_t num_buffers, nbytes_now, most_nbytes;

typedef cl_mem create_call(cl_context, cl_mem_flags, size_t, void *, cl_int *);
typedef cl_int release_call(cl_mem);

__attribute__((visibility("default"))) cl_mem clCreateBuffer(cl_context opencl, cl_mem_flags flags,
                                                             size_t nbytes, void *host,
                                                             cl_int *code) {
    create_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clCreateBuffer");
    const cl_mem buffer = next(opencl, flags, nbytes, host, code);
    assert_in_range(num_buffers, 0, MAX_BUFFERS - 1);
    buffers[num_buffers].buffer = buffer;
    buffers[num_buffers++].nbytes = nbytes;
    nbytes_now += nbytes;
    if (nbytes_now > most_nbytes) most_nbytes = nbytes_now;
    return buffer;
}

__attribute__((visibility("default"))) cl_int clReleaseMemObject(cl_mem buffer) {
    release_call *next;
    size_t k = 0;
    *(void **)&next = dlsym(RTLD_NEXT, "clReleaseMemObject");
    while (k < num_buffers && buffers[k].buffer != buffer) k++;
    assert_in_range(k, 0, num_buffers - 1);
    nbytes_now -= buffers[k].nbytes;
    buffers[k] = buffers[--num_buffers];
    return next(buffer);
}

/* ---- The fills ------------------------------------------------------------------------------------------------------------- */

static outerfill_context *context;

static const char *const expressions[] = {"a + b", "a - b", "a * b", "b - a",
                                          "a + 1", "b + 1", "a + 2", "b + 2"};
static const size_t numbers_of_planes[] = {1, 2, 8};
static const size_t limits[] = {64 << 10, 1 << 20, 3000001};
static const size_t shapes[][2] = {{1009, 1013}, {1, 600011}, {600011, 1}, {3, 200003}};

static void check_limit(const outerfill_function *function, size_t k, size_t limit,
                        outerfill_transfer transfer) {
    const size_t n = shapes[k][0], m = shapes[k][1],
                 num_planes = outerfill_function_num_planes(function);
    const outerfill_fill_options options = {
        .struct_nbytes = sizeof options, .memory_nbytes = limit, .transfer = transfer};
    double *a = calloc(n, sizeof *a), *b = calloc(m, sizeof *b),
           *ab = calloc(num_planes * n * m, sizeof *ab);
    outerfill_error error;

    assert_true(a && b && ab);
    most_nbytes = 0; /* what an earlier fill has left counts when the first buffer is made */
    check_ok(outerfill_fill(function, a, n, b, m, ab, &options, &error), &error);
    if (most_nbytes > limit)
        print_error("%zu planes of (%zu, %zu) within %zu bytes: %zu bytes at once\n", num_planes, n,
                    m, limit, most_nbytes);
    assert_in_range(most_nbytes, limit / 50, limit); /* some are made, or nothing was looked at */
    free(a);
    free(b);
    free(ab);
}

static void check_limits(outerfill_transfer transfer) {
    for (size_t p = 0; p < NUM_ELEMENTS(numbers_of_planes); p++) {
        outerfill_function *function =
            check_function(context, OUTERFILL_FLOAT64, numbers_of_planes[p], expressions);
        for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++)
            for (size_t l = 0; l < NUM_ELEMENTS(limits); l++)
                check_limit(function, k, limits[l], transfer);
        outerfill_function_destroy(function);
    }
}

static void test_mapped(void **state) {
    (void)state;
    check_limits(OUTERFILL_TRANSFER_MAPPED);
}

static void test_staged(void **state) {
    (void)state;
    check_limits(OUTERFILL_TRANSFER_STAGED);
}

static int open_context(void **state) {
    (void)state;
    context = check_context(NULL);
    return 0;
}

static int close_context(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mapped),
        cmocka_unit_test(test_staged),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

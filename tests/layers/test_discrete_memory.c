/* SPDX-License-Identifier: MIT
 *
 * The memory of the model of a discrete GPU: shadows, limits, what new memory holds, and addresses
 * that reads refuse. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "gpu_case.h"

#define NBYTES (NUM_ELEMENTS_PUT * sizeof(cl_uint))

/* Results reach the host by a map, and the host's by an unmapping. */
static void test_shadow(void) {
    struct gpu gpu = gpu_open(0);
    cl_uint *host = check_malloc(NBYTES), found = 0;
    cl_int code;
    memset(host, 0, NBYTES);
    const cl_mem buffer = gpu_buffer(&gpu, CL_MEM_USE_HOST_PTR, NBYTES, host);
    assert_int_equal(gpu_put(&gpu, buffer, 7, NUM_ELEMENTS_PUT, 1, NULL), CL_SUCCESS);
    assert_int_equal(clFinish(gpu.queue), CL_SUCCESS);
    assert_int_equal(host[5], 0);
    cl_uint *view = clEnqueueMapBuffer(gpu.queue, buffer, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 4,
                                       NBYTES - 4, 0, NULL, NULL, &code);
    assert_ptr_equal(view, host + 1);
    assert_int_equal(host[0], 0);
    assert_int_equal(host[5], 7);
    host[5] = 8;
    assert_int_equal(clEnqueueUnmapMemObject(gpu.queue, buffer, view, 0, NULL, NULL), CL_SUCCESS);
    assert_int_equal(clEnqueueReadBuffer(gpu.queue, buffer, CL_TRUE, 20, 4, &found, 0, NULL, NULL),
                     CL_SUCCESS);
    assert_int_equal(found, 8);
    clReleaseMemObject(buffer);
    gpu_close(&gpu);
    free(host);
}

static cl_int code_of(const struct gpu *gpu, cl_mem_flags flags, void *host, size_t nbytes) {
    cl_int code;
    const cl_mem buffer = clCreateBuffer(gpu->context, flags, nbytes, host, &code);
    if (buffer) clReleaseMemObject(buffer);
    return code;
}

static void test_read_only(void) {
    struct gpu gpu = gpu_open(0);
    char *memory = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const cl_mem_flags flags = CL_MEM_USE_HOST_PTR | CL_MEM_READ_ONLY;
    assert_int_equal(code_of(&gpu, flags, memory, 8192), CL_SUCCESS);
    assert_int_equal(mprotect(memory + 4096, 4096, PROT_READ), 0);
    assert_int_equal(code_of(&gpu, flags, memory, 4096), CL_SUCCESS);
    assert_int_equal(code_of(&gpu, flags, memory, 4097), CL_OUT_OF_HOST_MEMORY);
    assert_int_equal(code_of(&gpu, flags, memory + 4096, 1), CL_OUT_OF_HOST_MEMORY);
    assert_int_equal(code_of(&gpu, flags | CL_MEM_HOST_NO_ACCESS, memory, 8192), CL_SUCCESS);
    assert_int_equal(code_of(&gpu, flags | CL_MEM_HOST_READ_ONLY, memory, 8192), CL_SUCCESS);
    assert_int_equal(code_of(&gpu, CL_MEM_COPY_HOST_PTR | CL_MEM_READ_ONLY, memory, 8192),
                     CL_SUCCESS);
    munmap(memory, 8192);
    gpu_close(&gpu);
}

/* Of three buffers of 1 MiB two find room, from the first launch until the release. */
static void test_limit(void) {
    struct gpu gpu = gpu_open(0);
    cl_mem buffers[3];
    for (size_t k = 0; k < 3; k++) buffers[k] = gpu_buffer(&gpu, 0, NBYTES, NULL);
    assert_int_equal(gpu_put(&gpu, buffers[0], 7, 64, 1, NULL), CL_SUCCESS);
    assert_int_equal(gpu_put(&gpu, buffers[1], 7, 64, 1, NULL), CL_SUCCESS);
    assert_int_equal(gpu_put(&gpu, buffers[2], 7, 64, 1, NULL), CL_MEM_OBJECT_ALLOCATION_FAILURE);
    assert_int_equal(gpu_put(&gpu, buffers[0], 7, 64, 1, NULL), CL_SUCCESS);
    clReleaseMemObject(buffers[0]);
    assert_int_equal(gpu_put(&gpu, buffers[2], 7, 64, 1, NULL), CL_SUCCESS);
    clReleaseMemObject(buffers[1]);
    clReleaseMemObject(buffers[2]);
    gpu_close(&gpu);
}

static void test_dirty(void) {
    struct gpu gpu = gpu_open(0);
    cl_uint found = 0, given = 5;
    const cl_mem_flags flags[] = {0, CL_MEM_ALLOC_HOST_PTR, CL_MEM_COPY_HOST_PTR};
    for (size_t k = 0; k < NUM_ELEMENTS(flags); k++) {
        const cl_mem buffer = gpu_buffer(&gpu, flags[k], 4, k == 2 ? &given : NULL);
        assert_int_equal(
            clEnqueueReadBuffer(gpu.queue, buffer, CL_TRUE, 0, 4, &found, 0, NULL, NULL), 0);
        assert_int_equal(found, k == 2 ? given : 0xFFFFFFFF);
        clReleaseMemObject(buffer);
    }
    gpu_close(&gpu);
}

static cl_int read_code(const struct gpu *gpu, cl_mem buffer, void *to) {
    return clEnqueueReadBuffer(gpu->queue, buffer, CL_TRUE, 0, 64, to, 0, NULL, NULL);
}

static void test_aligned_reads(void) {
    struct gpu gpu = gpu_open(0);
    _Alignas(64) char host[128];
    const cl_mem buffer = gpu_buffer(&gpu, 0, 64, NULL);
    assert_int_equal(read_code(&gpu, buffer, host), CL_SUCCESS);
    assert_int_equal(read_code(&gpu, buffer, host + 8), CL_INVALID_VALUE);
    clReleaseMemObject(buffer);
    gpu_close(&gpu);
}

static void test_mapped_reads(void) {
    struct gpu gpu = gpu_open(0);
    cl_int code;
    char host[64];
    const cl_mem buffer = gpu_buffer(&gpu, 0, 64, NULL),
                 pinned = gpu_buffer(&gpu, CL_MEM_ALLOC_HOST_PTR, 128, NULL);
    char *view = clEnqueueMapBuffer(gpu.queue, pinned, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0, 128,
                                    0, NULL, NULL, &code);
    assert_int_equal(code, CL_SUCCESS);
    assert_int_equal(read_code(&gpu, buffer, host), CL_SUCCESS);
    assert_int_equal(read_code(&gpu, buffer, view + 64), CL_OUT_OF_RESOURCES);
    assert_int_equal(clEnqueueUnmapMemObject(gpu.queue, pinned, view, 0, NULL, NULL), CL_SUCCESS);
    clReleaseMemObject(pinned);
    clReleaseMemObject(buffer);
    gpu_close(&gpu);
}

/* A blocking write of one queue comes behind the kernel of another one, unless its queue is finished. */
static void test_late_writes(void) {
    struct gpu gpu = gpu_open(0);
    cl_int code;
    const cl_command_queue other = clCreateCommandQueue(gpu.context, gpu.device, 0, &code);
    const cl_mem buffer = gpu_buffer(&gpu, 0, 64 * sizeof(cl_uint), NULL);
    const cl_uint early = 9;
    for (int is_finished = 0; is_finished < 2; is_finished++) {
        cl_uint found = 0;
        assert_int_equal(
            clEnqueueWriteBuffer(other, buffer, CL_TRUE, 0, sizeof early, &early, 0, NULL, NULL),
            CL_SUCCESS);
        if (is_finished) assert_int_equal(clFinish(other), CL_SUCCESS);
        assert_int_equal(gpu_put(&gpu, buffer, 7, 64, 1, NULL), CL_SUCCESS);
        assert_int_equal(clFinish(gpu.queue), CL_SUCCESS);
        assert_int_equal(
            clEnqueueReadBuffer(other, buffer, CL_TRUE, 0, sizeof found, &found, 0, NULL, NULL),
            CL_SUCCESS);
        assert_int_equal(found, is_finished ? 7 : early);
    }
    clReleaseCommandQueue(other);
    clReleaseMemObject(buffer);
    gpu_close(&gpu);
}

int main(int argc, char **argv) {
    static const struct gpu_case cases[] = {
        {"shadow", "gpu,shadow", test_shadow, "copy 0 map pageable 1048572 0\ncopy 0 unmap"},
        {"read_only", "gpu,no-read-only", test_read_only, NULL},
        {"limit", "gpu,memory=2", test_limit, "launch 0 put 64 1 -4\n"},
        {"limit_of_free", "gpu,memory=64,free=2", test_limit, "launch 0 put 64 1 -4\n"},
        {"dirty", "gpu,dirty", test_dirty, NULL},
        {"aligned_reads", "gpu,reads=aligned", test_aligned_reads, "read pageable 64 -30\n"},
        {"mapped_reads", "integrated,no-mapped-reads", test_mapped_reads, "read pinned 64 -5\n"},
        {"late_writes", "gpu,late-writes", test_late_writes, NULL},
    };
    return gpu_cases_run(argc, argv, cases, NUM_ELEMENTS(cases));
}

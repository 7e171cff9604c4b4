/* SPDX-License-Identifier: MIT
 *
 * Guards index arithmetic: a plane of more than 2^31 cells, both transfers and both kernels. Its 9 GiB are one block of 64 MiB of
 * memory, mapped again and again behind itself, so that the test needs no large machine; bands are done in order on one device,
 * and what stands in the block at the end are the plane's last cells, all of them beyond 2^31. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"

#define N            50000u /* N * N = 2^31 + 3.5e8, more than a band */
#define BLOCK_NBYTES ((size_t)64 << 20)

static outerfill_context *context;

/* The plane, and a block more to begin in, so that its end is the block's end. */
static char *map_plane(size_t plane_nbytes, size_t *mapped_nbytes) {
    const int block = memfd_create("block", MFD_CLOEXEC);
    *mapped_nbytes = (plane_nbytes / BLOCK_NBYTES + 1) * BLOCK_NBYTES;
    assert_int_equal(ftruncate(block, (off_t)BLOCK_NBYTES), 0);
    char *mapped =
        mmap(NULL, *mapped_nbytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(mapped != MAP_FAILED);
    for (size_t begin = 0; begin < *mapped_nbytes; begin += BLOCK_NBYTES)
        assert_true(mmap(mapped + begin, BLOCK_NBYTES, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_FIXED, block, 0) != MAP_FAILED);
    close(block);
    return mapped;
}

static size_t num_wrong(const float *plane, size_t first, size_t end) {
    size_t wrong = 0;
    for (size_t cell = first; cell < end; cell++) {
        const float expected = (float)(cell / N) - 2 * (float)(cell % N) + (float)(cell % 65536);
        if (plane[cell] == expected) continue;
        if (wrong++ == 0)
            print_error("cell %zu (%zu, %zu): %a instead of %a\n", cell, cell / N, cell % N,
                        (double)plane[cell], (double)expected);
    }
    return wrong;
}

static void check_fill(outerfill_transfer transfer, outerfill_work_item work_item) {
    static const char *const expressions[] = {"a - 2 * b + (i * m + j) % 65536"};
    static float a[N], b[N];
    const size_t num_cells = (size_t)N * N, plane_nbytes = num_cells * sizeof(float);
    const outerfill_fill_options options = {
        .struct_nbytes = sizeof options, .transfer = transfer, .work_item = work_item};
    size_t mapped_nbytes;
    char *mapped = map_plane(plane_nbytes, &mapped_nbytes);
    float *plane = (float *)(void *)(mapped + mapped_nbytes - plane_nbytes);
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT32, 1, expressions);
    outerfill_error error;
    for (size_t k = 0; k < N; k++) a[k] = b[k] = (float)k;
    check_ok(outerfill_fill(function, a, N, b, N, plane, &options, &error), &error);
    assert_int_equal(num_wrong(plane, num_cells - BLOCK_NBYTES / sizeof(float), num_cells), 0);
    outerfill_function_destroy(function);
    munmap(mapped, mapped_nbytes);
}

static void test_mapped_rows(void **state) {
    (void)state;
    check_fill(OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_ROWS);
}

static void test_mapped_cells(void **state) {
    (void)state;
    check_fill(OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_CELL);
}

static void test_staged(void **state) {
    (void)state;
    check_fill(OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_AUTO);
}

/* One device: of two, one may be late with a band in the middle. */
static int open_context(void **state) {
    outerfill_context *any = check_context(NULL);
    char id[sizeof outerfill_context_device(any, 0)->id];
    (void)state;
    snprintf(id, sizeof id, "%s", outerfill_context_device(any, 0)->id);
    context = check_context(id);
    outerfill_context_destroy(any);
    return 0;
}

static int close_context(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mapped_rows),
        cmocka_unit_test(test_mapped_cells),
        cmocka_unit_test(test_staged),
    };
    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

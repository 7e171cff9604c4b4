/* SPDX-License-Identifier: MIT
 *
 * Guards outerfill_alloc and outerfill_free: alignment to 64 bytes, and to 2 MiB from 4 MiB on; every byte usable; no bytes give
 * a pointer; absurd sizes give NULL, also those that overflow when they are rounded up. And that an array from it is filled
 * right. No assertion on huge pages: whether the system has them is not the library's doing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"

#define MIB ((size_t)1 << 20)

/* The sanitizers' allocators end the program where malloc gives NULL, unless they are told not to; they look for these. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
__attribute__((visibility("default"))) const char *__tsan_default_options(void);

const char *__asan_default_options(void) {
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void) {
    return "allocator_may_return_null=1";
}

static const struct {
    size_t nbytes, alignment;
} sizes[] = {
    {0, 1},
    {1, 64},
    {8, 64},
    {63, 64},
    {64, 64},
    {65, 64},
    {4095, 64},
    {4096, 64},
    {1000000, 64},
    {4 * MIB - 1, 64},
    {4 * MIB, 2 * MIB},
    {4 * MIB + 1, 2 * MIB},
    {5 * MIB, 2 * MIB},
    {64 * MIB + 8, 2 * MIB},
};

static void test_sizes_and_alignment(void **state) {
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(sizes); k++) {
        unsigned char *memory = outerfill_alloc(sizes[k].nbytes);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % sizes[k].alignment, 0);
        memset(memory, 0xa5, sizes[k].nbytes);
        for (size_t at = 0; at < sizes[k].nbytes; at++) assert_true(memory[at] == 0xa5);
        outerfill_free(memory);
    }
}

/* All at once, each with its own bytes, freed in another order. */
static void test_allocations_are_distinct(void **state) {
    unsigned char *memory[NUM_ELEMENTS(sizes)];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(sizes); k++) {
        memory[k] = outerfill_alloc(sizes[k].nbytes);
        assert_non_null(memory[k]);
        memset(memory[k], (int)k, sizes[k].nbytes);
    }
    for (size_t k = 0; k < NUM_ELEMENTS(sizes); k++)
        for (size_t at = 0; at < sizes[k].nbytes; at += 61) assert_true(memory[k][at] == k);
    for (size_t k = 0; k < NUM_ELEMENTS(sizes); k += 2) outerfill_free(memory[k]);
    for (size_t k = 1; k < NUM_ELEMENTS(sizes); k += 2) outerfill_free(memory[k]);
}

static void test_absurd_sizes(void **state) {
    static const size_t absurd[] = {SIZE_MAX,        SIZE_MAX - 1,     SIZE_MAX - 63,
                                    SIZE_MAX - 64,   SIZE_MAX - 4095,  SIZE_MAX - 2 * MIB,
                                    SIZE_MAX / 2,    SIZE_MAX / 2 + 1, SIZE_MAX - 4 * MIB,
                                    (size_t)1 << 62, (size_t)1 << 60,  (size_t)1 << 56};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(absurd); k++) assert_null(outerfill_alloc(absurd[k]));
}

static void test_free_null(void **state) {
    (void)state;
    outerfill_free(NULL);
}

/* Again and again, as a program does that does not know better: memory must come back. 200 x 64 MiB are more than a machine of
 * 12 GiB has, and more than one has left that keeps them. */
static void test_memory_comes_back(void **state) {
    (void)state;
    for (size_t k = 0; k < 200; k++) {
        unsigned char *memory = outerfill_alloc(64 * MIB);
        assert_non_null(memory);
        for (size_t at = 0; at < 64 * MIB; at += 4096) memory[at] = 1;
        outerfill_free(memory);
    }
}

static void test_fill_of_allocated_arrays(void **state) {
    enum { n = 701, m = 709 };
    double *a = outerfill_alloc(n * sizeof *a), *b = outerfill_alloc(m * sizeof *b),
           *ab = outerfill_alloc(2 * sizeof *ab * n * m);
    oracle_problem problem = {OUTERFILL_FLOAT64, a, n, b, m, NULL};
    outerfill_error error;

    (void)state;
    assert_true(a != NULL && b != NULL && ab != NULL);
    oracle_plain(OUTERFILL_FLOAT64, a, n, 121);
    oracle_plain(OUTERFILL_FLOAT64, b, m, 122);
    check_ok(outerfill(a, n, b, m, ab, &error), &error);
    assert_int_equal(oracle_check(&oracle_default, &problem, ab, "arrays from outerfill_alloc"), 0);
    outerfill_free(a);
    outerfill_free(b);
    outerfill_free(ab);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_and_alignment), cmocka_unit_test(test_allocations_are_distinct),
        cmocka_unit_test(test_absurd_sizes),        cmocka_unit_test(test_free_null),
        cmocka_unit_test(test_memory_comes_back),   cmocka_unit_test(test_fill_of_allocated_arrays),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

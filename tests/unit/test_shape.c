/* SPDX-License-Identifier: MIT
 *
 * Guards the sizes of arrays: the product of four factors is right, or refused as soon as it passes PTRDIFF_MAX bytes, however
 * it would wrap around in 64 bits; an array with a zero among its factors is empty, whatever the others are.
 */
#include <stdint.h>

#include "checks.h"
#include "base/shape.h"

#define MAX_NBYTES ((size_t)PTRDIFF_MAX)

struct shape_row {
    size_t num_planes, n, m, itemsize;
    size_t nbytes; /* SIZE_MAX: refused */
};

static void check_row(const struct shape_row *row) {
    outerfill_error error = {0};
    size_t nbytes = 12345;
    const int refused = row->nbytes == SIZE_MAX;
    const outerfill_status status =
        shape_nbytes(row->num_planes, row->n, row->m, row->itemsize, &nbytes, &error);

    if (status != (refused ? OUTERFILL_INVALID_ARGUMENT : OUTERFILL_OK) ||
        (!refused && nbytes != row->nbytes)) {
        print_error("(%zu, %zu, %zu) of %zu bytes: %s, %zu bytes\n", row->num_planes, row->n,
                    row->m, row->itemsize, outerfill_status_name(status), nbytes);
        fail();
    }
    assert_int_equal(error.status, status);
}

static void check_rows(const struct shape_row *rows, size_t num_rows) {
    for (size_t k = 0; k < num_rows; k++) check_row(&rows[k]);
}

static void test_products(void **state) {
    static const struct shape_row rows[] = {
        {1, 1, 1, 8, 8},
        {2, 3, 5, 8, 240},
        {64, 1000, 1000, 4, 256000000},
        {2, 100000, 100000, 8, 160000000000},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

static void test_empty_arrays(void **state) {
    static const struct shape_row rows[] = {
        {0, 0, 0, 0, 0},
        {2, 0, 5, 8, 0},
        {2, 5, 0, 8, 0},
        {0, 5, 5, 8, 0},
        {2, 5, 5, 0, 0},
        {2, 0, SIZE_MAX, 8, 0},
        {2, SIZE_MAX, 0, 8, 0},
        {SIZE_MAX, SIZE_MAX, SIZE_MAX, 0, 0},
        {0, SIZE_MAX, SIZE_MAX, SIZE_MAX, 0},
        {64, (size_t)1 << 63, 0, 8, 0},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

static void test_the_edge_of_the_address_space(void **state) {
    static const struct shape_row rows[] = {
        {1, MAX_NBYTES, 1, 1, MAX_NBYTES},
        {1, 1, MAX_NBYTES, 1, MAX_NBYTES},
        {1, (size_t)1 << 63, 1, 1, SIZE_MAX},
        {1, 1, (size_t)1 << 63, 1, SIZE_MAX},
        {2, (size_t)1 << 62, 1, 1, SIZE_MAX},
        {1, MAX_NBYTES / 8, 1, 8, MAX_NBYTES - 7},
        {1, MAX_NBYTES / 8 + 1, 1, 8, SIZE_MAX},
        {1, (size_t)1 << 30, ((size_t)1 << 30) - 1, 8, ((size_t)1 << 63) - ((size_t)1 << 33)},
        {1, (size_t)1 << 30, (size_t)1 << 30, 8, SIZE_MAX},
        {1, 7, MAX_NBYTES / 7, 1, MAX_NBYTES}, /* 2^63 - 1 is 7 * 7 * 73 * ... */
        {1, 7, MAX_NBYTES / 7 + 1, 1, SIZE_MAX},
        {SIZE_MAX, 1, 1, 1, SIZE_MAX},
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

/* Products that are small, or even 0, in 64 bits. */
static void test_products_that_wrap_around(void **state) {
    static const struct shape_row rows[] = {
        {1, (size_t)1 << 32, (size_t)1 << 32, 1, SIZE_MAX},
        {1, (size_t)1 << 32, (size_t)1 << 32, 8, SIZE_MAX},
        {2, (size_t)1 << 63, 1, 1, SIZE_MAX},
        {64, (size_t)1 << 58, 1, 8, SIZE_MAX},
        {1, ((size_t)1 << 32) + 1, ((size_t)1 << 32) - 1, 8, SIZE_MAX},
        {1, SIZE_MAX, SIZE_MAX, 1, SIZE_MAX}, /* 1 in 64 bits */
        {1, SIZE_MAX, SIZE_MAX, 8, SIZE_MAX},
        {3, SIZE_MAX / 3 + 1, 1, 1, SIZE_MAX}, /* 2 in 64 bits */
        {1, 1, SIZE_MAX / 8 + 2, 8, SIZE_MAX}, /* 8 in 64 bits */
    };

    (void)state;
    check_rows(rows, NUM_ELEMENTS(rows));
}

/* Every n around the largest that fits, which repeated division gives without overflow. */
static void test_every_edge(void **state) {
    static const size_t planes[] = {1, 2, 3, 63, 64},
                        ms[] = {1, 2, 3, 1000, 65537, (size_t)1 << 31, (size_t)1 << 52},
                        items[] = {4, 8};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(planes) * NUM_ELEMENTS(ms) * NUM_ELEMENTS(items); k++) {
        const size_t num_planes = planes[k % 5], m = ms[k / 5 % 7], itemsize = items[k / 35];
        const size_t largest = MAX_NBYTES / num_planes / m / itemsize;
        check_row(&(struct shape_row){num_planes, largest, m, itemsize,
                                      num_planes * largest * m * itemsize});
        check_row(&(struct shape_row){num_planes, largest - 1, m, itemsize,
                                      num_planes * (largest - 1) * m * itemsize});
        check_row(&(struct shape_row){num_planes, largest + 1, m, itemsize, SIZE_MAX});
        check_row(&(struct shape_row){num_planes, m, largest + 1, itemsize, SIZE_MAX});
    }
}

static void test_the_sentence_gives_shape_and_limit(void **state) {
    outerfill_error error;
    size_t nbytes;

    (void)state;
    check_status(shape_nbytes(3, 4294967296, 8589934592, 8, &nbytes, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "(3, 4294967296, 8589934592)");
    check_contains(error.message, "9223372036854775807");
    assert_int_equal(shape_nbytes(3, SIZE_MAX, 2, 8, &nbytes, NULL), OUTERFILL_INVALID_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_empty_arrays),
        cmocka_unit_test(test_the_edge_of_the_address_space),
        cmocka_unit_test(test_products_that_wrap_around),
        cmocka_unit_test(test_every_edge),
        cmocka_unit_test(test_the_sentence_gives_shape_and_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

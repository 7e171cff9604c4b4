/* SPDX-License-Identifier: MIT
 *
 * Guards where the runs of a band lie in an array of shape (P, n, m): every element of every plane belongs to exactly one run,
 * at the place that NumPy gives it, also where the offset in bytes passes 2^32.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "fill/sink_array.h"

/* Cuts each plane of an array into bands of num_cells, and writes each element's own index through the runs. */
static void check_shape(size_t num_planes, size_t plane_cells, size_t num_cells) {
    uint32_t *ab = check_malloc(num_planes * plane_cells * sizeof *ab);
    struct sink_array array;
    sink_array_init(&array, ab, plane_cells, sizeof *ab);

    memset(ab, 0xff, num_planes * plane_cells * sizeof *ab);
    for (size_t p = 0; p < num_planes; p++)
        for (size_t begin = 0; begin < plane_cells; begin += num_cells) {
            const struct band band = {begin, begin + num_cells < plane_cells ? begin + num_cells
                                                                             : plane_cells};
            const struct destination destination = array.sink.kind->take(&array.sink, band, NULL);
            uint32_t *run = destination_plane(&destination, p);
            for (size_t k = 0; k < band.end - band.begin; k++) {
                assert_int_equal(run[k], UINT32_MAX);
                run[k] = (uint32_t)(p * plane_cells + begin + k);
            }
        }
    for (size_t k = 0; k < num_planes * plane_cells; k++) assert_int_equal(ab[k], k);
    free(ab);
}

static void test_runs_cover_the_array(void **state) {
    (void)state;
    check_shape(1, 1, 1);
    check_shape(1, 30, 30);
    check_shape(3, 30, 7);
    check_shape(2, 97, 1);
    check_shape(64, 5, 2);
}

/* Addresses are compared as numbers: there is no such array. */
static void test_large_offsets(void **state) {
    char ab = 0;
    struct sink_array array;
    const struct band band = {(size_t)1 << 36, ((size_t)1 << 36) + ((size_t)1 << 35)};

    (void)state;
    sink_array_init(&array, &ab, (size_t)1 << 37, 8);
    const struct destination destination = array.sink.kind->take(&array.sink, band, NULL);
    assert_int_equal((uintptr_t)destination_plane(&destination, 0) - (uintptr_t)&ab,
                     (size_t)1 << 39);
    assert_int_equal((uintptr_t)destination_plane(&destination, 63) - (uintptr_t)&ab,
                     63 * ((size_t)1 << 40) + ((size_t)1 << 39));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs_cover_the_array),
        cmocka_unit_test(test_large_offsets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards copying with several threads: every byte of every length, whatever the number of threads, and none beside them.
 */
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "fill/copy.h"

#define MARGIN 64

static void test_lengths(void **state) {
    static const size_t lengths[] = {
        0,       1,       4095,    1 << 20, (1 << 20) + 1, (2 << 20) - 1,
        2 << 20, 3000001, 5 << 20, 8388617, 20000003};
    struct thread_pool *pool = thread_pool_create();
    const size_t most = 20000003;
    unsigned char *from = check_malloc(most), *to = check_malloc(most + 2 * MARGIN);

    (void)state;
    for (size_t k = 0; k < most; k++) from[k] = (unsigned char)(k * 2654435761u >> 13);
    for (size_t k = 0; k < NUM_ELEMENTS(lengths); k++)
        for (size_t num_threads = 1; num_threads <= 12; num_threads += num_threads < 4 ? 1 : 4) {
            memset(to, 0xEE, most + 2 * MARGIN);
            const struct copy copy = {.to = (char *)to + MARGIN,
                                      .from = (char *)from,
                                      .num_runs = 1,
                                      .run_nbytes = lengths[k]};
            copy_parallel(pool, num_threads, &copy);
            assert_memory_equal(to + MARGIN, from, lengths[k]);
            for (size_t j = 0; j < MARGIN; j++)
                assert_true(to[j] == 0xEE && to[MARGIN + lengths[k] + j] == 0xEE);
        }
    thread_pool_destroy(pool);
    free(from);
    free(to);
}

/* Runs at other distances than where they come from. Between them nothing changes. */
static void test_runs(void **state) {
    static const size_t shapes[][2] = {{1, 1}, {64, 8}, {3, 1000003}, {5, 1 << 20}, {64, 131071}};
    struct thread_pool *pool = thread_pool_create();
    const size_t most = 20000003;
    char *from = check_malloc(most), *to = check_malloc(most);

    (void)state;
    for (size_t k = 0; k < most; k++) from[k] = (char)(k * 2654435761u >> 13);
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++)
        for (size_t num_threads = 1; num_threads <= 8; num_threads += 3) {
            const size_t num_runs = shapes[k][0], nbytes = shapes[k][1];
            const struct copy copy = {to, nbytes + 3, from, nbytes + 5, num_runs, nbytes};
            memset(to, 0xEE, most);
            copy_parallel(pool, num_threads, &copy);
            for (size_t r = 0; r < num_runs; r++) {
                assert_memory_equal(to + r * (nbytes + 3), from + r * (nbytes + 5), nbytes);
                for (size_t j = 0; j < 3; j++)
                    assert_int_equal((unsigned char)to[r * (nbytes + 3) + nbytes + j], 0xEE);
            }
        }
    thread_pool_destroy(pool);
    free(from);
    free(to);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_lengths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

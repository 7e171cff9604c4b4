/* SPDX-License-Identifier: MIT
 *
 * Guards sets of cells: whatever ranges are added, in any order and over others, joining them gives sorted ones with gaps
 * between them and the same cells; what is missing is the rest, and both are counted right. Judged by a set that has one byte
 * for each cell.
 * */
#include <stdint.h>
#include <string.h>

#include "checks.h"
#include "fill/ranges.h"

enum { NUM_CELLS = 200 };

static size_t next_below(size_t limit) {
    static uint64_t state = 301;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(state >> 33) % limit;
}

/* Sorted, none empty, a gap before each; and exactly the cells of `has`, in `whole`. */
static void check_holds(const struct ranges *ranges, const unsigned char *has, int wanted,
                        struct band whole) {
    unsigned char found[NUM_CELLS] = {0};

    for (size_t k = 0; k < ranges->num_items; k++) {
        const struct band item = ranges->items[k];
        assert_true(item.begin < item.end && item.end <= NUM_CELLS);
        if (k > 0) assert_true(ranges->items[k - 1].end < item.begin);
        memset(found + item.begin, 1, item.end - item.begin);
    }
    for (size_t cell = whole.begin; cell < whole.end; cell++)
        assert_int_equal(found[cell], has[cell] == wanted);
}

static void check_counts(const struct ranges *ranges, const unsigned char *has) {
    for (int k = 0; k < 20; k++) {
        const size_t begin = next_below(NUM_CELLS), end = begin + next_below(NUM_CELLS - begin + 1);
        struct ranges missing = {0};
        size_t number = 0;
        for (size_t cell = begin; cell < end; cell++) number += has[cell];
        assert_int_equal(ranges_num_cells(ranges, (struct band){begin, end}), number);
        assert_true(ranges_missing(ranges, (struct band){begin, end}, &missing));
        check_holds(&missing, has, 0, (struct band){begin, end});
        for (size_t m = 0; m < missing.num_items; m++)
            assert_true(missing.items[m].begin >= begin && missing.items[m].end <= end);
        ranges_free(&missing);
    }
}

static void test_random_sets(void **state) {
    (void)state;
    for (size_t num_ranges = 0; num_ranges < 150; num_ranges++) {
        unsigned char has[NUM_CELLS] = {0};
        struct ranges ranges = {0};
        for (size_t k = 0; k < num_ranges; k++) {
            const size_t begin = next_below(NUM_CELLS),
                         length = next_below(num_ranges % 3 ? 6 : 60);
            const size_t end = begin + length < NUM_CELLS ? begin + length : NUM_CELLS;
            assert_true(ranges_add(&ranges, (struct band){begin, end}));
            memset(has + begin, 1, end - begin);
        }
        ranges_join(&ranges);
        check_holds(&ranges, has, 1, (struct band){0, NUM_CELLS});
        check_counts(&ranges, has);
        ranges_free(&ranges);
        assert_true(ranges.items == NULL && ranges.num_items == 0);
    }
}

static void test_empty_ranges_are_none(void **state) {
    struct ranges ranges = {0}, missing = {0};

    (void)state;
    ranges_join(&ranges);
    assert_true(ranges_add(&ranges, (struct band){5, 5}) &&
                ranges_add(&ranges, (struct band){7, 3}));
    assert_int_equal(ranges.num_items, 0);
    assert_int_equal(ranges_num_cells(&ranges, (struct band){0, SIZE_MAX}), 0);
    assert_true(ranges_missing(&ranges, (struct band){3, 3}, &missing) && missing.num_items == 0);
    assert_true(ranges_missing(&ranges, (struct band){0, SIZE_MAX}, &missing) &&
                missing.num_items == 1);
    assert_int_equal(missing.items[0].end, SIZE_MAX);
    ranges_free(&ranges);
    ranges_free(&missing);
}

/* Those that touch become one, in whatever order they came; a gap of one cell stays. */
static void test_touching(void **state) {
    struct ranges ranges = {0};

    (void)state;
    for (size_t k = 1000; k-- > 0;)
        assert_true(ranges_add(&ranges, (struct band){2 * k, 2 * k + 2}));
    assert_true(ranges_add(&ranges, (struct band){2001, 2002}));
    assert_true(ranges_add(&ranges, (struct band){3, 100}));
    ranges_join(&ranges);
    assert_int_equal(ranges.num_items, 2);
    assert_true(ranges.items[0].begin == 0 && ranges.items[0].end == 2000 &&
                ranges.items[1].begin == 2001);
    ranges_free(&ranges);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_sets),
        cmocka_unit_test(test_empty_ranges_are_none),
        cmocka_unit_test(test_touching),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards what is kept between fills: a thing is given out once, one too many is destroyed, and so is what is left at the end.
 */
#include "checks.h"
#include "shelf.h"

static size_t num_destroyed;

static void destroy(void *thing) {
    *(int *)thing = -1;
    num_destroyed++;
}

static void test_take_and_put(void **state) {
    struct shelf shelf;
    int things[3] = {0, 1, 2};

    (void)state;
    num_destroyed = 0;
    shelf_init(&shelf);
    assert_null(shelf_take(&shelf));
    shelf_put(&shelf, &things[0], 2, destroy);
    shelf_put(&shelf, &things[1], 2, destroy);
    assert_int_equal(num_destroyed, 0);
    shelf_put(&shelf, &things[2], 2, destroy); /* one too many */
    assert_true(num_destroyed == 1 && things[2] == -1);
    const int *first = shelf_take(&shelf), *second = shelf_take(&shelf);
    assert_true(first != second && *first + *second == 1);
    assert_null(shelf_take(&shelf));
    shelf_clear(&shelf);
    assert_int_equal(num_destroyed, 1);
}

static void test_clear(void **state) {
    struct shelf shelf;
    int things[SHELF_CAPACITY + 1] = {0};

    (void)state;
    num_destroyed = 0;
    shelf_init(&shelf);
    for (size_t k = 0; k <= SHELF_CAPACITY; k++) shelf_put(&shelf, &things[k], SHELF_CAPACITY + 5, destroy);
    assert_true(num_destroyed == 1 && things[SHELF_CAPACITY] == -1);
    shelf_clear(&shelf);
    assert_int_equal(num_destroyed, SHELF_CAPACITY + 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_take_and_put),
        cmocka_unit_test(test_clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

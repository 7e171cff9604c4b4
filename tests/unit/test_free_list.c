/* SPDX-License-Identifier: MIT
 *
 * Guards what is kept between fills: a thing is given out once, one too many is destroyed, and so is what is left at the end.
 */
#include "checks.h"
#include "base/free_list.h"

static size_t num_destroyed;

static void destroy(void *thing) {
    *(int *)thing = -1;
    num_destroyed++;
}

static void test_take_and_put(void **state) {
    struct free_list list;
    int things[3] = {0, 1, 2};

    (void)state;
    num_destroyed = 0;
    free_list_init(&list);
    assert_null(free_list_take(&list));
    free_list_put(&list, &things[0], 2, destroy);
    free_list_put(&list, &things[1], 2, destroy);
    assert_int_equal(num_destroyed, 0);
    free_list_put(&list, &things[2], 2, destroy); /* one too many */
    assert_true(num_destroyed == 1 && things[2] == -1);
    const int *first = free_list_take(&list), *second = free_list_take(&list);
    assert_true(first != second && *first + *second == 1);
    assert_null(free_list_take(&list));
    free_list_clear(&list);
    assert_int_equal(num_destroyed, 1);
}

static void test_clear(void **state) {
    struct free_list list;
    int things[FREE_LIST_CAPACITY + 1] = {0};

    (void)state;
    num_destroyed = 0;
    free_list_init(&list);
    for (size_t k = 0; k <= FREE_LIST_CAPACITY; k++)
        free_list_put(&list, &things[k], FREE_LIST_CAPACITY + 5, destroy);
    assert_true(num_destroyed == 1 && things[FREE_LIST_CAPACITY] == -1);
    free_list_clear(&list);
    assert_int_equal(num_destroyed, FREE_LIST_CAPACITY + 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_take_and_put),
        cmocka_unit_test(test_clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards the size of launches on a device that is played here, with a clock of its own: whatever a cell costs, launches soon
 * take about 50 ms and never much longer; they stay within their bounds; a short rest at the end, or a clock that stands
 * still, does not lead them astray.
 */
#include <stdint.h>

#include "checks.h"
#include "fill/launch.h"
#include "fill/pace.h"

#define WISHED 0.05

/* A device that takes `overhead` seconds for a launch and `cell` for each cell. */
struct device {
    double cell, overhead, time;
};

/* One launch after the other, as large as may be; the seconds it took. */
static double run(struct device *device, struct pace *pace, size_t num_cells) {
    const double begin = device->time;

    device->time += device->overhead + device->cell * (double)num_cells;
    pace_learn(pace, num_cells, begin, begin, device->time);
    return device->time - begin;
}

static void test_the_first_guess(void **state) {
    const struct pace pace = pace_begin();

    (void)state;
    assert_false(pace.learned || pace.is_sure);
    assert_in_range(pace.max_cells, 64, 65536);
}

static void test_launches_take_about_50_ms(void **state) {
    static const double costs[] = {1e-10, 1e-9, 3e-8, 1e-6, 1e-5, 1e-4, 5e-4};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(costs); k++) {
        struct device device = {costs[k], 50e-6, 1000};
        struct pace pace = pace_begin();
        for (int launch = 0; launch < 20; launch++) {
            const bool may_be_long = pace.max_cells <= 512;
            const double seconds = run(&device, &pace, pace.max_cells);
            assert_true(pace.learned);
            assert_in_range(pace.max_cells, 64, LAUNCH_MAX_CELLS);
            assert_true(may_be_long || seconds < 1.3 * WISHED);
            assert_true(launch < 8 || seconds > 0.7 * WISHED || pace.max_cells == LAUNCH_MAX_CELLS);
        }
    }
}

/* Cells so dear that no launch can be short, and so cheap that no launch can be long. */
static void test_bounds(void **state) {
    struct device slow = {1, 0, 0}, fast = {1e-15, 0, 0};
    struct pace pace = pace_begin();

    (void)state;
    for (int launch = 0; launch < 5; launch++) run(&slow, &pace, pace.max_cells);
    assert_int_equal(pace.max_cells, 64);
    for (int launch = 0; launch < 50; launch++) run(&fast, &pace, pace.max_cells);
    assert_int_equal(pace.max_cells, LAUNCH_MAX_CELLS);
}

/* A rate that was measured on little is a guess. */
static void test_no_launch_is_far_larger_than_the_one_before(void **state) {
    struct pace pace = pace_begin();

    (void)state;
    for (size_t num_cells = 512; num_cells < LAUNCH_MAX_CELLS / 64; num_cells *= 64) {
        pace_learn(&pace, num_cells, 1, 1, 1 + 1e-9);
        assert_int_equal(pace.max_cells, num_cells * 64);
    }
}

static void test_it_follows_a_device_that_changes(void **state) {
    struct device device = {1e-8, 0, 0};
    struct pace pace = pace_begin();

    (void)state;
    for (int launch = 0; launch < 10; launch++) run(&device, &pace, pace.max_cells);
    device.cell = 1e-6;
    run(&device, &pace, pace.max_cells);
    assert_in_range(pace.max_cells, 49000, 51000);
    device.cell = 1e-7;
    run(&device, &pace, pace.max_cells);
    assert_in_range(pace.max_cells, 490000, 510000);
}

static void check_about(double seconds, double expected) {
    assert_true(seconds > expected - 1e-6 && seconds < expected + 1e-6);
}

/* Two are in flight: the second was enqueued long ago, and began when the first ended. What is returned is the same time. */
static void test_a_launch_that_waited(void **state) {
    struct pace pace = pace_begin();

    (void)state;
    check_about(pace_learn(&pace, 10000, 100.000, 100.000, 100.010), 0.010); /* 1 us a cell */
    assert_in_range(pace.max_cells, 49900, 50000);
    check_about(pace_learn(&pace, 50000, 100.000, 100.000, 100.060), 0.050); /* not 60 ms */
    assert_in_range(pace.max_cells, 49900, 50000);
    check_about(pace_learn(&pace, 50000, 100.001, 100.001, 100.110), 0.050);
    assert_in_range(pace.max_cells, 49900, 50000);
    check_about(pace_learn(&pace, 50000, 200.000, 200.000, 200.050), 0.050); /* after a pause */
    assert_in_range(pace.max_cells, 49900, 50000);
}

/* The device does its work while the launch is enqueued: two in flight end, as it seems, at the same time. */
static void test_a_device_that_works_while_it_is_told(void **state) {
    struct pace pace = pace_begin();

    (void)state;
    pace_learn(&pace, 50000, 100.000, 100.050, 100.100);
    /* no time since the last end, but 50 ms in the call */
    check_about(pace_learn(&pace, 50000, 100.050, 100.100, 100.100), 0.050);
    assert_in_range(pace.max_cells, 49900, 50000);
}

static void test_a_short_rest_says_nothing(void **state) {
    struct pace pace = pace_begin();

    (void)state;
    pace_learn(&pace, 10000, 0, 0, 0.010);
    const size_t before = pace.max_cells;
    check_about(pace_learn(&pace, 3, 0.010, 0.010, 0.012), 0.002); /* all of it overhead */
    assert_int_equal(pace.max_cells, before);
    pace_learn(&pace, before, 0.010, 0.010, 0.062); /* it waited for the rest, until 0.012 */
    assert_in_range(pace.max_cells, before - 10, before + 10);
}

/* An array smaller than the first guess is measured all the same. */
static void test_a_short_first_launch_counts(void **state) {
    struct pace pace = pace_begin();

    (void)state;
    pace_learn(&pace, 1, 5, 5, 5.1);
    assert_true(pace.learned);
    assert_int_equal(pace.max_cells, 64);
}

/* A later fill starts with what takes about a millisecond as far as is known, and not with less than a blind guess. */
static void test_a_later_fill(void **state) {
    static const double costs[] = {1e-9, 1e-7, 1e-5, 1e-4, 1e-2};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(costs); k++) {
        struct device device = {costs[k], 0, 1000};
        struct pace pace = pace_begin();
        for (int launch = 0; launch < 20; launch++) run(&device, &pace, pace.max_cells);
        const size_t learned = pace.max_cells;
        for (int fill = 0; fill < 3; fill++) {
            pace_resume(&pace, 0.001);
            const double seconds = costs[k] * (double)pace.max_cells;
            assert_false(pace.is_sure);
            assert_true(pace.learned && (seconds > 0.0009 || learned < 64 * 50) &&
                        (seconds < 0.0011 || pace.max_cells <= 512));
            assert_in_range(pace.max_cells, learned < 512 ? learned : 512, learned);
            run(&device, &pace, 1); /* a small array: it says nothing, and nothing is forgotten */
        }
        pace_resume(&pace, 0.001);
        run(&device, &pace, pace.max_cells);
        assert_in_range(pace.max_cells, learned - learned / 100 - 1, learned + learned / 100 + 1);
        assert_true(pace.is_sure);
        pace_resume(&pace, PACE_LAUNCH_SECONDS); /* what cannot become dearer goes on as it was */
        assert_in_range(pace.max_cells, learned - learned / 100 - 1, learned + learned / 100 + 1);
        assert_true(pace.is_sure);
    }
}

static void test_nothing_learned_before_a_later_fill(void **state) {
    struct pace pace = pace_begin();
    const size_t first = pace.max_cells;

    (void)state;
    pace_resume(&pace, PACE_LAUNCH_SECONDS);
    assert_false(pace.learned || pace.is_sure);
    assert_int_equal(pace.max_cells, first);
}

/* Two devices, one three times as fast, take turns until nothing is left: never more than they may, and the last pieces are small. */
static void test_shares_of_the_rest(void **state) {
    size_t rest = 100000, taken = 0;

    (void)state;
    assert_int_equal(pace_share(rest, 0.75, 16000), 16000);
    for (size_t k = 0; rest; k++) {
        taken = pace_share(rest, k % 2 ? 0.25 : 0.75, 16000);
        assert_in_range(taken, 16000 / 16, 16000);
        rest -= taken < rest ? taken : rest;
    }
    assert_int_equal(taken, 16000 / 16 + 1);
}

static void test_a_clock_that_stands_still(void **state) {
    struct pace pace = pace_begin();

    (void)state;
    for (int launch = 0; launch < 50; launch++) {
        pace_learn(&pace, pace.max_cells, 7, 7, 7);
        assert_in_range(pace.max_cells, 64, LAUNCH_MAX_CELLS);
    }
    pace = pace_begin();
    pace_learn(&pace, SIZE_MAX / 64 + 2, 0, 0,
               0); /* 64 times as many are more than can be counted */
    assert_int_equal(pace.max_cells, LAUNCH_MAX_CELLS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_guess),
        cmocka_unit_test(test_launches_take_about_50_ms),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_no_launch_is_far_larger_than_the_one_before),
        cmocka_unit_test(test_it_follows_a_device_that_changes),
        cmocka_unit_test(test_a_launch_that_waited),
        cmocka_unit_test(test_a_device_that_works_while_it_is_told),
        cmocka_unit_test(test_a_short_rest_says_nothing),
        cmocka_unit_test(test_a_short_first_launch_counts),
        cmocka_unit_test(test_a_later_fill),
        cmocka_unit_test(test_nothing_learned_before_a_later_fill),
        cmocka_unit_test(test_shares_of_the_rest),
        cmocka_unit_test(test_a_clock_that_stands_still),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

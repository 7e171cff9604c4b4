/* SPDX-License-Identifier: MIT
 *
 * Guards the size of launches on a device that is played here, with a clock of its own: whatever a cell costs, launches soon
 * take about 50 ms and never much longer; they stay within their bounds; a short rest at the end, or a clock that stands
 * still, does not lead them astray.
 */
#include <stdint.h>
#include <string.h>

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
    const struct pace pace = pace_begin(0);

    (void)state;
    assert_false(pace.learned || pace.is_sure);
    assert_in_range(pace.max_cells, 64, 65536);
}

static void test_launches_take_about_50_ms(void **state) {
    static const double costs[] = {1e-10, 1e-9, 3e-8, 1e-6, 1e-5, 1e-4, 5e-4};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(costs); k++) {
        struct device device = {costs[k], 50e-6, 1000};
        struct pace pace = pace_begin(0);
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
    struct pace pace = pace_begin(0);

    (void)state;
    for (int launch = 0; launch < 5; launch++) run(&slow, &pace, pace.max_cells);
    assert_int_equal(pace.max_cells, 64);
    for (int launch = 0; launch < 50; launch++) run(&fast, &pace, pace.max_cells);
    assert_int_equal(pace.max_cells, LAUNCH_MAX_CELLS);
}

/* A rate that was measured on little is a guess. */
static void test_no_launch_is_far_larger_than_the_one_before(void **state) {
    struct pace pace = pace_begin(0);

    (void)state;
    for (size_t num_cells = 512; num_cells < LAUNCH_MAX_CELLS / 64; num_cells *= 64) {
        pace_learn(&pace, num_cells, 1, 1, 1 + 1e-9);
        assert_int_equal(pace.max_cells, num_cells * 64);
    }
}

static void test_it_follows_a_device_that_changes(void **state) {
    struct device device = {1e-8, 0, 0};
    struct pace pace = pace_begin(0);

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
    struct pace pace = pace_begin(0);

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
    struct pace pace = pace_begin(0);

    (void)state;
    pace_learn(&pace, 50000, 100.000, 100.050, 100.100);
    /* no time since the last end, but 50 ms in the call */
    check_about(pace_learn(&pace, 50000, 100.050, 100.100, 100.100), 0.050);
    assert_in_range(pace.max_cells, 49900, 50000);
}

static void test_a_short_rest_says_nothing(void **state) {
    struct pace pace = pace_begin(0);

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
    struct pace pace = pace_begin(0);

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
        struct pace pace = pace_begin(0);
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
    struct pace pace = pace_begin(0);
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
    assert_int_equal(pace_share(rest, 0.75, 16000, 0), 16000);
    for (size_t k = 0; rest; k++) {
        taken = pace_share(rest, k % 2 ? 0.25 : 0.75, 16000, 0);
        assert_in_range(taken, 16000 / 16, 16000);
        rest -= taken < rest ? taken : rest;
    }
    assert_int_equal(taken, 16000 / 16 + 1);
}

/* ---- Wide devices ---- */

/* A played GPU, which takes `shortest` seconds for a launch of up to `at_once` cells. */
struct wide_device {
    size_t num_units, at_once;
    double shortest;
};

struct run {
    size_t num_launches;
    double seconds, longest; /* of the whole fill, and of its longest launch */
};

static double wide_seconds(const struct wide_device *device, size_t num_cells) {
    return device->shortest *
           (num_cells > device->at_once ? (double)num_cells / (double)device->at_once : 1);
}

/* Three launches are in flight as soon as the pace is sure, so the size of a launch was chosen
 * when the one two before it ended. */
static struct run fill_wide(const struct wide_device *device, struct pace *pace, size_t num_cells) {
    struct run run = {0};
    size_t in_flight[3], num_in_flight = 0;
    double begin[3];
    while (num_cells || num_in_flight) {
        if (num_cells && num_in_flight < (pace->is_sure ? 3 : 1)) {
            const size_t most = pace_cells(pace, num_cells, 1),
                         cells = most < num_cells ? most : num_cells;
            begin[num_in_flight] = run.seconds;
            in_flight[num_in_flight++] = cells;
            num_cells -= cells;
            continue;
        }
        const double seconds = wide_seconds(device, in_flight[0]);
        run.seconds += seconds;
        run.num_launches++;
        if (seconds > run.longest) run.longest = seconds;
        pace_learn(pace, in_flight[0], begin[0], begin[0], run.seconds);
        num_in_flight--;
        memmove(in_flight, in_flight + 1, sizeof in_flight - sizeof *in_flight);
        memmove(begin, begin + 1, sizeof begin - sizeof *begin);
    }
    return run;
}

static const double shortest_times[] = {1e-4, 1e-3, 5e-3, 0.01, 0.04, 0.06, 0.15, 0.5};
static const size_t nums_units[] = {16, 64, 132};

/* At most 1.5 times the launch of all cells, plus one launch more. */
static void check_wide(const struct wide_device *device, size_t num_cells) {
    struct pace pace = pace_begin(256 * device->num_units);
    const struct run run = fill_wide(device, &pace, num_cells);
    const double least = wide_seconds(device, num_cells), most = 1.5 * least + device->shortest;
    if (run.seconds > 1.001 * most || run.longest > 2.5 * device->shortest + 0.2)
        print_error("%zu cells, %zu at once, %g s: %zu launches, %g s (most %g), longest %g\n",
                    num_cells, device->at_once, device->shortest, run.num_launches, run.seconds,
                    most, run.longest);
    assert_true(run.seconds <= 1.001 * most);
    assert_true(run.longest <= 2.5 * device->shortest + 0.2);
}

static void test_wide_devices(void **state) {
    (void)state;
    for (size_t t = 0; t < NUM_ELEMENTS(shortest_times); t++)
        for (size_t u = 0; u < NUM_ELEMENTS(nums_units); u++)
            for (size_t num_cells = 1; num_cells <= 10000000; num_cells += num_cells / 16 + 1)
                check_wide(
                    &(struct wide_device){nums_units[u], 2048 * nums_units[u], shortest_times[t]},
                    num_cells);
}

/* Few compute units, and many cells at once: as PoCL looks under a model of a GPU. */
static void test_a_device_wider_than_it_says(void **state) {
    const struct wide_device device = {2, 262144, 0.06}, faster = {2, 262144, 0.04};
    struct pace pace = pace_begin(512);
    (void)state;
    assert_int_equal(fill_wide(&device, &pace, 30000).num_launches, 2);
    check_wide(&faster, 1000000);
}

/* The first launch may wait for the driver's compiler. That costs one launch more. */
static void test_a_long_first_launch(void **state) {
    const struct wide_device device = {2, 262144, 0.06};
    struct pace pace = pace_begin(512);
    (void)state;
    pace_learn(&pace, 512, 0, 0, 0.7);
    assert_int_equal(pace.max_cells, 8 * 512);
    assert_int_equal(fill_wide(&device, &pace, 29488).num_launches, 2);
}

/* A launch that ends within a row would leave a short one behind it. */
static void test_whole_rows(void **state) {
    struct pace pace = pace_begin(1000);
    (void)state;
    assert_int_equal(pace_cells(&pace, 100000, 300), 1000);
    assert_int_equal(pace_cells(&pace, 100000, 8000), 8000);
    assert_int_equal(pace_cells(&pace, 100000, 8001), 1000);
    assert_int_equal(pace_cells(&pace, 1250, 8000), 1250);
    pace = pace_begin(0);
    assert_int_equal(pace_cells(&pace, 100000, 1000), 512);
    assert_int_equal(pace_cells(&pace, 600, 1000), 512);
}

/* Each launch takes half a second, whatever it has: that is no reason for fewer cells. */
static void test_long_launches_do_not_shrink(void **state) {
    const struct wide_device device = {64, 131072, 0.5};
    struct pace pace = pace_begin(256 * 64);
    (void)state;
    fill_wide(&device, &pace, 10000000);
    assert_in_range(pace.max_cells, 131072, 140000);
    pace_resume(&pace, 0.001); /* other values of a and b */
    assert_in_range(pace.max_cells, 131072, 140000);
    assert_int_equal(fill_wide(&device, &pace, 131072).num_launches, 1);
}

/* A device that is not wide, although its type says so: launches come down to 50 ms, or the floor. */
static void test_a_wide_device_that_is_not(void **state) {
    static const double costs[] = {1e-9, 1e-7, 1e-5, 1e-4};
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(costs); k++) {
        struct device device = {costs[k], 50e-6, 1000};
        struct pace pace = pace_begin(512);
        for (int launch = 0; launch < 10; launch++) {
            const double seconds = run(&device, &pace, pace.max_cells);
            assert_true(seconds < 4.1);
            assert_true(launch < 4 || seconds < 1.3 * WISHED || pace.max_cells == 512);
        }
    }
}

/* Two launches are in flight when cells become a thousand times slower. */
static void test_a_wide_device_that_changes(void **state) {
    struct device device = {1e-8, 1e-3, 0};
    struct pace pace = pace_begin(4096);
    (void)state;
    for (int launch = 0; launch < 8; launch++) run(&device, &pace, pace.max_cells);
    const size_t fast = pace.max_cells;
    device.cell = 1e-5;
    run(&device, &pace, fast);
    run(&device, &pace, fast);
    for (int launch = 0; launch < 8; launch++) assert_true(run(&device, &pace, pace.max_cells) < 2);
    assert_in_range(pace.max_cells, 4096, 5500);
    device.cell = 1e-8;
    for (int launch = 0; launch < 8; launch++) run(&device, &pace, pace.max_cells);
    assert_in_range(pace.max_cells, fast / 2, fast * 2);
}

static void test_small_arrays_on_a_wide_device(void **state) {
    const struct wide_device device = {64, 131072, 0.02};
    struct pace pace = pace_begin(256 * 64);
    (void)state;
    for (size_t fill = 0; fill < 3; fill++) {
        assert_int_equal(fill_wide(&device, &pace, 100).num_launches, 1);
        pace_resume(&pace, PACE_LAUNCH_SECONDS);
    }
    assert_int_equal(fill_wide(&device, &pace, 131072).num_launches, 2);
    assert_int_equal(pace_share(1000, 0.5, 200000, 16384), 16384);
}

static void test_a_clock_that_stands_still(void **state) {
    struct pace pace = pace_begin(0);

    (void)state;
    for (int launch = 0; launch < 50; launch++) {
        pace_learn(&pace, pace.max_cells, 7, 7, 7);
        assert_in_range(pace.max_cells, 64, LAUNCH_MAX_CELLS);
    }
    pace = pace_begin(0);
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
        cmocka_unit_test(test_wide_devices),
        cmocka_unit_test(test_a_device_wider_than_it_says),
        cmocka_unit_test(test_a_long_first_launch),
        cmocka_unit_test(test_whole_rows),
        cmocka_unit_test(test_long_launches_do_not_shrink),
        cmocka_unit_test(test_a_wide_device_that_is_not),
        cmocka_unit_test(test_a_wide_device_that_changes),
        cmocka_unit_test(test_small_arrays_on_a_wide_device),
        cmocka_unit_test(test_a_clock_that_stands_still),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

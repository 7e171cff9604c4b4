/* SPDX-License-Identifier: MIT
 *
 * Guards the choice between two ways on a machine that is played here: both are tried, bands in flight across a change do not
 * count, the faster one is taken, and what pauses between fills take is not charged to anyone.
 */
#include "checks.h"
#include "fill/trial.h"

#define IN_FLIGHT 3

/* Bands in a pipeline of three, of which one leaves every seconds[way]; how many of the last 20 went way 1. */
static size_t play(struct trial *trial, const double seconds[2], size_t num_bands) {
    int ways[200];
    double time = 100;
    size_t count = 0;

    for (size_t k = 0; k < num_bands + IN_FLIGHT; k++) {
        if (k < num_bands) ways[k] = trial_start(trial);
        if (k < IN_FLIGHT) continue;
        time += seconds[ways[k - IN_FLIGHT]];
        trial_finish(trial, ways[k - IN_FLIGHT], 1000, time);
    }
    for (size_t k = num_bands - 20; k < num_bands; k++) count += (size_t)ways[k];
    return count;
}

static void test_the_faster_way(void **state) {
    static const double first[] = {1, 2}, second[] = {2, 1};

    (void)state;
    for (int first_way = 0; first_way < 2; first_way++) {
        struct trial trial = {.first_way = first_way, .num_wanted = TRIAL_MAX_SAMPLES};
        assert_int_equal(play(&trial, first, 100), 0);
        trial = (struct trial){.first_way = first_way, .num_wanted = TRIAL_MAX_SAMPLES};
        assert_int_equal(play(&trial, second, 100), 20);
    }
}

static void test_both_are_tried(void **state) {
    static const double seconds[] = {3, 2};
    struct trial trial = {.first_way = 1, .num_wanted = TRIAL_MAX_SAMPLES};
    double time = 1;
    size_t count = 0;

    (void)state;
    for (size_t k = 0; k < 22; k++) {
        const int way = trial_start(&trial);
        count += (size_t)way;
        time += seconds[way];
        trial_finish(&trial, way, 10, time);
    }
    assert_in_range(count, 9, 13);
    assert_int_equal(trial_start(&trial), 1);
}

/* Many small fills, with pauses between them: slow bands of way 0 are still found out. */
static void test_pauses(void **state) {
    struct trial trial = {.first_way = 0, .num_wanted = TRIAL_MAX_SAMPLES};
    double time = 1;

    (void)state;
    for (size_t fill = 0; fill < 20; fill++) {
        trial_pause(&trial);
        time += fill % 2 ? 1000 : 1;
        for (size_t band = 0; band < 6; band++) {
            const int way = trial_start(&trial);
            time += way ? 1 : 3;
            trial_finish(&trial, way, 10, time);
        }
    }
    assert_int_equal(trial_start(&trial), 1);
}

/* What was in flight when the way changed, and what ends a pause, is nobody's sample. */
static void test_what_is_no_sample(void **state) {
    static const struct {
        int way;
        size_t num_samples[2];
    } bands[] = {{0, {0, 0}}, {0, {0, 0}}, {0, {1, 0}}, {0, {2, 0}},
                 {1, {2, 0}}, {1, {2, 0}}, {1, {2, 1}}, {0, {2, 1}}};
    struct trial trial = {.first_way = 0, .num_wanted = TRIAL_MAX_SAMPLES};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(bands); k++) {
        trial_finish(&trial, bands[k].way, 10, (double)(k + 1));
        assert_memory_equal(trial.num_samples, bands[k].num_samples, sizeof trial.num_samples);
    }
    trial = (struct trial){.first_way = 0, .num_wanted = TRIAL_MAX_SAMPLES};
    for (size_t k = 0; k < 20; k++) { /* fills of two bands each */
        if (k % 2 == 0) trial_pause(&trial);
        trial_finish(&trial, 0, 10, (double)(k + 1));
    }
    assert_int_equal(trial.num_samples[0], 0);
}

/* Now and then a band of the faster way is held up for long. */
static void test_bands_held_up(void **state) {
    struct trial trial = {.first_way = 0, .num_wanted = TRIAL_MAX_SAMPLES};
    double time = 1;

    (void)state;
    for (size_t k = 0; k < 60; k++) {
        const int way = trial_start(&trial);
        time += way ? 2 : k % 3 ? 1 : 50;
        trial_finish(&trial, way, 10, time);
    }
    assert_int_equal(trial_start(&trial), 0);
}

/* Nor does one band that seems to take no time make its way the faster one, nor do smaller bands. */
static void test_what_is_compared(void **state) {
    static const double slow[] = {0.1, 2, 2, 2,
                                  2}; /* seconds for 1000 bytes; the other way takes 1 */

    (void)state;
    for (int way = 0; way < 2; way++) {
        struct trial trial = {.first_way = way, .num_wanted = 5};
        for (size_t k = 0; k < 5; k++) {
            trial_add(&trial, way, 1000, slow[k]);
            trial_add(&trial, !way, 9000, 9);
        }
        assert_true(trial_is_over(&trial));
        assert_int_equal(trial_start(&trial), !way);
    }
}

/* Nothing is known of either: the first stays. */
static void test_nothing_measured(void **state) {
    struct trial trial = {.first_way = 0, .num_wanted = TRIAL_MAX_SAMPLES};

    (void)state;
    for (size_t k = 0; k < 50; k++) assert_int_equal(trial_start(&trial), 0);
}

/* Bands whose time is known by themselves: the ways take turns, one slow band misleads nobody, and then the faster one is taken. */
static void test_taking_turns(void **state) {
    static const double seconds[] = {2, 1};

    (void)state;
    for (int first_way = 0; first_way < 2; first_way++) {
        struct trial trial = {.first_way = first_way, .num_wanted = 5};
        for (size_t k = 0; k < 10; k++) {
            const int way = trial_alternate(&trial);
            assert_int_equal(way, k % 2 ? !first_way : first_way);
            assert_false(trial_is_over(&trial));
            trial_add(&trial, way, 1000,
                      k < 2 ? 100 : seconds[way]); /* the two slow ones: nothing is clear */
        }
        assert_true(trial_is_over(&trial));
        assert_int_equal(trial_alternate(&trial), 1);
        trial_add(&trial, 1, 1000, 100);
        assert_int_equal(trial_alternate(&trial), 1);
    }
}

/* Where one way is slower each time, two samples of each are enough; where they overlap, they are not. */
static void test_a_clear_case_is_over_soon(void **state) {
    static const double clear[] = {2, 1, 3, 1.9}, overlapping[] = {2, 1, 3, 2.1};

    (void)state;
    for (int turn = 0; turn < 4; turn++) {
        const int slower = turn % 2, is_clear = turn / 2;
        struct trial trial = {.first_way = slower, .num_wanted = 5};
        for (size_t k = 0; k < 4; k++) {
            assert_false(trial_is_over(&trial));
            trial_add(&trial, trial_alternate(&trial), 1000, (is_clear ? clear : overlapping)[k]);
        }
        assert_int_equal(trial_is_over(&trial), is_clear);
        assert_int_equal(trial_alternate(&trial), is_clear ? !slower : slower);
    }
}

/* Where nothing is to be measured, and where a clock stands still, the first way stays. */
static void test_nothing_to_choose_by(void **state) {
    (void)state;
    for (int first_way = 0; first_way < 2; first_way++) {
        struct trial trial = {.first_way = first_way, .num_wanted = 0};
        assert_true(trial_is_over(&trial));
        assert_int_equal(trial_start(&trial), first_way);
        for (size_t time = 0; time < 2; time++) {
            trial = (struct trial){.first_way = first_way, .num_wanted = 3};
            for (size_t k = 0; k < 20; k++)
                trial_finish(&trial, trial_start(&trial), 1000, (double)time);
            assert_int_equal(trial_start(&trial), first_way);
        }
        trial = (struct trial){.first_way = first_way, .num_wanted = 1};
        trial_add(&trial, first_way, 1000, 1);
        trial_add(&trial, !first_way, 1000, 0);
        assert_int_equal(trial_start(&trial), first_way);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_faster_way),
        cmocka_unit_test(test_both_are_tried),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_what_is_no_sample),
        cmocka_unit_test(test_bands_held_up),
        cmocka_unit_test(test_what_is_compared),
        cmocka_unit_test(test_nothing_measured),
        cmocka_unit_test(test_taking_turns),
        cmocka_unit_test(test_a_clear_case_is_over_soon),
        cmocka_unit_test(test_nothing_to_choose_by),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * How far a fill is and how fast: what a resumed fill finds finished counts as done, and in no rate. */
#include "../../host/cli/progress.h"
#include "checks.h"

static struct progress begin(void) {
    return (struct progress){.cells_per_row = 10, .num_rows = 1000};
}

static void test_nothing_is_known(void **state) {
    struct progress progress = begin();
    (void)state;
    assert_true(progress_rate(&progress) == 0);
    assert_true(progress_seconds_left(&progress) < 0);
}

/* 700 rows are read back in a second, and then 3 rows in 3 seconds are computed. */
static void test_what_is_read_back(void **state) {
    struct progress progress = begin();
    const double now = progress_now();
    (void)state;
    progress.rows_done = 300;
    progress_take_sample(&progress, now - 4);
    progress.rows_done = 700;
    progress_take_sample(&progress, now - 3.2);
    assert_true(progress_rate(&progress) == 0 && progress_seconds_left(&progress) < 0);
    progress.cells_kept = 7105; /* by the journals, of which the comparison finds 10 rows damaged */
    assert_true(progress_cells_done(&progress) == 7105);
    progress_begin_computing(&progress, 7005, now - 3);
    assert_true(progress.rows_done == 700 && progress_cells_done(&progress) == 7005);
    progress.rows_done = 703;
    progress_take_sample(&progress, now);
    assert_true(progress.cells_kept == 7005 && progress_cells_done(&progress) == 7030);
    const double rate = progress_rate(&progress), left = progress_seconds_left(&progress);
    assert_true(rate > 0 && rate <= 10);
    assert_true(left * rate > 2969.9 && left * rate < 3000);
}

static void test_the_end(void **state) {
    struct progress progress = begin();
    (void)state;
    progress_begin_computing(&progress, 10000, progress_now());
    assert_true(progress_seconds_left(&progress) == 0);
}

/* A character of two, three and four bytes is shown whole or not at all. */
static void test_cut(void **state) {
    static const size_t lengths[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    (void)state;
    for (size_t most = 0; most < NUM_ELEMENTS(lengths); most++)
        assert_int_equal(progress_cut("x\u00fc\u20ac\U0001f600y", most), lengths[most]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_known),
        cmocka_unit_test(test_what_is_read_back),
        cmocka_unit_test(test_the_end),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards the NDRange over a band: the work-items cover each cell exactly once; global sizes are
 * multiples of the fixed local ones; a launch of fill_rows has no more than 65535 work-groups along
 * either dimension; a cell of a run finds its row.
 */
#include <stdint.h>
#include <string.h>

#include "checks.h"
#include "fill/launch.h"

#define MAX_GROUPS 65535
#define MAX_CELLS  100000

static unsigned char num_times_done[MAX_CELLS];

static void check_done_once(const struct band_rectangle *band, const char *kernel) {
    for (size_t cell = 0; cell < band->num_rows * band->num_columns; cell++)
        if (num_times_done[cell] != 1) {
            print_error("%s on %zu x %zu: cell %zu done %d times\n", kernel, band->num_rows,
                        band->num_columns, cell, num_times_done[cell]);
            fail();
        }
}

static void check_sizes(const struct launch *launch) {
    for (size_t k = 0; k < 2; k++) {
        assert_true(launch->local[k] >= 1 && launch->global[k] >= 1);
        assert_int_equal(launch->global[k] % launch->local[k], 0);
    }
    assert_true(launch->rows_per_item >= 1 && launch->columns_per_item >= 1);
}

/* What a work-item of fill_rows does, as kernels/fill.cl has it; its last end may lie beyond the band. */
static void do_item(const struct launch *launch, const struct band_rectangle *band, size_t x,
                    size_t y) {
    const size_t columns = launch->columns_per_item, rows = launch->rows_per_item;

    for (size_t r = y * rows; r < (y + 1) * rows && r < band->num_rows; r++)
        for (size_t c = x * columns; c < (x + 1) * columns && c < band->num_columns; c++)
            num_times_done[r * band->num_columns + c]++;
}

static void check_rows_kernel(const struct band_rectangle *band, size_t num_compute_units,
                              enum launch_items items) {
    const struct launch launch = launch_rows(band, num_compute_units, items);

    memset(num_times_done, 0, sizeof num_times_done);
    check_sizes(&launch);
    if (items == STREAMED_ITEMS && launch.rows_per_item > 1)
        assert_true(launch.columns_per_item >= band->num_columns);
    for (size_t y = 0; y < launch.global[1]; y++)
        for (size_t x = 0; x < launch.global[0]; x++) do_item(&launch, band, x, y);
    check_done_once(band, "fill_rows");
}

/* The kernel's own formula, in its 32 bits. */
static size_t row_of(const struct launch *launch, size_t cell) {
    return (size_t)((uint64_t)(uint32_t)(cell * 16) * (uint32_t)launch->reciprocal >> 32) >>
           launch->shift;
}

/* What the work-items of fill_runs do: cells of the band one behind the other. */
static void check_run_kernel(const struct band_rectangle *band, size_t item_cells,
                             size_t group_items) {
    const struct launch launch = launch_run(band, item_cells, group_items);
    const size_t num_cells = band->num_rows * band->num_columns;

    memset(num_times_done, 0, sizeof num_times_done);
    assert_int_equal(launch.global[1], 1);
    assert_int_equal(launch.global[0] % launch.local[0], 0);
    for (size_t x = 0; x < launch.global[0]; x++)
        for (size_t cell = x * item_cells; cell < (x + 1) * item_cells && cell < num_cells; cell++)
            num_times_done[cell]++;
    check_done_once(band, "fill_runs");
    for (size_t cell = 0; cell < num_cells; cell++)
        assert_int_equal(row_of(&launch, cell), cell / band->num_columns);
}

static void test_every_cell_once(void **state) {
    static const size_t shapes[][2] = {{1, 1},    {1, 63},    {1, 64},    {1, 65},    {63, 1},
                                       {65, 1},   {7, 9},     {33, 8},    {3, 8191},  {3, 8192},
                                       {3, 8193}, {100, 100}, {1, 99999}, {99999, 1}, {99, 999},
                                       {999, 97}, {257, 63},  {4, 12345}, {50000, 2}};
    static const size_t units[] = {0, 1, 2, 8, 132, 1000};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++) {
        const struct band_rectangle band = {5, 0, shapes[k][0], shapes[k][1]};
        for (size_t items = 1; items <= 256; items *= 2) check_run_kernel(&band, 1 + k % 4, items);
        for (size_t u = 0; u < 3 * NUM_ELEMENTS(units); u++)
            check_rows_kernel(&band, units[u / 3], (enum launch_items)(u % 3));
    }
}

static size_t num_groups(const struct launch *launch, size_t k) {
    return launch->global[k] / launch->local[k];
}

/* Bands of the most cells that a launch may have, of every form. */
static void test_numbers_of_groups(void **state) {
    static const size_t units[] = {1, 2, 64, 1000};

    (void)state;
    for (size_t m = 1; m <= LAUNCH_MAX_CELLS; m += m < 20000 ? 1 : m / 7) {
        const struct band_rectangle band = {0, 0, LAUNCH_MAX_CELLS / m, m};
        for (size_t u = 0; u < 3 * NUM_ELEMENTS(units); u++) {
            const struct launch launch =
                launch_rows(&band, units[u / 3], (enum launch_items)(u % 3));
            check_sizes(&launch);
            if (num_groups(&launch, 0) <= MAX_GROUPS && num_groups(&launch, 1) <= MAX_GROUPS)
                continue;
            print_error("m = %zu, %zu compute units: %zu x %zu groups\n", m, units[u / 3],
                        num_groups(&launch, 0), num_groups(&launch, 1));
            fail();
        }
    }
}

/* No core waits long for another: each has several work-items, where there are cells enough; and none is needlessly small. */
static void test_sizes_of_items(void **state) {
    static const size_t shapes[][2] = {
        {1000, 1000}, {1, 1000000}, {1000000, 1}, {100, 65536}, {3000, 77}};
    static const size_t units[] = {1, 4, 16, 64};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes) * NUM_ELEMENTS(units); k++) {
        const struct band_rectangle band = {0, 0, shapes[k / 4][0], shapes[k / 4][1]};
        const size_t num_units = units[k % 4], num_cells = band.num_rows * band.num_columns;
        const struct launch launch = launch_rows(&band, num_units, PLAIN_ITEMS);
        const size_t item_cells = launch.rows_per_item * launch.columns_per_item;
        assert_in_range(item_cells, 32, 2048);
        assert_true(item_cells * 4 * num_units <= num_cells || item_cells <= 77);
        assert_true(item_cells * 32 * num_units >= num_cells || item_cells > 1024);
    }
}

/* Each ends with a fence, so streamed ones are longer where there are cells enough. */
static void test_streamed_items(void **state) {
    static const size_t shapes[][2] = {{3000, 3000}, {1, 9000000}, {9000000, 1}, {1000000, 12}};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++) {
        const struct band_rectangle band = {0, 0, shapes[k][0], shapes[k][1]};
        const struct launch many = launch_rows(&band, 2, STREAMED_ITEMS),
                            few = launch_rows(&band, 1000, STREAMED_ITEMS);
        assert_in_range(many.rows_per_item * many.columns_per_item, 12000, 16384);
        assert_in_range(few.rows_per_item * few.columns_per_item, 64, 4096);
    }
}

/* Where cells are expensive there are enough for the last ones to be small. */
static void test_expensive_items(void **state) {
    static const size_t shapes[][2] = {{200, 200}, {1, 1000000}, {1000000, 1}, {100, 65536}};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++) {
        const struct band_rectangle band = {0, 0, shapes[k][0], shapes[k][1]};
        const struct launch launch = launch_rows(&band, 2, SHARED_ITEMS);
        const size_t num_items = num_groups(&launch, 0) * num_groups(&launch, 1);
        assert_in_range(num_items, 384, 10000);
    }
}

/* A batch of a row has 64 cells, if each unit has enough of them. */
static void test_batch_items(void **state) {
    const struct band_rectangle small = {0, 0, 30, 30}, medium = {0, 0, 100, 100},
                                long_rows = {0, 0, 4, 20000};
    (void)state;
    assert_in_range(launch_rows(&medium, 2, SHARED_ITEMS).columns_per_item, 8, 32);
    assert_int_equal(launch_rows(&medium, 2, BATCH_ITEMS).columns_per_item, 100);
    assert_in_range(launch_rows(&medium, 64, BATCH_ITEMS).columns_per_item, 8, 16);
    assert_in_range(launch_rows(&long_rows, 2, BATCH_ITEMS).columns_per_item, 64, 2048);
    for (size_t units = 1; units < 300; units *= 3) {
        check_rows_kernel(&small, units, BATCH_ITEMS);
        check_rows_kernel(&medium, units, BATCH_ITEMS);
    }
}

/* With more than 512 for each unit PoCL would hand out 256 at a time. */
static void test_expensive_items_are_not_too_many(void **state) {
    (void)state;
    for (size_t m = 32; m < 2000; m += 7)
        for (size_t n = 1; n * m < (size_t)768 * 2048; n += 1 + n / 5) {
            const struct band_rectangle band = {0, 0, n, m};
            const struct launch launch = launch_rows(&band, 2, SHARED_ITEMS);
            const size_t num_items = num_groups(&launch, 0) * num_groups(&launch, 1);
            if (num_items > 1024) print_error("%zu x %zu: %zu items\n", n, m, num_items);
            assert_true(num_items <= 1024);
        }
}

static void test_short_rows_are_whole(void **state) {
    (void)state;
    for (size_t m = 1; m < 32; m++)
        for (size_t n = 1; n < 2000; n = n * 3 + 1)
            for (size_t units = 1; units < 300; units *= 4) {
                const struct band_rectangle band = {0, 0, n, m};
                const struct launch launch = launch_rows(&band, units, SHARED_ITEMS);
                assert_int_equal(launch.columns_per_item, m);
                assert_int_equal(num_groups(&launch, 0), 1);
            }
}

/* The quotient at both ends of rows, up to the most cells of a launch. */
static void test_rows_of_cells(void **state) {
    (void)state;
    for (size_t m = 1; m <= LAUNCH_MAX_CELLS; m += m < 5000 ? 1 : m / 97 | 1) {
        const size_t num_rows = LAUNCH_MAX_CELLS / m;
        const struct launch launch =
            launch_run(&(struct band_rectangle){0, 0, num_rows, m}, 1, LAUNCH_GROUP_ITEMS);
        for (size_t row = 0; row < num_rows; row += 1 + row / 7) {
            assert_int_equal(row_of(&launch, row * m), row);
            assert_int_equal(row_of(&launch, row * m + m - 1), row);
        }
        assert_int_equal(row_of(&launch, num_rows * m - 1), num_rows - 1);
    }
}

/* PoCL compiles anew for each local size: there is one for kernels along rows, and one for runs. */
static void test_local_sizes_are_few(void **state) {
    (void)state;
    for (size_t m = 1; m <= 1000; m++) {
        const struct band_rectangle band = {0, 0, 3, m};
        const struct launch rows = launch_rows(&band, 4, PLAIN_ITEMS);
        assert_true(rows.local[0] == 1 && rows.local[1] == 1);
        for (size_t most = 1; most <= 256; most *= 2) {
            const struct launch run = launch_run(&band, 4, most);
            assert_int_equal(run.local[0], most);
            assert_int_equal(run.local[1], 1);
        }
    }
}

static void test_sizes_of_groups(void **state) {
    static const size_t sizes[][2] = {{4096, 256}, {256, 256}, {255, 128}, {128, 128},
                                      {100, 64},   {64, 64},   {63, 32},   {1, 1}};
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(sizes); k++)
        assert_int_equal(launch_group_items(sizes[k][0]), sizes[k][1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cell_once),
        cmocka_unit_test(test_numbers_of_groups),
        cmocka_unit_test(test_sizes_of_items),
        cmocka_unit_test(test_streamed_items),
        cmocka_unit_test(test_expensive_items),
        cmocka_unit_test(test_batch_items),
        cmocka_unit_test(test_expensive_items_are_not_too_many),
        cmocka_unit_test(test_short_rows_are_whole),
        cmocka_unit_test(test_rows_of_cells),
        cmocka_unit_test(test_local_sizes_are_few),
        cmocka_unit_test(test_sizes_of_groups),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

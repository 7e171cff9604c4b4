/* SPDX-License-Identifier: MIT
 *
 * Guards the cutting of one piece: a band begins where the rest does, is whole rows or a part of one row, crosses no multiple of
 * a window, keeps every limit, and is the longest such band; its rectangle is the same cells. Small shapes are compared with a
 * search that walks the cells; large ones, up to 2^62 cells, are checked without walking them.
 */
#include <stdint.h>

#include "fill/band.h"
#include "checks.h"

#define HUGE_CELLS ((size_t)1 << 62)

/* Whether the cells [begin, end) are whole rows or a part of one row. */
static bool is_band(size_t begin, size_t end, size_t m) {
    return begin / m == (end - 1) / m || (begin % m == 0 && end % m == 0);
}

static bool keeps_limits(size_t begin, size_t end, size_t m, const struct band_limits *limits) {
    const size_t first_row = begin / m, last_row = (end - 1) / m,
                 num_rows = last_row - first_row + 1;
    const size_t first_column = num_rows > 1 ? 0 : begin % m,
                 last_column = num_rows > 1 ? m - 1 : (end - 1) % m;

    return end - begin <= limits->max_cells &&
           first_row / limits->window_rows == last_row / limits->window_rows &&
           first_column / limits->window_columns == last_column / limits->window_columns;
}

static void check_band(struct band band, struct band rest, size_t m,
                       const struct band_limits *limits) {
    const bool within = band.begin == rest.begin && band.end > band.begin && band.end <= rest.end;

    if (within && is_band(band.begin, band.end, m) && keeps_limits(band.begin, band.end, m, limits))
        return;
    print_error("[%zu, %zu) of [%zu, %zu), m = %zu, limits %zu cells, windows of %zu "
                "rows, %zu columns\n",
                band.begin, band.end, rest.begin, rest.end, m, limits->max_cells,
                limits->window_rows, limits->window_columns);
    fail();
}

static void check_rectangle(struct band band, size_t m) {
    const struct band_rectangle r = band_rectangle(band, m);
    const bool is_part = band.begin / m == (band.end - 1) / m;

    assert_int_equal(r.i, band.begin / m);
    assert_int_equal(r.j, band.begin % m);
    assert_int_equal(r.num_rows, (band.end - 1) / m - band.begin / m + 1);
    assert_int_equal(r.num_columns, is_part ? band.end - band.begin : m);
    assert_int_equal(r.num_rows * r.num_columns, band_num_cells(band));
    assert_int_equal(band_num_cells(band), band.end - band.begin);
}

/* ---- Small shapes, against a search ---- */

static size_t longest(struct band rest, size_t m, const struct band_limits *limits) {
    size_t end = rest.end;

    while (!is_band(rest.begin, end, m) || !keeps_limits(rest.begin, end, m, limits)) end--;
    return end;
}

static void check_cut(struct band rest, size_t m, const struct band_limits *limits) {
    const struct band band = band_cut(rest, m, limits);

    check_band(band, rest, m, limits);
    check_rectangle(band, m);
    if (band.end != longest(rest, m, limits)) {
        print_error("[%zu, %zu) of [%zu, %zu), m = %zu, could end at %zu\n", band.begin, band.end,
                    rest.begin, rest.end, m, longest(rest, m, limits));
        fail();
    }
}

static const size_t some_lengths[] = {1, 2, 3, 4, 5, 7, 11, 100};

static void check_limits_of_shape(size_t n, size_t m,
                                  void (*check)(size_t, size_t, const struct band_limits *)) {
    const size_t num = NUM_ELEMENTS(some_lengths);

    for (size_t k = 0; k < num * num * num; k++) {
        const struct band_limits limits = {some_lengths[k % num], some_lengths[k / num / num % num],
                                           some_lengths[k / num / num / num], 0};
        check(n, m, &limits);
    }
}

/* As a queue has them: what is left of the array, what is left of a row, and what is left of given-back rows. */
static void check_rests(size_t n, size_t m, const struct band_limits *limits) {
    for (size_t begin = 0; begin < n * m; begin++) {
        check_cut((struct band){begin, n * m}, m, limits);
        check_cut((struct band){begin, begin + 1}, m, limits);
        check_cut((struct band){begin, (begin / m + 1) * m}, m, limits);
        check_cut((struct band){begin, begin + (n * m - begin) / m / 2 * m + (m - begin % m)}, m,
                  limits);
    }
}

static void test_cuts_of_small_shapes(void **state) {
    static const size_t shapes[][2] = {{1, 1}, {1, 7}, {7, 1}, {2, 2},
                                       {2, 5}, {3, 4}, {5, 3}, {4, 4}};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++)
        check_limits_of_shape(shapes[k][0], shapes[k][1], check_rests);
}

/* Runs of cells that are no bands themselves: they begin and end inside different rows. */
static void check_runs(size_t n, size_t m, const struct band_limits *limits) {
    for (size_t begin = 0; begin < n * m; begin++)
        for (size_t end = begin + 1; end <= n * m; end++)
            check_cut((struct band){begin, end}, m, limits);
}

static void test_cuts_of_any_run(void **state) {
    (void)state;
    check_runs(4, 5, &(struct band_limits){100, 100, 100, 0});
    check_runs(4, 4, &(struct band_limits){9, 2, 100, 0});
    check_runs(7, 1, &(struct band_limits){3, 2, 1, 0});
    check_runs(3, 7, &(struct band_limits){5, 2, 3, 0});
}

/* A wish for a step makes bands shorter where that is enough to end at its multiples, and never empty or longer. */
static void test_steps(void **state) {
    static const size_t steps[] = {1, 2, 3, 5, 8, 100};
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(steps); k++)
        for (size_t i = 0; i < 20; i++)
            for (size_t most = 1; most <= 20; most++) {
                const struct band rest = {i * 3, 40 * 3};
                const struct band_limits without = {most * 3 + 2, 100, 100, 0};
                struct band_limits with = without;
                with.row_step = steps[k];
                const size_t longest_end = band_cut(rest, 3, &without).end / 3,
                             end = band_cut(rest, 3, &with).end / 3;
                const size_t last_multiple = longest_end / steps[k] * steps[k];
                assert_int_equal(end, longest_end < 40 && last_multiple > i ? last_multiple
                                                                            : longest_end);
            }
}

/* Parts of a row end at multiples of 16 columns, except at the row's end and where fewer cells are
 * allowed. */
static void test_parts_of_rows(void **state) {
    (void)state;
    for (size_t j = 0; j < 100; j++)
        for (size_t most = 1; most <= 120; most++) {
            const struct band_limits limits = {most, 100, 1000, 0};
            const struct band band = band_cut((struct band){100 + j, 200}, 100, &limits);
            const size_t longest = j + most < 100 ? j + most : 100, multiple = longest / 16 * 16;
            assert_int_equal(band.end - 100, longest < 100 && multiple > j ? multiple : longest);
        }
}

/* ---- Rectangles ---- */

static void test_rectangles(void **state) {
    static const struct {
        struct band band;
        size_t m;
        struct band_rectangle r;
    } rows[] = {
        {{0, 1}, 1, {0, 0, 1, 1}},
        {{3, 8}, 1, {3, 0, 5, 1}},
        {{0, 10}, 10, {0, 0, 1, 10}},
        {{0, 9}, 10, {0, 0, 1, 9}},
        {{10, 11}, 10, {1, 0, 1, 1}},
        {{19, 20}, 10, {1, 9, 1, 1}},
        {{25, 28}, 10, {2, 5, 1, 3}},
        {{20, 50}, 10, {2, 0, 3, 10}},
        {{0, HUGE_CELLS}, HUGE_CELLS, {0, 0, 1, HUGE_CELLS}},
        {{0, HUGE_CELLS}, 1, {0, 0, HUGE_CELLS, 1}},
        {{1, HUGE_CELLS}, HUGE_CELLS, {0, 1, 1, HUGE_CELLS - 1}},
        {{HUGE_CELLS - ((size_t)1 << 31), HUGE_CELLS},
         (size_t)1 << 31,
         {((size_t)1 << 31) - 1, 0, 1, (size_t)1 << 31}},
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        const struct band_rectangle r = band_rectangle(rows[k].band, rows[k].m);
        assert_int_equal(r.i, rows[k].r.i);
        assert_int_equal(r.j, rows[k].r.j);
        assert_int_equal(r.num_rows, rows[k].r.num_rows);
        assert_int_equal(r.num_columns, rows[k].r.num_columns);
        check_rectangle(rows[k].band, rows[k].m);
    }
}

/* ---- Large shapes ---- */

static const struct band_limits large_limits[] = {
    {SIZE_MAX, SIZE_MAX, SIZE_MAX, 0},
    {1, 1, 1, 0},
    {4096, SIZE_MAX, SIZE_MAX, 0},
    {(size_t)1 << 28, SIZE_MAX, SIZE_MAX, 0},
    {(size_t)1 << 28, 1000003, 99991, 0},
    {SIZE_MAX, 3, SIZE_MAX, 0},
    {SIZE_MAX, SIZE_MAX, 3, 0},
    {((size_t)1 << 31) - 1, SIZE_MAX, SIZE_MAX, 0},
    {((size_t)1 << 31) + 1, (size_t)1 << 20, (size_t)1 << 40, 0},
    {(size_t)1 << 62, (size_t)1 << 60, (size_t)1 << 59, 0},
};

/* The first bands from a beginning on. */
static void check_some_bands(struct band rest, size_t m, const struct band_limits *limits) {
    for (size_t k = 0; k < 50 && rest.begin < rest.end; k++) {
        const struct band band = band_cut(rest, m, limits);
        check_band(band, rest, m, limits);
        check_rectangle(band, m);
        rest.begin = band.end;
    }
}

static void check_large_shape(size_t n, size_t m) {
    for (size_t k = 0; k < NUM_ELEMENTS(large_limits); k++) {
        const struct band_limits *limits = &large_limits[k];
        const size_t rows[] = {0, 1, n / 2, n - 1};
        for (size_t r = 0; r < NUM_ELEMENTS(rows); r++)
            check_some_bands((struct band){rows[r] % n * m, n * m}, m, limits);
        check_some_bands((struct band){n * m - 1, n * m}, m, limits);
        check_some_bands((struct band){n * m - (m + 1) / 2, n * m}, m, limits);
    }
}

static void test_cuts_of_large_shapes(void **state) {
    static const size_t shapes[][2] = {
        {1, HUGE_CELLS},
        {HUGE_CELLS, 1},
        {2, HUGE_CELLS / 2},
        {HUGE_CELLS / 2, 2},
        {(size_t)1 << 31, (size_t)1 << 31},
        {2147483647, 2147483647},
        {3, 1537228672809129301},
        {1537228672809129301, 3},
        {67280421310721, 65537},
        {65537, 67280421310721},
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++) check_large_shape(shapes[k][0], shapes[k][1]);
}

/* Where nothing limits, one band is the whole array. */
static void test_unlimited_cut_takes_everything(void **state) {
    static const struct band_limits none = {SIZE_MAX, SIZE_MAX, SIZE_MAX, 0};
    static const size_t shapes[][2] = {
        {1, 1}, {1, HUGE_CELLS}, {HUGE_CELLS, 1}, {2147483647, 2147483647}, {97, 89}};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++) {
        const size_t num_cells = shapes[k][0] * shapes[k][1];
        const struct band band = band_cut((struct band){0, num_cells}, shapes[k][1], &none);
        assert_int_equal(band.begin, 0);
        assert_int_equal(band.end, num_cells);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts_of_small_shapes),
        cmocka_unit_test(test_cuts_of_any_run),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_parts_of_rows),
        cmocka_unit_test(test_rectangles),
        cmocka_unit_test(test_cuts_of_large_shapes),
        cmocka_unit_test(test_unlimited_cut_takes_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

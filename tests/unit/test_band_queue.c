/* SPDX-License-Identifier: MIT
 *
 * Guards the queue of bands: whatever takers with different limits take, do, and give back again, every cell is done exactly
 * once; what was given back is taken first; the queue's memory holds as many bands as were said to be given back, also where
 * each taker holds less than the one before.
 */
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fill/band.h"
#include "checks.h"

#define MAX_CELLS 4096
#define UNLIMITED {SIZE_MAX, SIZE_MAX, SIZE_MAX, 0}

static unsigned char num_times_done[MAX_CELLS];

/* The queue of a shape, none of whose cells is done. */
static struct band_queue open_queue(size_t n, size_t m, size_t max_give_backs) {
    struct band_queue queue;

    assert_true(n * m <= MAX_CELLS);
    memset(num_times_done, 0, sizeof num_times_done);
    assert_true(band_queue_create(&queue, &(struct band){0, n * m}, 1, m, max_give_backs));
    return queue;
}

static void done(struct band band) {
    assert_true(band.begin < band.end && band.end <= MAX_CELLS);
    for (size_t cell = band.begin; cell < band.end; cell++) num_times_done[cell]++;
}

static void check_done_once(size_t n, size_t m) {
    for (size_t cell = 0; cell < MAX_CELLS; cell++)
        if (num_times_done[cell] != (cell < n * m)) {
            print_error("shape (%zu, %zu): cell %zu done %d times\n", n, m, cell,
                        num_times_done[cell]);
            fail();
        }
}

/* Fails where more was given back than there is memory for, also without a sanitizer. */
static void give_back(struct band_queue *queue, struct band band) {
    band_queue_give_back(queue, band);
    if (malloc_usable_size(queue->rests) < queue->num_rests * sizeof *queue->rests) {
        print_error("%zu rests in memory for %zu\n", queue->num_rests,
                    malloc_usable_size(queue->rests) / sizeof *queue->rests);
        fail();
    }
}

static void check_within(struct band band, size_t n, size_t m, const struct band_limits *limits) {
    const struct band_rectangle r = band_rectangle(band, m);

    assert_true(band.end <= n * m && band_num_cells(band) <= limits->max_cells);
    assert_true(r.num_columns == m || r.num_rows == 1);
    assert_int_equal(r.i / limits->window_rows, (r.i + r.num_rows - 1) / limits->window_rows);
    assert_int_equal(r.j / limits->window_columns,
                     (r.j + r.num_columns - 1) / limits->window_columns);
}

/* ---- One taker ---- */

static void check_shape(size_t n, size_t m, const struct band_limits *limits) {
    struct band_queue queue = open_queue(n, m, 0);
    struct band band;
    size_t expected_begin = 0;

    assert_false(band_queue_is_empty(&queue));
    while (band_queue_take(&queue, limits, &band)) {
        assert_int_equal(band.begin, expected_begin);
        check_within(band, n, m, limits);
        done(band);
        expected_begin = band.end;
    }
    assert_true(band_queue_is_empty(&queue));
    assert_false(band_queue_take(&queue, limits, &band));
    check_done_once(n, m);
    band_queue_destroy(&queue);
}

static void test_one_taker_does_every_cell_once(void **state) {
    static const size_t shapes[][2] = {{1, 1},   {1, 64},  {64, 1},  {1, 997},  {997, 1},
                                       {31, 37}, {37, 31}, {64, 64}, {2, 1009}, {1009, 4}};
    static const struct band_limits limits[] = {
        UNLIMITED,         {1, 1, 1, 0},        {3, 100, 100, 0}, {100, 100, 100, 0},
        {37, 100, 100, 0}, {1000, 100, 100, 0}, {200, 7, 64, 0},  {200, 64, 11, 0},
        {64, 5, 5, 0},     {SIZE_MAX, 3, 4, 0}, {36, 10, 37, 0},  {38, 10, 36, 0},
    };

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++)
        for (size_t l = 0; l < NUM_ELEMENTS(limits); l++)
            check_shape(shapes[k][0], shapes[k][1], &limits[l]);
}

/* ---- Giving back ---- */

static void test_what_was_given_back_is_taken_first(void **state) {
    static const struct band_limits limits = {10, 100, 100, 0};
    struct band_queue queue = open_queue(10, 10, 1);
    struct band first, second, again;

    (void)state;
    assert_true(band_queue_take(&queue, &limits, &first));
    assert_true(band_queue_take(&queue, &limits, &second));
    give_back(&queue, first);
    assert_true(band_queue_take(&queue, &limits, &again));
    assert_int_equal(again.begin, first.begin);
    assert_int_equal(again.end, first.end);
    assert_true(band_queue_take(&queue, &limits, &again));
    assert_int_equal(again.begin, second.end);
    band_queue_destroy(&queue);
}

static void test_the_last_band_comes_back(void **state) {
    static const struct band_limits limits = UNLIMITED;
    struct band_queue queue = open_queue(5, 7, 1);
    struct band band;

    (void)state;
    assert_true(band_queue_take(&queue, &limits, &band));
    assert_true(band_queue_is_empty(&queue));
    give_back(&queue, band);
    assert_false(band_queue_is_empty(&queue));
    assert_true(band_queue_take(&queue, &limits, &band));
    assert_true(band_queue_is_empty(&queue));
    done(band);
    check_done_once(5, 7);
    band_queue_destroy(&queue);
}

/* As a lane does whose device runs out of memory: it gives its band back and takes a smaller one, several times over. */
static void test_a_taker_that_shrinks(void **state) {
    struct band_limits limits = {2048, SIZE_MAX, SIZE_MAX, 0};
    struct band_queue queue = open_queue(64, 64, 11);
    struct band band;

    (void)state;
    for (; limits.max_cells > 1; limits.max_cells /= 2) { /* 11 times */
        assert_true(band_queue_take(&queue, &limits, &band));
        give_back(&queue, band);
    }
    while (band_queue_take(&queue, &limits, &band)) done(band);
    check_done_once(64, 64);
    band_queue_destroy(&queue);
}

/* ---- Several takers, at random ---- */

#define MAX_TAKERS     4
#define MAX_IN_FLIGHT  3
#define MAX_GIVE_BACKS 300

struct taker {
    struct band_limits limits;
    struct band in_flight[MAX_IN_FLIGHT];
    size_t num_in_flight;
};

struct game {
    size_t n, m, num_takers;
    struct taker takers[MAX_TAKERS];
    struct band_queue queue;
    size_t num_given_back;
    uint64_t random;
};

/* 0 to limit - 1; the same numbers on every machine (xorshift). */
static size_t roll(struct game *game, size_t limit) {
    game->random ^= game->random << 13;
    game->random ^= game->random >> 7;
    game->random ^= game->random << 17;
    return (size_t)(game->random >> 11) % limit;
}

static size_t roll_length(struct game *game, size_t limit) {
    return roll(game, 4) ? 1 + roll(game, limit) : SIZE_MAX;
}

static void roll_limits(struct game *game, struct band_limits *limits) {
    limits->max_cells = roll_length(game, 2 * game->m + 20);
    limits->window_rows = roll_length(game, game->n);
    limits->window_columns = roll_length(game, game->m);
    limits->row_step = roll(game, 4);
}

static void open_game(struct game *game, uint64_t seed) {
    static const size_t shapes[][2] = {{1, 1},    {1, 500},  {500, 1}, {29, 31},
                                       {13, 127}, {127, 13}, {40, 40}};

    *game = (struct game){.random = seed * 0x9e3779b97f4a7c15u + 1};
    const size_t shape = roll(game, NUM_ELEMENTS(shapes));
    game->n = shapes[shape][0];
    game->m = shapes[shape][1];
    game->num_takers = 1 + roll(game, MAX_TAKERS);
    for (size_t k = 0; k < game->num_takers; k++) roll_limits(game, &game->takers[k].limits);
    game->queue = open_queue(game->n, game->m, MAX_GIVE_BACKS);
}

static void take(struct game *game, struct taker *taker) {
    struct band *band = &taker->in_flight[taker->num_in_flight];

    if (!band_queue_take(&game->queue, &taker->limits, band)) return;
    check_within(*band, game->n, game->m, &taker->limits);
    taker->num_in_flight++;
}

/* Ends any band in flight: done, or given back; then the taker may be one that holds less, or more. */
static void end(struct game *game, struct taker *taker) {
    const size_t which = roll(game, taker->num_in_flight);
    const struct band band = taker->in_flight[which];
    const bool gives_back = roll(game, 3) == 0 && game->num_given_back < MAX_GIVE_BACKS;

    taker->in_flight[which] = taker->in_flight[--taker->num_in_flight];
    if (!gives_back) {
        done(band);
        return;
    }
    game->num_given_back++;
    give_back(&game->queue, band);
    if (roll(game, 2) == 0) roll_limits(game, &taker->limits);
}

static bool is_over(const struct game *game) {
    size_t num_in_flight = 0;

    for (size_t k = 0; k < game->num_takers; k++) num_in_flight += game->takers[k].num_in_flight;
    return num_in_flight == 0 && band_queue_is_empty(&game->queue);
}

static void test_takers_that_give_back_at_random(void **state) {
    struct game game;

    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        open_game(&game, seed);
        while (!is_over(&game)) {
            struct taker *taker = &game.takers[roll(&game, game.num_takers)];
            const bool takes = taker->num_in_flight < MAX_IN_FLIGHT && roll(&game, 2) == 0;
            if (takes)
                take(&game, taker);
            else if (taker->num_in_flight)
                end(&game, taker);
        }
        check_done_once(game.n, game.m);
        band_queue_destroy(&game.queue);
    }
}

/* ---- Large shapes ---- */

static void test_a_queue_of_2_to_the_62_cells(void **state) {
    static const size_t shapes[][2] = {
        {1, (size_t)1 << 62}, {(size_t)1 << 62, 1}, {(size_t)1 << 31, (size_t)1 << 31}};
    static const struct band_limits limits = {(size_t)1 << 52, (size_t)1 << 50,
                                              ((size_t)1 << 50) + 1, 0};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(shapes); k++) {
        const size_t n = shapes[k][0], m = shapes[k][1];
        struct band_queue queue;
        struct band band = {0, 0};
        size_t expected_begin = 0, num_bands = 0;
        assert_true(band_queue_create(&queue, &(struct band){0, n * m}, 1, m, 0));
        for (; band_queue_take(&queue, &limits, &band); expected_begin = band.end) {
            assert_int_equal(band.begin, expected_begin);
            check_within(band, n, m, &limits);
            assert_true(++num_bands < 10000);
        }
        assert_int_equal(expected_begin, (size_t)1 << 62);
        band_queue_destroy(&queue);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_taker_does_every_cell_once),
        cmocka_unit_test(test_what_was_given_back_is_taken_first),
        cmocka_unit_test(test_the_last_band_comes_back),
        cmocka_unit_test(test_a_taker_that_shrinks),
        cmocka_unit_test(test_takers_that_give_back_at_random),
        cmocka_unit_test(test_a_queue_of_2_to_the_62_cells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

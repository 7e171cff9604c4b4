/* SPDX-License-Identifier: MIT
 *
 * Guards the blocks between lanes and consumers, without a device: a few for each device and not one more, so that a full sink
 * keeps its lanes waiting; no two bands in the same memory, each with room for its planes; bands handed on in order where that
 * was asked for, whatever order they finish in and however often one is given back; all of them within the memory limit.
 * */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "checks.h"
#include "device/function.h"
#include "fill/sink_blocks.h"

enum { M = 100, N = 400 };

static struct outerfill_context *context;
static struct outerfill_function function = {.dtype = OUTERFILL_FLOAT64, .num_planes = 3};
static struct fill_request request;
static struct sink_blocks sink;
static size_t num_consumed;

static outerfill_status count_consumed(void *consumer, struct band band,
                                       const struct destination *destination,
                                       outerfill_error *error) {
    (void)band, (void)destination, (void)error;
    ++*(size_t *)consumer;
    return OUTERFILL_OK;
}

static void open_sink(size_t num_devices, size_t memory_nbytes, size_t begin_row, bool in_order) {
    outerfill_error error;
    context->num_devices = num_devices;
    function.context = context;
    request = (struct fill_request){
        .function = &function, .n = N, .m = M, .wanted = {begin_row * M, (size_t)N * M}};
    request.options.memory_nbytes = memory_nbytes;
    num_consumed = 0;
    check_status(sink_blocks_create(&sink, &request, SINK_BLOCK_NBYTES, in_order, count_consumed,
                                    &num_consumed, &error),
                 OUTERFILL_OK, NULL);
    assert_true(sink.sink.max_cells >= 1 && sink.num_blocks >= num_devices);
}

static struct band band_at(size_t k) {
    return (struct band){k * 10, k * 10 + 10};
}

static struct destination take(size_t k) {
    assert_true(sink.sink.kind->has_destination(&sink.sink));
    return sink.sink.kind->take(&sink.sink, band_at(k));
}

static void check_next(size_t k) {
    struct band band;
    struct destination destination;
    outerfill_error error;
    assert_true(sink.sink.kind->next(&sink.sink, &band, &destination));
    assert_true(band.begin == band_at(k).begin && band.end == band_at(k).end);
    check_status(sink.sink.kind->consume(&sink.sink, band, &destination, &error), OUTERFILL_OK,
                 NULL);
    sink.sink.kind->release(&sink.sink, band);
}

static void check_no_next(void) {
    struct band band;
    struct destination destination;
    assert_false(sink.sink.kind->next(&sink.sink, &band, &destination));
}

/* ---- Places
 * ----------------------------------------------------------------------------------------------------------------------- */

/* Full blocks, written over from end to end, keep their own values; and each run lies as in a file whose data begin at a page. */
static void check_places(size_t num_devices, size_t memory_nbytes) {
    struct destination destinations[64];
    open_sink(num_devices, memory_nbytes, 0, false);
    const size_t length = sink.sink.max_cells, num_blocks = sink.num_blocks;
    assert_true(num_blocks <= NUM_ELEMENTS(destinations));
    for (size_t k = 0; k < num_blocks; k++) {
        const size_t begin = k * length % ((size_t)N * M - length + 1);
        assert_true(sink.sink.kind->has_destination(&sink.sink));
        destinations[k] = sink.sink.kind->take(&sink.sink, (struct band){begin, begin + length});
        for (size_t p = 0; p < 3; p++) {
            const uintptr_t address = (uintptr_t)destination_plane(&destinations[k], p);
            assert_int_equal(address % PAGE_NBYTES,
                             (p * N * M + begin) * sizeof(double) % PAGE_NBYTES);
            memset(destination_plane(&destinations[k], p), (int)(3 * k + p + 1),
                   length * sizeof(double));
        }
    }
    assert_false(sink.sink.kind->has_destination(&sink.sink)); /* back-pressure */
    for (size_t k = 0; k < num_blocks; k++)
        for (size_t p = 0; p < 3; p++) {
            const unsigned char *run = destination_plane(&destinations[k], p);
            for (size_t at = 0; at < length * sizeof(double); at++)
                assert_int_equal(run[at], 3 * k + p + 1);
        }
    if (memory_nbytes >= 1 << 20) assert_true(sink.memory_nbytes <= num_devices * memory_nbytes);
    sink_blocks_destroy(&sink);
}

static void test_places(void **state) {
    (void)state;
    for (size_t num_devices = 1; num_devices <= 3; num_devices++) {
        check_places(num_devices, 0);
        check_places(num_devices, 1);
        check_places(num_devices, 64 << 10);
        check_places(num_devices, 1 << 20);
        check_places(num_devices, 8 << 20);
    }
}

/* ---- Order
 * ------------------------------------------------------------------------------------------------------------------------ */

static void test_in_order(void **state) {
    (void)state;
    open_sink(1, 0, 0, true);
    check_no_next();
    for (size_t k = 0; k < 3; k++) take(k);
    sink.sink.kind->finish(&sink.sink, band_at(2));
    sink.sink.kind->finish(&sink.sink, band_at(1));
    check_no_next(); /* 0 is still to come */
    sink.sink.kind->release(&sink.sink, band_at(0));
    check_no_next(); /* it failed */
    take(0);
    check_no_next();
    sink.sink.kind->finish(&sink.sink, band_at(0));
    for (size_t k = 0; k < 3; k++) check_next(k);
    check_no_next();
    assert_int_equal(num_consumed, 3);
    sink_blocks_destroy(&sink);
}

/* The first is the first of the rows that are wanted. */
static void test_in_order_from_a_row(void **state) {
    const size_t first = 7 * M / 10;

    (void)state;
    open_sink(1, 0, 7, true);
    take(first);
    take(first + 1);
    sink.sink.kind->finish(&sink.sink, band_at(first + 1));
    check_no_next();
    sink.sink.kind->finish(&sink.sink, band_at(first));
    check_next(first);
    check_next(first + 1);
    sink_blocks_destroy(&sink);
}

static void test_as_they_finish(void **state) {
    (void)state;
    open_sink(1, 0, 0, false);
    for (size_t k = 0; k < 3; k++) take(k);
    sink.sink.kind->finish(&sink.sink, band_at(2));
    check_next(2);
    check_no_next();
    sink.sink.kind->finish(&sink.sink, band_at(0));
    sink.sink.kind->finish(&sink.sink, band_at(1));
    check_next(0);
    check_next(1);
    sink_blocks_destroy(&sink);
}

/* A place is free again when its band has been consumed or has failed, not before. */
static void test_places_come_back(void **state) {
    struct band band;
    struct destination destination;

    (void)state;
    open_sink(1, 0, 0, false);
    const size_t num_blocks = sink.num_blocks;
    for (size_t k = 0; k < num_blocks; k++) take(k);
    sink.sink.kind->finish(&sink.sink, band_at(0));
    assert_false(sink.sink.kind->has_destination(&sink.sink));
    assert_true(sink.sink.kind->next(&sink.sink, &band, &destination));
    assert_false(sink.sink.kind->has_destination(&sink.sink)); /* it is being consumed */
    sink.sink.kind->release(&sink.sink, band);
    take(num_blocks);
    assert_false(sink.sink.kind->has_destination(&sink.sink));
    sink.sink.kind->release(&sink.sink, band_at(1));
    take(1);
    assert_false(sink.sink.kind->has_destination(&sink.sink));
    sink_blocks_destroy(&sink);
}

static int open_context(void **state) {
    (void)state;
    context = calloc(1, sizeof *context);
    return context == NULL;
}

static int close_context(void **state) {
    (void)state;
    free(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_in_order_from_a_row),
        cmocka_unit_test(test_as_they_finish),
        cmocka_unit_test(test_places_come_back),
    };

    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

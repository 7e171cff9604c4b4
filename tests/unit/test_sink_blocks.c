/* SPDX-License-Identifier: MIT
 *
 * Guards the blocks between lanes and consumers, without a device: a few for each device and not one more, so that a full sink
 * keeps its lanes waiting; no two bands in the same memory, each with room for its planes; bands handed on in order where that
 * was asked for, whatever order they finish in and however often one is given back; all of them within the memory limit. A block
 * that a dead device may still write into is never given again. */
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

static struct destination take_band(struct band band, const struct context_device *device) {
    outerfill_error error;
    assert_true(sink.sink.kind->has_destination(&sink.sink));
    struct destination destination = sink.sink.kind->take(&sink.sink, band, device);
    if (!destination.planes)
        assert_int_equal(sink.sink.kind->allocate(&sink.sink, &destination, &error), OUTERFILL_OK);
    return destination;
}

static struct destination take(size_t k) {
    return take_band(band_at(k), NULL);
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

/* Full blocks, written over from end to end, keep their own values; and each run begins at a page,
 * or lies as in a file whose data begin at a page. */
static void check_places(size_t num_devices, size_t memory_nbytes, bool is_paged) {
    struct destination destinations[64];
    open_sink(num_devices, memory_nbytes, 0, false);
    if (is_paged) sink_blocks_match_pages(&sink, M);
    const size_t length = sink.sink.max_cells, num_blocks = sink.num_blocks;
    assert_true(num_blocks <= NUM_ELEMENTS(destinations));
    for (size_t k = 0; k < num_blocks; k++) {
        const size_t begin = k * length % ((size_t)N * M - length + 1);
        destinations[k] = take_band((struct band){begin, begin + length}, NULL);
        for (size_t p = 0; p < 3; p++) {
            const uintptr_t address = (uintptr_t)destination_plane(&destinations[k], p);
            const size_t in_file = (p * N * M + begin) * sizeof(double);
            assert_int_equal(address % PAGE_NBYTES, is_paged ? in_file % PAGE_NBYTES : 0);
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
    if (memory_nbytes >= 1 << 20)
        assert_true(sink.num_blocks * sink.block_nbytes <= num_devices * memory_nbytes);
    sink_blocks_destroy(&sink);
}

static void test_places(void **state) {
    (void)state;
    for (size_t num_devices = 1; num_devices <= 3; num_devices++)
        for (int is_paged = 0; is_paged < 2; is_paged++) {
            check_places(num_devices, 0, is_paged);
            check_places(num_devices, 1, is_paged);
            check_places(num_devices, 64 << 10, is_paged);
            check_places(num_devices, 1 << 20, is_paged);
            check_places(num_devices, 8 << 20, is_paged);
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

/* A block with memory that nothing else uses is better than one without. */
static void test_warm_blocks(void **state) {
    (void)state;
    open_sink(1, 0, 0, false);
    const char *first = take(0).planes, *second = take(1).planes;
    sink.sink.kind->release(&sink.sink, band_at(1));
    assert_ptr_equal(take(2).planes, second);
    sink.sink.kind->release(&sink.sink, band_at(0));
    sink.sink.kind->release(&sink.sink, band_at(2));
    assert_ptr_equal(take(3).planes, first);
    sink_blocks_destroy(&sink);
}

/* The same number of bands has a block then, and the memory that was lost stays as it is. */
static void test_lost_block(void **state) {
    static char *lost; /* never released: no leak, because it can be reached */

    (void)state;
    open_sink(1, 0, 0, true);
    for (size_t k = 0; k < sink.num_blocks; k++) {
        char *planes = take(k).planes;
        if (k == 0) lost = planes;
    }
    sink.sink.kind->lose(&sink.sink, band_at(0));
    char *planes = take(0).planes;
    assert_ptr_not_equal(planes, lost);
    assert_false(sink.sink.kind->has_destination(&sink.sink));
    memset(planes, 0, M);
    memset(lost, 1, M); /* the dead device */
    for (size_t k = 0; k < M; k++) assert_int_equal(planes[k], 0);
    sink.sink.kind->finish(&sink.sink, band_at(0));
    check_next(0);
    sink_blocks_destroy(&sink);
    memset(lost, 2, M);
}

/* Where no memory can be pinned, a block has ordinary memory: this device has no driver. */
static void test_no_pinned_memory(void **state) {
    (void)state;
    open_sink(1, 0, 0, false);
    const struct destination destination = take_band(band_at(0), &context->devices[0]);
    assert_null(destination.pinned_for);
    memset(destination.planes, 1, sink.sink.max_cells * sizeof(double));
    sink_blocks_destroy(&sink);
}

static int open_context(void **state) {
    (void)state;
    context = calloc(1, sizeof *context + sizeof context->devices[0]);
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
        cmocka_unit_test(test_warm_blocks),
        cmocka_unit_test(test_lost_block),
        cmocka_unit_test(test_no_pinned_memory),
    };

    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

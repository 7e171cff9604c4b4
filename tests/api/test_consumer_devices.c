/* SPDX-License-Identifier: MIT
 *
 * Guards fills into a consumer on several devices: every cell once, and in order where that was asked for, also when a device
 * fails in the middle and another does its bands; a consumer that is slow makes the devices wait: what they have begun and the
 * consumer has not had is never more than the memory limit. For both this program has a clEnqueueNDRangeKernel of its own, which
 * the library calls, and which counts launches and fails for a device from its k-th on.
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"

#define NUM_DEVICES 2

enum { N = 611, M = 499, NUM_CELLS = N * M };

/* ---- Launches ---------------------------------------------------------------------------------------------------------------- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static size_t num_launches; /* of all devices */
static struct {
    cl_device_id id;
    int num_launches, first_failing; /* 0: none fails */
} devices[NUM_DEVICES];              /* in the order of their first launch */

/* Whether this launch fails. */
static int count_launch(cl_device_id id) {
    int fails = 0;
    pthread_mutex_lock(&mutex);
    for (size_t k = 0; k < NUM_DEVICES; k++) {
        if (devices[k].id == NULL) devices[k].id = id;
        if (devices[k].id != id) continue;
        devices[k].num_launches++;
        fails = devices[k].first_failing && devices[k].num_launches >= devices[k].first_failing;
        break;
    }
    num_launches += !fails;
    pthread_mutex_unlock(&mutex);
    return fails;
}

typedef cl_int launch_call(cl_command_queue, cl_kernel, cl_uint, const size_t *, const size_t *,
                           const size_t *, cl_uint, const cl_event *, cl_event *);

__attribute__((visibility("default"))) cl_int
clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint num_dimensions,
                       const size_t *offset, const size_t *global, const size_t *local,
                       cl_uint num_events, const cl_event *events, cl_event *event) {
    launch_call *next;
    cl_device_id id = NULL;
    *(void **)&next = dlsym(RTLD_NEXT, "clEnqueueNDRangeKernel");
    clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof id, &id, NULL);
    if (count_launch(id)) return CL_DEVICE_NOT_AVAILABLE;
    return next(queue, kernel, num_dimensions, offset, global, local, num_events, events, event);
}

static void plan_failures(int first, int second) {
    pthread_mutex_lock(&mutex);
    devices[0].first_failing = first;
    devices[1].first_failing = second;
    devices[0].num_launches = devices[1].num_launches = 0;
    num_launches = 0;
    pthread_mutex_unlock(&mutex);
}

static size_t launches_so_far(void) {
    pthread_mutex_lock(&mutex);
    const size_t number = num_launches;
    pthread_mutex_unlock(&mutex);
    return number;
}

/* ---- The consumer ------------------------------------------------------------------------------------------------------------ */

static outerfill_context *context;
static outerfill_function *function;
static double a[N], b[M], ab[2 * NUM_CELLS];
static unsigned char taken[NUM_CELLS];

typedef struct taker {
    outerfill_order order;
    pthread_t thread;
    size_t next_cell, num_calls, num_wrong, num_dropped;
    size_t most_ahead, largest_nbytes; /* launches that the consumer has not had; bytes of a band */
    int is_slow;
} taker;

static void note_dropped(const outerfill_error *error, void *user_data) {
    (void)error;
    ((taker *)user_data)->num_dropped++;
}

static int take(const outerfill_band *band, void *user_data) {
    taker *seen = user_data;
    const size_t begin = band->row_begin * M + band->column_begin,
                 end = (band->row_end - 1) * M + band->column_end;

    if (seen->is_slow && seen->num_calls % 32 == 0)
        usleep(20000); /* the devices get as far ahead as they can */
    const size_t ahead = launches_so_far() - seen->num_calls++;
    if (ahead > seen->most_ahead) seen->most_ahead = ahead;
    if (2 * (end - begin) * sizeof *ab > seen->largest_nbytes)
        seen->largest_nbytes = 2 * (end - begin) * sizeof *ab;
    seen->num_wrong += !pthread_equal(seen->thread, pthread_self());
    seen->num_wrong += seen->order == OUTERFILL_ORDER_ROWS && begin != seen->next_cell;
    seen->next_cell = end;
    for (size_t cell = begin; cell < end; cell++) seen->num_wrong += taken[cell]++ != 0;
    for (size_t p = 0; p < 2; p++)
        memcpy(ab + p * NUM_CELLS + begin, (const char *)band->data + p * band->plane_stride_nbytes,
               (end - begin) * sizeof *ab);
    return 0;
}

static outerfill_status consume_all(taker *seen, outerfill_transfer transfer, size_t memory_nbytes,
                                    outerfill_error *error) {
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .memory_nbytes = memory_nbytes,
                                            .transfer = transfer,
                                            .device_dropped = note_dropped,
                                            .device_dropped_data = seen};
    memset(taken, 0, sizeof taken);
    memset(ab, 0x5a, sizeof ab);
    seen->thread = pthread_self();
    return outerfill_fill_consumer(function, a, N, b, M, take, seen, seen->order, &options, error);
}

static void check_all(const taker *seen, const char *what) {
    const oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    for (size_t cell = 0; cell < NUM_CELLS; cell++)
        if (taken[cell] != 1) fail_msg("%s: cell %zu came %d times", what, cell, taken[cell]);
    assert_int_equal(seen->num_wrong, 0);
    assert_int_equal(oracle_check(&oracle_default, &problem, ab, what), 0);
}

/* ---- Right on both devices ----------------------------------------------------------------------------------------------------- */

static void test_two_devices(void **state) {
    static const size_t limits[] = {0, 64 << 10, 256 << 10, 1 << 20};

    (void)state;
    plan_failures(0, 0);
    for (size_t k = 0; k < 4 * NUM_ELEMENTS(limits) * 5; k++) {
        taker seen = {.order = k % 2 ? OUTERFILL_ORDER_FINISHED : OUTERFILL_ORDER_ROWS};
        outerfill_error error;
        check_ok(consume_all(&seen,
                             k / 2 % 2 ? OUTERFILL_TRANSFER_STAGED : OUTERFILL_TRANSFER_MAPPED,
                             limits[k / 4 % NUM_ELEMENTS(limits)], &error),
                 &error);
        check_all(&seen, "two devices");
        assert_int_equal(seen.num_dropped, 0);
    }
    assert_true(devices[0].num_launches > 0 && devices[1].num_launches > 0); /* in so many fills */
}

/* ---- A device that fails --------------------------------------------------------------------------------------------------------- */

static void test_one_fails(void **state) {
    static const int launches[] = {1, 2, 3, 7, 20};
    size_t num_dropped = 0;

    (void)state;
    assert_true(devices[1].id != NULL);
    for (size_t k = 0; k < 8 * NUM_ELEMENTS(launches); k++) {
        const int launch = launches[k / 8], failing = k % 2;
        taker seen = {.order = k / 2 % 2 ? OUTERFILL_ORDER_FINISHED : OUTERFILL_ORDER_ROWS};
        outerfill_error error;
        plan_failures(failing == 0 ? launch : 0, failing == 1 ? launch : 0);
        check_ok(consume_all(&seen,
                             k / 4 % 2 ? OUTERFILL_TRANSFER_STAGED : OUTERFILL_TRANSFER_MAPPED,
                             256 << 10, &error),
                 &error);
        check_all(&seen, "one of two fails");
        assert_int_equal(seen.num_dropped, devices[failing].num_launches >= launch);
        num_dropped += seen.num_dropped;
    }
    assert_true(num_dropped > 0);
}

/* What came until then was right, and came in order. */
static void test_all_fail(void **state) {
    (void)state;
    for (int launch = 1; launch <= 13; launch += 4) {
        taker seen = {.order = OUTERFILL_ORDER_ROWS};
        outerfill_error error;
        plan_failures(launch, launch);
        check_status(consume_all(&seen, OUTERFILL_TRANSFER_AUTO, 256 << 10, &error),
                     OUTERFILL_DEVICE_FAILED, &error);
        assert_int_equal(seen.num_dropped, 2);
        assert_true(seen.num_wrong == 0 && seen.next_cell < NUM_CELLS);
        for (size_t cell = 0; cell < seen.next_cell; cell++)
            assert_true(ab[cell] == a[cell / M] + b[cell % M]);
    }
    plan_failures(0, 0);
}

/* ---- A slow consumer ------------------------------------------------------------------------------------------------------------- */

static void test_slow_consumer(void **state) {
    const size_t limit = 512 << 10;

    (void)state;
    for (size_t k = 0; k < 4; k++) {
        taker seen = {.order = k % 2 ? OUTERFILL_ORDER_FINISHED : OUTERFILL_ORDER_ROWS,
                      .is_slow = 1};
        outerfill_error error;
        plan_failures(0, 0);
        check_ok(consume_all(&seen, k / 2 ? OUTERFILL_TRANSFER_STAGED : OUTERFILL_TRANSFER_MAPPED,
                             limit, &error),
                 &error);
        check_all(&seen, "a slow consumer");
        assert_int_equal(launches_so_far(), seen.num_calls); /* every band is one launch */
        assert_true(seen.num_calls > 20);
        print_message("bands ahead of the consumer: %zu of at most %zu bytes\n", seen.most_ahead,
                      seen.largest_nbytes);
        assert_true(seen.most_ahead * seen.largest_nbytes <=
                    limit * outerfill_context_num_devices(context));
    }
}

static int open_all(void **state) {
    (void)state;
    context = check_context("all");
    function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 211);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 212);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_devices),
        cmocka_unit_test(test_one_fails),
        cmocka_unit_test(test_all_fail),
        cmocka_unit_test(test_slow_consumer),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    setenv("POCL_DEVICES", "pthread pthread", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}

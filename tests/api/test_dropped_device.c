/* SPDX-License-Identifier: MIT
 *
 * Guards a fill whose devices fail on the way: the device is dropped, its bands are done by the other, the result is right and
 * the caller is told; where no device is left the fill fails with the last sentence; a band that is given back when the other
 * device has nothing left to do wakes it; and a device that says only when asked twice that it has stopped is not held to write
 * on. The failures are made here: this program has a clEnqueueNDRangeKernel and a clFinish of its own, which the library calls,
 * and which fail for a device from its k-th launch on, and so many times.
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "guarded.h"
#include "oracle.h"

#define NUM_DEVICES 2

/* ---- Failing launches -------------------------------------------------------------------------------------------------------- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct {
    cl_device_id id;
    int num_launches, first_failing; /* 0: none fails */
    int num_failing_finishes;        /* the next ones, behind a launch that failed */
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
    pthread_mutex_unlock(&mutex);
    return fails;
}

/* Whether this clFinish fails. */
static int count_finish(cl_device_id id) {
    int fails = 0;
    pthread_mutex_lock(&mutex);
    for (size_t k = 0; k < NUM_DEVICES; k++)
        if (devices[k].id == id && devices[k].num_failing_finishes > 0 &&
            devices[k].num_launches >= devices[k].first_failing)
            fails = devices[k].num_failing_finishes--;
    pthread_mutex_unlock(&mutex);
    return fails;
}

static cl_device_id device_of(cl_command_queue queue) {
    cl_device_id id = NULL;
    clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof id, &id, NULL);
    return id;
}

/* Where the caller's launches are to fail last: the others begin when it has begun one, which fails when they have long ended. */
static struct {
    int is_on;
    pthread_t caller;
    atomic_int caller_has_come, num_others;
} late;

#define LONG_MILLISECONDS  200
#define FIRST_MILLISECONDS 10000

static void await_others(void) {
    int num_seen = 0;
    late.caller_has_come = 1;
    for (int quiet = 0; quiet < (num_seen ? LONG_MILLISECONDS : FIRST_MILLISECONDS); quiet++) {
        usleep(1000);
        if (late.num_others != num_seen) quiet = 0;
        num_seen = late.num_others;
    }
}

/* Whether this launch fails. */
static int fails_late(void) {
    if (!late.is_on) return 0;
    const int is_caller = pthread_equal(pthread_self(), late.caller);
    if (is_caller) await_others();
    while (!late.caller_has_come) usleep(1000);
    late.num_others += !is_caller;
    return is_caller;
}

typedef cl_int finish_call(cl_command_queue);
typedef cl_int launch_call(cl_command_queue, cl_kernel, cl_uint, const size_t *, const size_t *,
                           const size_t *, cl_uint, const cl_event *, cl_event *);

__attribute__((visibility("default"))) cl_int
clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint num_dimensions,
                       const size_t *offset, const size_t *global, const size_t *local,
                       cl_uint num_events, const cl_event *events, cl_event *event) {
    launch_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clEnqueueNDRangeKernel");
    if (count_launch(device_of(queue)) || fails_late()) return CL_DEVICE_NOT_AVAILABLE;
    return next(queue, kernel, num_dimensions, offset, global, local, num_events, events, event);
}

__attribute__((visibility("default"))) cl_int clFinish(cl_command_queue queue) {
    finish_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clFinish");
    return count_finish(device_of(queue)) ? CL_OUT_OF_RESOURCES : next(queue);
}

static const char *name_of(cl_device_id id) {
    static char name[256];
    assert_int_equal(clGetDeviceInfo(id, CL_DEVICE_NAME, sizeof name, name, NULL), CL_SUCCESS);
    return name;
}

static void plan_failures(int first, int second) {
    devices[0].first_failing = first;
    devices[1].first_failing = second;
    devices[0].num_launches = devices[1].num_launches = 0;
}

/* ---- The fill ---------------------------------------------------------------------------------------------------------------- */

static outerfill_context *context;

struct dropped {
    size_t count;
    pthread_t thread;
    char message[1024];
};

static void note_dropped(const outerfill_error *error, void *data) {
    struct dropped *dropped = data;
    dropped->count++;
    dropped->thread = pthread_self();
    snprintf(dropped->message, sizeof dropped->message, "%s", error->message);
}

static outerfill_status fill(outerfill_function *function, outerfill_transfer transfer,
                             struct dropped *dropped, outerfill_error *error) {
    static double a[1009], b[1013];
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .memory_nbytes = 1 << 20, /* many bands */
                                            .transfer = transfer,
                                            .device_dropped = note_dropped,
                                            .device_dropped_data = dropped};
    const oracle_problem problem = {OUTERFILL_FLOAT64, a, 1009, b, 1013, NULL};
    guarded ab = guarded_create(sizeof(double) * 2 * 1009 * 1013, 0);

    *dropped = (struct dropped){0};
    oracle_plain(OUTERFILL_FLOAT64, a, 1009, 1);
    oracle_plain(OUTERFILL_FLOAT64, b, 1013, 2);
    const outerfill_status status =
        outerfill_fill(function, a, 1009, b, 1013, ab.data, &options, error);
    if (!status)
        assert_int_equal(oracle_check(&oracle_default, &problem, ab.data, "with a device dropped"),
                         0);
    assert_int_equal(guarded_damage(&ab, "with a device dropped"), 0);
    guarded_destroy(&ab);
    return status;
}

/* The devices of the context are known after one launch on each. */
static int learn_devices(outerfill_function *function) {
    struct dropped dropped = {0};
    outerfill_error error;
    plan_failures(0, 0);
    for (int k = 0; k < 20 && (devices[0].id == NULL || devices[1].id == NULL); k++)
        check_ok(fill(function, OUTERFILL_TRANSFER_AUTO, &dropped, &error), &error);
    assert_int_equal(dropped.count, 0);
    return devices[1].id != NULL;
}

static void test_one_of_two(void **state) {
    static const int launches[] = {1, 2, 3, 7};
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    struct dropped dropped;
    outerfill_error error;

    (void)state;
    assert_true(learn_devices(function));
    for (int transfer = OUTERFILL_TRANSFER_MAPPED; transfer <= OUTERFILL_TRANSFER_STAGED;
         transfer++)
        for (size_t k = 0; k < 2 * NUM_ELEMENTS(launches); k++) {
            const size_t failing = k % 2;
            plan_failures(failing == 0 ? launches[k / 2] : 0, failing == 1 ? launches[k / 2] : 0);
            check_ok(fill(function, (outerfill_transfer)transfer, &dropped, &error), &error);
            if (devices[failing].num_launches < launches[k / 2])
                continue; /* the other was so fast that it did not come to it */
            assert_int_equal(dropped.count, 1);
            assert_true(pthread_equal(dropped.thread, pthread_self()));
            check_contains(dropped.message, "clEnqueueNDRangeKernel");
            check_contains(dropped.message, name_of(devices[failing].id));
        }
    outerfill_function_destroy(function);
}

static void test_all_fail(void **state) {
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    struct dropped dropped;
    outerfill_error error;

    (void)state;
    assert_true(learn_devices(function));
    plan_failures(2, 2);
    check_status(fill(function, OUTERFILL_TRANSFER_AUTO, &dropped, &error), OUTERFILL_DEVICE_FAILED,
                 &error);
    check_contains(error.message, "clEnqueueNDRangeKernel");
    assert_int_equal(dropped.count, 2);
    plan_failures(0, 0); /* and the function is as good as before */
    check_ok(fill(function, OUTERFILL_TRANSFER_AUTO, &dropped, &error), &error);
    assert_int_equal(dropped.count, 0);
    outerfill_function_destroy(function);
}

/* The caller's device fails when the other one has done all the rest and waits. */
static void test_one_waits_for_the_other(void **state) {
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    struct dropped dropped;
    outerfill_error error;

    (void)state;
    plan_failures(0, 0);
    late.caller = pthread_self();
    late.caller_has_come = late.num_others = 0;
    late.is_on = 1;
    check_ok(fill(function, OUTERFILL_TRANSFER_AUTO, &dropped, &error), &error);
    late.is_on = 0;
    assert_true(late.num_others > 1);
    assert_int_equal(dropped.count, 1);
    outerfill_function_destroy(function);
}

/* What fails is finished before its memory goes. A device that refuses that once has stopped all the same; one that refuses it
 * twice may go on. One that shares the host's memory reads a and b in place. Another one reaches the array only if it is mapped:
 * nothing was read back yet. */
static void test_finishing_fails(void **state) {
    const int shares = outerfill_context_device(context, 0)->shares_host_memory;
    const outerfill_status expected[][3] = {
        {OUTERFILL_DEVICE_FAILED, OUTERFILL_DEVICE_FAILED, OUTERFILL_STILL_WRITING},
        {OUTERFILL_DEVICE_FAILED, OUTERFILL_DEVICE_FAILED,
         shares ? OUTERFILL_STILL_WRITING : OUTERFILL_DEVICE_FAILED}};
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    struct dropped dropped;
    outerfill_error error;

    (void)state;
    assert_true(learn_devices(function));
    for (int transfer = OUTERFILL_TRANSFER_MAPPED; transfer <= OUTERFILL_TRANSFER_STAGED;
         transfer++)
        for (int number = 0; number < 3; number++) {
            plan_failures(1, 1);
            devices[0].num_failing_finishes = devices[1].num_failing_finishes = number;
            check_status(fill(function, (outerfill_transfer)transfer, &dropped, &error),
                         expected[transfer - OUTERFILL_TRANSFER_MAPPED][number], &error);
            devices[0].num_failing_finishes = devices[1].num_failing_finishes = 0;
        }
    outerfill_function_destroy(function);
}

static int open_context(void **state) {
    (void)state;
    context = check_context("all");
    return 0;
}

static int close_context(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_of_two),
        cmocka_unit_test(test_all_fail),
        cmocka_unit_test(test_one_waits_for_the_other),
        cmocka_unit_test(test_finishing_fails),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    setenv("POCL_DEVICES", "pthread pthread", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * Guards the choice between streamed work-items and others where the library makes it, which results do not tell: both are tried
 * on bands that no cache holds, the one that was faster stays, for every function of the context, and streaming is not tried
 * where it cannot win. For that this program has a clEnqueueNDRangeKernel, a clWaitForEvents and a clGetDeviceInfo of its own,
 * which the library calls, and a clock that goes on only there: how long a kernel takes is played, and how large the cache is.
 * Where the device is no CPU there is no choice. */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"

#define MIB ((size_t)1 << 20)

/* ---- Launches, and the time that they take --------------------------------------------------------------------------------- */

enum kernel { ROWS, STREAM };

static long nanoseconds[2]; /* that a launch of each takes */
static long now;
static size_t num_launches[2];
static struct {
    cl_event done;
    long nanoseconds; /* it takes, and is over when somebody waits for it */
} running[8];         /* more than a lane has in flight */

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *time) {
    if (clock != CLOCK_MONOTONIC) return (int)syscall(SYS_clock_gettime, clock, time);
    const long played = __atomic_load_n(&now, __ATOMIC_RELAXED); /* drivers' threads ask as well */
    *time = (struct timespec){.tv_sec = 1000 + played / 1000000000, .tv_nsec = played % 1000000000};
    return 0;
}

typedef cl_int launch_call(cl_command_queue, cl_kernel, cl_uint, const size_t *, const size_t *,
                           const size_t *, cl_uint, const cl_event *, cl_event *);
typedef cl_int wait_call(cl_uint, const cl_event *);

__attribute__((visibility("default"))) cl_int
clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint num_axes,
                       const size_t *offset, const size_t *global, const size_t *local,
                       cl_uint num_before, const cl_event *before, cl_event *done) {
    launch_call *next;
    char name[64] = "";
    *(void **)&next = dlsym(RTLD_NEXT, "clEnqueueNDRangeKernel");
    clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof name, name, NULL);
    const enum kernel which = strcmp(name, "outerfill_fill_stream") == 0 ? STREAM : ROWS;
    const cl_int code =
        next(queue, kernel, num_axes, offset, global, local, num_before, before, done);
    size_t k = 0;
    while (k + 1 < NUM_ELEMENTS(running) && running[k].done) k++;
    running[k].done = code == CL_SUCCESS ? *done : NULL;
    running[k].nanoseconds = nanoseconds[which];
    num_launches[which]++;
    return code;
}

__attribute__((visibility("default"))) cl_int clWaitForEvents(cl_uint num_events,
                                                              const cl_event *events) {
    wait_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clWaitForEvents");
    for (size_t k = 0; k < NUM_ELEMENTS(running); k++) {
        if (running[k].done != events[0]) continue;
        __atomic_fetch_add(&now, running[k].nanoseconds, __ATOMIC_RELAXED);
        running[k].done = NULL;
    }
    return next(num_events, events);
}

static cl_ulong cache_nbytes = 128 * MIB;

typedef cl_int info_call(cl_device_id, cl_device_info, size_t, void *, size_t *);

__attribute__((visibility("default"))) cl_int clGetDeviceInfo(cl_device_id device,
                                                              cl_device_info what, size_t nbytes,
                                                              void *value, size_t *value_nbytes) {
    info_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clGetDeviceInfo");
    const cl_int code = next(device, what, nbytes, value, value_nbytes);
    if (what == CL_DEVICE_GLOBAL_MEM_CACHE_SIZE && value)
        memcpy(value, &cache_nbytes, sizeof cache_nbytes);
    return code;
}

/* ---- Fills ----------------------------------------------------------------------------------------------------------------- */

static outerfill_context *context;
static bool has_cpu;

static void open_anew(void) {
    outerfill_context_destroy(context);
    context = check_context(NULL);
    has_cpu = outerfill_context_num_devices(context) == 1 &&
              outerfill_context_device(context, 0)->type == OUTERFILL_DEVICE_CPU;
}

/* One plane, so that an array is one run. */
static outerfill_function *create_sum(const char *text) {
    return check_function(context, OUTERFILL_FLOAT64, 1, &text);
}

static double *create_vector(size_t n) {
    double *vector = check_malloc(n * sizeof *vector);
    for (size_t k = 0; k < n; k++) vector[k] = (double)k;
    return vector;
}

/* Fills rows of m cells until there are nbytes; how often each kernel was launched is counted anew. */
static void fill(const outerfill_function *function, double *ab, size_t nbytes, size_t m,
                 const outerfill_fill_options *options) {
    const size_t n = nbytes / sizeof *ab / m;
    double *a = create_vector(n), *b = create_vector(m);
    outerfill_error error;

    num_launches[ROWS] = num_launches[STREAM] = 0;
    check_ok(outerfill_fill(function, a, n, b, m, ab, options, &error), &error);
    free(a);
    free(b);
}

static void check_launches(size_t by_rows, size_t streamed) {
    if (num_launches[ROWS] != by_rows || num_launches[STREAM] != streamed)
        print_error("%zu launches by rows and %zu streamed instead of %zu and %zu\n",
                    num_launches[ROWS], num_launches[STREAM], by_rows, streamed);
    assert_true(num_launches[ROWS] == by_rows && num_launches[STREAM] == streamed);
}

static void check_kernel(enum kernel kernel) {
    check_launches(kernel == ROWS, kernel == STREAM);
}

/* The first fill of a function feels its way, in several launches; the array's memory is touched by it. */
static double *begin(const outerfill_function *function, size_t nbytes, size_t m) {
    double *ab = outerfill_alloc(nbytes);
    assert_non_null(ab);
    fill(function, ab, nbytes, m, NULL);
    assert_int_equal(num_launches[STREAM], 0);
    assert_in_range(num_launches[ROWS], 2, 20);
    return ab;
}

/* ---- The choice ------------------------------------------------------------------------------------------------------------ */

/* Four fills tell, and the fifth knows. Before, where nothing was streamed yet, comes one that waits for the compiler: what it
 * takes does not count. */
static void check_trial(const outerfill_function *function, double *ab, size_t nbytes,
                        enum kernel faster, bool is_first) {
    const long streamed = nanoseconds[STREAM];

    nanoseconds[STREAM] = 1000000000;
    if (is_first) fill(function, ab, nbytes, 1000, NULL);
    if (is_first) check_kernel(STREAM);
    nanoseconds[STREAM] = streamed;
    fill(function, ab, nbytes / 2, 1000, NULL); /* what took so long was learned as the rate */
    for (size_t k = 0; k < 4; k++) {
        fill(function, ab, nbytes, 1000, NULL);
        check_kernel(k % 2 ? ROWS : STREAM);
    }
    for (size_t k = 0; k < 3; k++) {
        fill(function, ab, nbytes, 1000, NULL);
        check_kernel(faster);
    }
}

/* Both verdicts, each for bands of 64 MiB and of 96 MiB by itself, and another function that finds them. */
static void test_the_faster_one_stays(void **state) {
    (void)state;
    for (int faster = ROWS; has_cpu && faster <= STREAM; faster++) {
        open_anew();
        outerfill_function *function = create_sum("a + b"), *other = create_sum("a - b");
        nanoseconds[faster] = 1000000;
        nanoseconds[!faster] = 2000000;
        double *ab = begin(function, 100 * MIB, 1000);
        check_trial(function, ab, 70 * MIB, (enum kernel)faster, true);
        nanoseconds[faster] = 3000000; /* now the other one is */
        check_trial(function, ab, 100 * MIB, (enum kernel) !faster, false);
        free(begin(other, 70 * MIB, 1000));
        for (size_t k = 0; k < 3; k++) {
            fill(other, ab, 70 * MIB, 1000, NULL);
            check_kernel((enum kernel)faster);
            fill(other, ab, 100 * MIB, 1000, NULL);
            check_kernel((enum kernel) !faster);
        }
        outerfill_free(ab);
        outerfill_function_destroy(other);
        outerfill_function_destroy(function);
    }
}

/* Where one kernel is not faster each time, five of each are compared. */
static void test_what_is_not_clear(void **state) {
    static const long by_rows[] = {4, 1, 4, 4, 4};

    (void)state;
    if (!has_cpu) return;
    open_anew();
    outerfill_function *function = create_sum("a + b");
    nanoseconds[ROWS] = 1000000;
    double *ab = begin(function, 70 * MIB, 1000);
    nanoseconds[STREAM] = 3000000;
    fill(function, ab, 70 * MIB, 1000, NULL);
    check_kernel(STREAM);
    for (size_t k = 0; k < 12; k++) {
        nanoseconds[ROWS] = 1000000 * by_rows[k / 2 % 5];
        fill(function, ab, 70 * MIB, 1000, NULL);
        check_kernel(k < 10 && k % 2 ? ROWS : STREAM);
    }
    outerfill_free(ab);
    outerfill_function_destroy(function);
}

/* Small arrays, short rows, memory that nobody has touched, and who wants something else. */
static void test_where_it_cannot_win(void **state) {
    const outerfill_fill_options staged = {.struct_nbytes = sizeof staged,
                                           .transfer = OUTERFILL_TRANSFER_STAGED},
                                 by_rows = {.struct_nbytes = sizeof by_rows,
                                            .work_item = OUTERFILL_WORK_ITEM_ROWS},
                                 limited = {.struct_nbytes = sizeof limited,
                                            .memory_nbytes = 100 * MIB};
    static const size_t short_rows[] = {2, 3, 11};

    (void)state;
    if (!has_cpu) return;
    open_anew();
    outerfill_function *function = create_sum("a + b");
    nanoseconds[ROWS] = 2000000;
    nanoseconds[STREAM] = 1000000;
    double *ab = begin(function, 70 * MIB, 1000);
    for (size_t k = 0; k < 3; k++) {
        fill(function, ab, 63 * MIB, 1000, NULL);
        assert_int_equal(num_launches[STREAM], 0);
        fill(function, ab, 70 * MIB, short_rows[k], NULL);
        assert_int_equal(num_launches[STREAM], 0);
        for (size_t time = 0; time < 2;
             time++) { /* once to feel the way, and once in a single launch */
            fill(function, ab, 70 * MIB, 1000, k == 0 ? &staged : k == 1 ? &by_rows : &limited);
            assert_int_equal(num_launches[STREAM], 0);
        }
        double *untouched = outerfill_alloc(70 * MIB);
        assert_non_null(untouched);
        fill(function, untouched, 70 * MIB, 1000, NULL);
        assert_int_equal(num_launches[STREAM], 0);
        outerfill_free(untouched);
    }
    outerfill_free(ab);
    outerfill_function_destroy(function);
}

/* Rows of one cell are as one row, and rows of twelve are long enough. */
static void test_where_it_can(void **state) {
    static const size_t columns[] = {1, 12, 70 * MIB / sizeof(double)};

    (void)state;
    for (size_t k = 0; has_cpu && k < NUM_ELEMENTS(columns); k++) {
        open_anew();
        outerfill_function *function = create_sum("a + b");
        double *ab = begin(function, 70 * MIB, 1000);
        fill(function, ab, 70 * MIB, columns[k], NULL);
        check_kernel(STREAM);
        outerfill_free(ab);
        outerfill_function_destroy(function);
    }
}

/* What fits into the last cache is not streamed, unless that cache is smaller than 16 MiB, or
 * larger than 64. */
static void test_the_cache_decides(void **state) {
    static const struct {
        cl_ulong cache;
        size_t not_streamed, streamed;
    } rows[] = {
        {0, 63 * MIB, 64 * MIB}, {20 * MIB, 19 * MIB, 21 * MIB}, {1 * MIB, 15 * MIB, 17 * MIB}};

    (void)state;
    for (size_t k = 0; has_cpu && k < NUM_ELEMENTS(rows); k++) {
        cache_nbytes = rows[k].cache;
        open_anew();
        outerfill_function *function = create_sum("a + b");
        double *ab = begin(function, 70 * MIB, 1024);
        fill(function, ab, rows[k].not_streamed, 1024, NULL);
        assert_int_equal(num_launches[STREAM], 0);
        fill(function, ab, rows[k].streamed, 1024, NULL);
        check_kernel(STREAM);
        outerfill_free(ab);
        outerfill_function_destroy(function);
    }
    cache_nbytes = 128 * MIB;
}

/* Until it is known, an array of 300 MiB is three bands, so that one fill nearly finds out; then it is one. */
static void test_bands_of_a_trial(void **state) {
    (void)state;
    if (!has_cpu) return;
    open_anew();
    outerfill_function *function = create_sum("a + b");
    nanoseconds[ROWS] = 2000000;
    nanoseconds[STREAM] = 1000000;
    double *ab = begin(function, 300 * MIB, 1000);
    fill(function, ab, 300 * MIB, 1000, NULL);
    assert_int_equal(num_launches[ROWS] + num_launches[STREAM], 3);
    fill(function, ab, 300 * MIB, 1000, NULL);
    fill(function, ab, 300 * MIB, 1000, NULL);
    fill(function, ab, 300 * MIB, 1000, NULL);
    check_kernel(STREAM);
    outerfill_free(ab);
    outerfill_function_destroy(function);
}

/* Who asks for streamed work-items gets them, for the smallest array as well. */
static void test_asked_for(void **state) {
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .work_item = OUTERFILL_WORK_ITEM_STREAM};
    double ab[6];

    (void)state;
    if (!has_cpu) return;
    outerfill_function *function = create_sum("a + b");
    fill(function, ab, sizeof ab, 3, &options);
    check_kernel(STREAM);
    outerfill_function_destroy(function);
}

static int open_context(void **state) {
    (void)state;
    open_anew();
    return 0;
}

static int close_context(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_faster_one_stays), cmocka_unit_test(test_what_is_not_clear),
        cmocka_unit_test(test_where_it_cannot_win),  cmocka_unit_test(test_where_it_can),
        cmocka_unit_test(test_bands_of_a_trial),     cmocka_unit_test(test_asked_for),
        cmocka_unit_test(test_the_cache_decides),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}

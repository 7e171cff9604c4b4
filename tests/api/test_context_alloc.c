/* SPDX-License-Identifier: MIT
 *
 * Guards arrays of a context: a device with memory of its own reads results back into them and
 * nowhere else; other arrays go through pinned memory; a consumer sees the memory that results were
 * read into; an array outlives the caller's context; what is freed is the context's own array alone;
 * an array of the caller's is read into directly while it is registered, and keeps its values; where
 * no memory can be pinned, the calls fail and leave nothing behind, and fills go on without. The
 * program has OpenCL calls of its own, which the library finds: the device says that it does not
 * share the host's memory, and reads are counted.
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"

#define N      512
#define M      512
#define NBYTES ((size_t)2 * N * M * sizeof(double))

/* ---- The driver ---- */

static int is_discrete, maps_fail;
static const char *watched; /* NBYTES bytes */
static atomic_size_t num_inside, num_outside;

/* What was read, by address, one after the other. */
#define MAX_READS 4096
static struct {
    const char *begin;
    size_t nbytes;
} reads[MAX_READS];
static atomic_size_t num_reads;

static void note_read(const void *begin, size_t nbytes) {
    const size_t k = num_reads++;
    if (k >= MAX_READS) return;
    reads[k].begin = begin;
    reads[k].nbytes = nbytes;
}

typedef cl_int info_call(cl_device_id, cl_device_info, size_t, void *, size_t *);
typedef cl_int read_call(cl_command_queue, cl_mem, cl_bool, size_t, size_t, void *, cl_uint,
                         const cl_event *, cl_event *);

__attribute__((visibility("default"))) cl_int clGetDeviceInfo(cl_device_id id, cl_device_info what,
                                                              size_t nbytes, void *answer,
                                                              size_t *answer_nbytes) {
    info_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clGetDeviceInfo");
    const cl_int code = next(id, what, nbytes, answer, answer_nbytes);
    const cl_bool no = CL_FALSE;
    if (is_discrete && code == CL_SUCCESS && what == CL_DEVICE_HOST_UNIFIED_MEMORY && answer)
        memcpy(answer, &no, sizeof no);
    return code;
}

__attribute__((visibility("default"))) cl_int clEnqueueReadBuffer(
    cl_command_queue queue, cl_mem buffer, cl_bool is_blocking, size_t begin, size_t nbytes,
    void *to, cl_uint num_events, const cl_event *events, cl_event *event) {
    read_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clEnqueueReadBuffer");
    const char *first = to;
    if (watched && first >= watched && first + nbytes <= watched + NBYTES)
        num_inside += nbytes;
    else
        num_outside += nbytes;
    note_read(to, nbytes);
    return next(queue, buffer, is_blocking, begin, nbytes, to, num_events, events, event);
}

typedef void *map_call(cl_command_queue, cl_mem, cl_bool, cl_map_flags, size_t, size_t, cl_uint,
                       const cl_event *, cl_event *, cl_int *);

__attribute__((visibility("default"))) void *clEnqueueMapBuffer(
    cl_command_queue queue, cl_mem buffer, cl_bool is_blocking, cl_map_flags flags, size_t begin,
    size_t nbytes, cl_uint num_events, const cl_event *events, cl_event *event, cl_int *code) {
    map_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clEnqueueMapBuffer");
    if (!maps_fail)
        return next(queue, buffer, is_blocking, flags, begin, nbytes, num_events, events, event,
                    code);
    *code = CL_MEM_OBJECT_ALLOCATION_FAILURE;
    return NULL;
}

/* ---- The fills ---- */

static void *allocate(outerfill_context *context, size_t nbytes) {
    outerfill_error error;
    void *array = NULL;
    check_ok(outerfill_context_alloc(context, nbytes, &array, &error), &error);
    assert_non_null(array);
    assert_int_equal((uintptr_t)array % 64, 0);
    return array;
}

static void check_fill(const outerfill_function *function, double *ab) {
    static double a[N], b[M];
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .transfer = is_discrete ? OUTERFILL_TRANSFER_STAGED
                                                                    : OUTERFILL_TRANSFER_AUTO};
    outerfill_error error;
    for (size_t i = 0; i < N; i++) a[i] = (double)i;
    for (size_t j = 0; j < M; j++) b[j] = 1.0 / (double)(1 + j);
    memset(ab, 0xff, NBYTES);
    watched = (const char *)ab;
    num_inside = num_outside = 0;
    check_ok(outerfill_fill(function, a, N, b, M, ab, &options, &error), &error);
    watched = NULL;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < M; j++) {
            assert_true(ab[i * M + j] == a[i] + b[j]);
            assert_true(ab[N * M + i * M + j] == a[i] * b[j]);
        }
}

static void test_reads_directly(void **state) {
    is_discrete = 1;
    outerfill_context *context = check_context(NULL);
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    double *ab = allocate(context, NBYTES), *other = outerfill_alloc(NBYTES);

    (void)state;
    check_fill(function, ab);
    assert_int_equal(num_inside, NBYTES);
    assert_int_equal(num_outside, 0);
    check_fill(function, other);
    assert_true(num_outside > 0);
    check_fill(function, ab);
    assert_int_equal(num_inside, NBYTES);
    outerfill_context_destroy(context);
    check_fill(function, ab);
    outerfill_function_destroy(function); /* the array holds the context */
    ab[0] = 1;
    outerfill_context_free(context, ab);
    outerfill_free(other);
    is_discrete = 0;
}

static size_t nbytes_read_into(const char *begin, size_t nbytes) {
    size_t sum = 0;
    for (size_t k = 0; k < num_reads; k++)
        if (reads[k].begin >= begin && reads[k].begin + reads[k].nbytes <= begin + nbytes)
            sum += reads[k].nbytes;
    return sum;
}

static void test_registered(void **state) {
    is_discrete = 1;
    outerfill_context *context = check_context(NULL);
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    double *ab = outerfill_alloc(NBYTES);
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < NBYTES / sizeof *ab; k++) ab[k] = (double)k;
    check_ok(outerfill_context_register(context, ab, NBYTES, &error), &error);
    for (size_t k = 0; k < NBYTES / sizeof *ab; k++) assert_true(ab[k] == (double)k);
    check_fill(function, ab);
    assert_int_equal(num_inside, NBYTES);
    assert_int_equal(num_outside, 0);
    check_status(outerfill_context_register(context, ab + 3, 8, &error), OUTERFILL_INVALID_ARGUMENT,
                 &error);
    check_contains(error.message, "overlaps");
    outerfill_context_free(context, ab); /* not the context's */
    check_fill(function, ab);
    assert_int_equal(num_inside, NBYTES);
    ab[7] = 7;
    outerfill_context_unregister(context, ab);
    assert_true(ab[7] == 7);
    outerfill_context_unregister(context, ab);
    outerfill_context_unregister(NULL, ab);
    outerfill_context_unregister(context, NULL);
    check_fill(function, ab);
    check_ok(outerfill_context_register(context, ab, NBYTES, &error), &error);
    outerfill_context_destroy(context);
    outerfill_function_destroy(function); /* the array holds the context */
    outerfill_context_unregister(context, ab);
    outerfill_free(ab);
    is_discrete = 0;
}

static int take_band(const outerfill_band *band, void *num_taken) {
    const size_t nbytes =
        ((band->row_end - band->row_begin) * M - band->column_begin - (M - band->column_end)) *
        sizeof(double);
    for (size_t p = 0; p < 2; p++)
        assert_true(nbytes_read_into((const char *)band->data + p * band->plane_stride_nbytes,
                                     nbytes) >= nbytes);
    *(size_t *)num_taken += nbytes;
    return 0;
}

static void test_consumer_copies_nothing(void **state) {
    static const double a[N], b[M];
    is_discrete = 1;
    outerfill_context *context = check_context(NULL);
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .transfer = OUTERFILL_TRANSFER_STAGED};
    outerfill_error error;

    (void)state;
    for (int order = OUTERFILL_ORDER_ROWS; order <= OUTERFILL_ORDER_FINISHED; order++) {
        size_t num_taken = 0;
        num_reads = 0;
        check_ok(outerfill_fill_consumer(function, a, N, b, M, take_band, &num_taken,
                                         (outerfill_order)order, &options, &error),
                 &error);
        assert_int_equal(num_taken, NBYTES / 2);
    }
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    is_discrete = 0;
}

static int count_band(const outerfill_band *band, void *num_bands) {
    assert_true(((const double *)band->data)[0] == 0);
    ++*(size_t *)num_bands;
    return 0;
}

static void test_nothing_can_be_pinned(void **state) {
    static const double a[N], b[M];
    is_discrete = maps_fail = 1;
    outerfill_context *context = check_context(NULL);
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .transfer = OUTERFILL_TRANSFER_STAGED};
    double *ab = outerfill_alloc(NBYTES);
    void *other;
    size_t num_bands = 0;
    outerfill_error error;

    (void)state;
    check_status(outerfill_context_alloc(context, NBYTES, &other, &error), OUTERFILL_OUT_OF_MEMORY,
                 &error);
    assert_null(other);
    check_status(outerfill_context_register(context, ab, NBYTES, &error), OUTERFILL_OUT_OF_MEMORY,
                 &error);
    check_contains(error.message, "pinned memory");
    check_ok(outerfill_fill_consumer(function, a, N, b, M, count_band, &num_bands,
                                     OUTERFILL_ORDER_ROWS, &options, &error),
             &error);
    assert_true(num_bands > 0);
    maps_fail = 0;
    check_ok(outerfill_context_register(context, ab, NBYTES, &error), &error);
    check_fill(function, ab);
    assert_int_equal(num_inside, NBYTES);
    outerfill_context_unregister(context, ab);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    outerfill_free(ab);
    is_discrete = 0;
}

static void test_shared_memory(void **state) {
    outerfill_context *context = check_context(NULL);
    outerfill_function *function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    double *ab = allocate(context, NBYTES);

    (void)state;
    check_fill(function, ab);
    outerfill_context_free(context, ab);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
}

static void test_several_arrays(void **state) {
    outerfill_context *context = check_context(NULL);
    char *arrays[5];
    char other[64];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(arrays); k++) arrays[k] = allocate(context, k * 1000);
    outerfill_context_free(context, other);
    outerfill_context_free(context, arrays[1] + 1);
    outerfill_context_free(context, NULL);
    outerfill_context_free(NULL, arrays[1]);
    for (size_t k = 0; k < NUM_ELEMENTS(arrays); k++) memset(arrays[k], 1, k * 1000);
    for (size_t k = 0; k < NUM_ELEMENTS(arrays); k++)
        outerfill_context_free(context, arrays[(k + 2) % NUM_ELEMENTS(arrays)]);
    outerfill_context_destroy(context);
}

static void test_bad_arguments(void **state) {
    outerfill_context *context = check_context(NULL);
    outerfill_error error;
    void *array = &error;

    (void)state;
    check_status(outerfill_context_alloc(NULL, 8, &array, &error), OUTERFILL_INVALID_ARGUMENT,
                 &error);
    check_contains(error.message, "context may not be NULL");
    assert_null(array);
    check_status(outerfill_context_alloc(context, 8, NULL, &error), OUTERFILL_INVALID_ARGUMENT,
                 &error);
    check_contains(error.message, "array may not be NULL");
    check_status(outerfill_context_alloc(context, SIZE_MAX, &array, &error),
                 OUTERFILL_OUT_OF_MEMORY, &error);
    check_status(outerfill_context_alloc(context, PTRDIFF_MAX / 2, &array, &error),
                 OUTERFILL_OUT_OF_MEMORY, &error);
    assert_null(array);
    check_status(outerfill_context_register(NULL, &error, 8, &error), OUTERFILL_INVALID_ARGUMENT,
                 &error);
    check_contains(error.message, "context may not be NULL");
    check_status(outerfill_context_register(context, NULL, 8, &error), OUTERFILL_INVALID_ARGUMENT,
                 &error);
    check_contains(error.message, "array may not be NULL");
    check_status(outerfill_context_register(context, &error, 0, &error), OUTERFILL_INVALID_ARGUMENT,
                 &error);
    check_contains(error.message, "nbytes is 0");
    check_status(outerfill_context_register(context, &error, SIZE_MAX, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    outerfill_context_destroy(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_directly), cmocka_unit_test(test_consumer_copies_nothing),
        cmocka_unit_test(test_registered),     cmocka_unit_test(test_nothing_can_be_pinned),
        cmocka_unit_test(test_shared_memory),  cmocka_unit_test(test_several_arrays),
        cmocka_unit_test(test_bad_arguments),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

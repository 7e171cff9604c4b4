/* SPDX-License-Identifier: MIT
 *
 * Guards fills in buffers of the caller's: every value of all shapes, offsets, dtypes and kinds of
 * functions; rows; events in both kinds of queues; what is refused; and that nothing of the
 * caller's is retained or released.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "opencl_objects.h"
#include "oracle.h"
#include "outerfill_opencl.h"

#define PAD 64 /* bytes behind the array, which must stay */

static struct opencl_objects objects;
static cl_context opencl;
static cl_device_id device;
static cl_command_queue queue;
static outerfill_context *context;

/* ---- Buffers ---- */

static void write_buffer(cl_mem buffer, size_t offset, size_t nbytes, const void *values) {
    assert_int_equal(
        clEnqueueWriteBuffer(queue, buffer, CL_TRUE, offset, nbytes, values, 0, NULL, NULL),
        CL_SUCCESS);
}

/* Some devices only read to multiples of 64. */
static void read_buffer(cl_mem buffer, size_t nbytes, void *values) {
    void *aligned = aligned_alloc(64, (nbytes + 63) / 64 * 64);
    assert_non_null(aligned);
    assert_int_equal(clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, nbytes, aligned, 0, NULL, NULL),
                     CL_SUCCESS);
    memcpy(values, aligned, nbytes);
    free(aligned);
}

/* ---- One fill ---- */

struct arrays {
    outerfill_dtype dtype;
    size_t n, m, num_planes;
    outerfill_opencl_array a, b, ab;
    size_t ab_nbytes; /* of the buffer */
};

static size_t itemsize_of(const struct arrays *arrays) {
    return outerfill_dtype_itemsize(arrays->dtype);
}

static void set_inputs(const struct arrays *arrays, void *a, void *b) {
    oracle_plain(arrays->dtype, a, arrays->n, 1);
    oracle_plain(arrays->dtype, b, arrays->m, 2);
}

/* The inputs stand one behind the other, from an element on. ab has an offset, and 0xee wherever
 * the fill must not write. */
static struct arrays create_typed(outerfill_dtype dtype, size_t n, size_t m, size_t num_planes,
                                  size_t offset) {
    struct arrays arrays = {.dtype = dtype, .n = n, .m = m, .num_planes = num_planes};
    const size_t itemsize = itemsize_of(&arrays), inputs_nbytes = (n + m) * itemsize;
    arrays.ab_nbytes = offset + num_planes * n * m * itemsize + PAD;
    char *values = check_malloc(inputs_nbytes), *pad = check_malloc(arrays.ab_nbytes);
    set_inputs(&arrays, values, values + n * itemsize);
    memset(pad, 0xee, arrays.ab_nbytes);
    arrays.a.buffer = arrays.b.buffer =
        opencl_buffer(opencl, CL_MEM_READ_ONLY, itemsize + inputs_nbytes);
    arrays.a.offset = itemsize, arrays.b.offset = itemsize + n * itemsize;
    write_buffer(arrays.a.buffer, itemsize, inputs_nbytes, values);
    arrays.ab = (outerfill_opencl_array){opencl_buffer(opencl, 0, arrays.ab_nbytes), offset};
    write_buffer(arrays.ab.buffer, 0, arrays.ab_nbytes, pad);
    free(values);
    free(pad);
    return arrays;
}

static struct arrays create_arrays(size_t n, size_t m, size_t num_planes, size_t offset) {
    return create_typed(OUTERFILL_FLOAT64, n, m, num_planes, offset);
}

static void release_arrays(const struct arrays *arrays) {
    clReleaseMemObject(arrays->a.buffer);
    clReleaseMemObject(arrays->ab.buffer);
}

static outerfill_status fill(const outerfill_function *function, const struct arrays *arrays,
                             const outerfill_opencl_options *options, cl_event *event,
                             outerfill_error *error) {
    return outerfill_opencl_fill(function, queue, arrays->a, arrays->n, arrays->b, arrays->m,
                                 arrays->ab, options, 0, NULL, event, error);
}

/* Plane p is a * (p + 1) + b. */
static double planes_float64(size_t p, double a, double b, const oracle_cell *cell) {
    (void)cell;
    return a * (double)(p + 1) + b;
}

static float planes_float32(size_t p, float a, float b, const oracle_cell *cell) {
    (void)cell;
    return a * (float)(p + 1) + b;
}

/* Compares rows row_begin to row_end - 1 of all planes with the oracle. Every other byte of the
 * buffer is as it was. */
static void check_values(const struct arrays *arrays, size_t row_begin, size_t row_end) {
    const size_t n = arrays->n, itemsize = itemsize_of(arrays), row_nbytes = arrays->m * itemsize,
                 num_rows = row_end - row_begin;
    const oracle_function right = {arrays->num_planes, planes_float64, planes_float32};
    unsigned char *bytes = check_malloc(arrays->ab_nbytes);
    char *a = check_malloc(n * itemsize), *b = check_malloc(row_nbytes),
         *rows = check_malloc(arrays->num_planes * num_rows * row_nbytes + 1);
    set_inputs(arrays, a, b);
    read_buffer(arrays->ab.buffer, arrays->ab_nbytes, bytes);
    for (size_t p = 0; p < arrays->num_planes; p++) {
        unsigned char *found = bytes + arrays->ab.offset + (p * n + row_begin) * row_nbytes;
        memcpy(rows + p * num_rows * row_nbytes, found, num_rows * row_nbytes);
        memset(found, 0xee, num_rows * row_nbytes);
    }
    for (size_t k = 0; k < arrays->ab_nbytes; k++) assert_int_equal(bytes[k], 0xee);
    const oracle_problem problem = {.dtype = arrays->dtype,
                                    .a = a + row_begin * itemsize,
                                    .n = num_rows,
                                    .b = b,
                                    .m = arrays->m};
    assert_int_equal(oracle_check(&right, &problem, rows, "planes"), 0);
    free(bytes);
    free(a);
    free(b);
    free(rows);
}

/* A function of P planes. */
static outerfill_function *create_typed_planes(outerfill_dtype dtype, size_t num_planes) {
    static char texts[OUTERFILL_MAX_PLANES][32];
    const char *expressions[OUTERFILL_MAX_PLANES];
    for (size_t p = 0; p < num_planes; p++) {
        snprintf(texts[p], sizeof texts[p], "a * %zu + b", p + 1);
        expressions[p] = texts[p];
    }
    return check_function(context, dtype, num_planes, expressions);
}

static outerfill_function *create_planes(size_t num_planes) {
    return create_typed_planes(OUTERFILL_FLOAT64, num_planes);
}

static void check_shapes(outerfill_dtype dtype, size_t num_planes) {
    static const size_t shapes[][2] = {{1, 1},  {1, 7},   {7, 1},   {3, 5},    {4, 4},
                                       {17, 2}, {2, 257}, {257, 3}, {64, 100}, {101, 99}};
    const size_t itemsize = outerfill_dtype_itemsize(dtype);
    outerfill_function *function = create_typed_planes(dtype, num_planes);
    for (size_t s = 0; s < NUM_ELEMENTS(shapes); s++)
        for (size_t offset = 0; offset <= 24; offset += itemsize) {
            const struct arrays arrays =
                create_typed(dtype, shapes[s][0], shapes[s][1], num_planes, offset);
            outerfill_error error;
            check_ok(fill(function, &arrays, NULL, NULL, &error), &error);
            check_values(&arrays, 0, arrays.n);
            release_arrays(&arrays);
        }
    outerfill_function_destroy(function);
}

static void test_shapes(void **state) {
    (void)state;
    check_shapes(OUTERFILL_FLOAT64, 1);
    check_shapes(OUTERFILL_FLOAT64, 9);
    check_shapes(OUTERFILL_FLOAT32, 2);
    check_shapes(OUTERFILL_FLOAT32, 64);
}

static void test_rows(void **state) {
    outerfill_function *function = create_planes(2);
    const outerfill_opencl_options options = {
        .struct_nbytes = sizeof options, .row_begin = 3, .row_end = 8};

    (void)state;
    for (size_t m = 1; m < 9; m++) {
        const struct arrays arrays = create_arrays(11, m, 2, 16);
        outerfill_error error;
        check_ok(fill(function, &arrays, &options, NULL, &error), &error);
        check_values(&arrays, 3, 8);
        release_arrays(&arrays);
    }
    outerfill_function_destroy(function);
}

/* A body with a loop, and one whose subscripts are checked. */
static void test_bodies(void **state) {
    static const char *const bodies[] = {
        "real x = 0; for (int k = 0; k < 3; k++) x += a; out[0] = x + b; out[1] = i + 10 * j;",
        "const int k = a < 1e9 ? 0 : 1; out[k] = a + a + a + b; out[1 - k] = i + 10 * j;"};
    const struct arrays arrays = create_arrays(23, 19, 2, 8);

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(bodies); k++) {
        const outerfill_function_description description = {
            .struct_nbytes = sizeof description, .num_planes = 2, .body = bodies[k]};
        outerfill_function *function = check_described(context, &description);
        double found[2 * 23 * 19 + 1 + PAD / 8], as[23], bs[19];
        outerfill_error error;
        set_inputs(&arrays, as, bs);
        check_ok(fill(function, &arrays, NULL, NULL, &error), &error);
        read_buffer(arrays.ab.buffer, arrays.ab_nbytes, found);
        for (size_t i = 0; i < 23; i++)
            for (size_t j = 0; j < 19; j++) {
                assert_true(found[1 + i * 19 + j] == as[i] + as[i] + as[i] + bs[j]);
                assert_true(found[1 + 23 * 19 + i * 19 + j] == (double)(i + 10 * j));
            }
        outerfill_function_destroy(function);
    }
    release_arrays(&arrays);
}

static void test_parameters_and_float32(void **state) {
    const char *const expressions[] = {"a * k + b"};
    const char *const names[] = {"k"};
    const double defaults[] = {2}, others[] = {5};
    const outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                        .dtype = OUTERFILL_FLOAT32,
                                                        .num_planes = 1,
                                                        .expressions = expressions,
                                                        .num_parameters = 1,
                                                        .parameter_names = names,
                                                        .parameter_values = defaults};
    outerfill_function *function = check_described(context, &description);
    float values[8] = {1, 2, 3, 4, 5, 6, 7, 8}, found[16];
    const cl_mem inputs = opencl_buffer(opencl, 0, sizeof values),
                 ab = opencl_buffer(opencl, 0, sizeof found);

    (void)state;
    write_buffer(inputs, 0, sizeof values, values);
    for (int k = 0; k < 2; k++) {
        const outerfill_opencl_options options = {.struct_nbytes = sizeof options,
                                                  .parameters = k ? others : NULL};
        outerfill_error error;
        check_ok(outerfill_opencl_fill(function, queue, (outerfill_opencl_array){inputs, 0}, 4,
                                       (outerfill_opencl_array){inputs, 16}, 4,
                                       (outerfill_opencl_array){ab, 0}, &options, 0, NULL, NULL,
                                       &error),
                 &error);
        read_buffer(ab, sizeof found, found);
        for (size_t cell = 0; cell < 16; cell++)
            assert_true(found[cell] == values[cell / 4] * (k ? 5 : 2) + values[4 + cell % 4]);
    }
    clReleaseMemObject(inputs);
    clReleaseMemObject(ab);
    outerfill_function_destroy(function);
}

/* The launches wait for a user's event, and the event waits for them. */
static void check_events(cl_command_queue_properties properties) {
    cl_int code;
    const cl_command_queue own = clCreateCommandQueue(opencl, device, properties, &code);
    assert_int_equal(code, CL_SUCCESS);
    outerfill_function *function = create_planes(2);
    const struct arrays arrays = create_arrays(50, 40, 2, 0);
    const cl_event gate = clCreateUserEvent(opencl, &code);
    for (size_t n = 0; n <= 50; n += 50) { /* also if there is nothing to launch */
        cl_event event = NULL;
        cl_int status = -1;
        outerfill_error error;
        check_ok(outerfill_opencl_fill(function, own, arrays.a, n, arrays.b, 40, arrays.ab, NULL, 1,
                                       &gate, &event, &error),
                 &error);
        assert_non_null(event);
        clFlush(own);
        clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof status, &status, NULL);
        assert_true(status != CL_COMPLETE);
        if (n) clSetUserEventStatus(gate, CL_COMPLETE);
        if (n) assert_int_equal(clWaitForEvents(1, &event), CL_SUCCESS);
        clReleaseEvent(event);
    }
    check_values(&arrays, 0, 50);
    clReleaseEvent(gate);
    clFinish(own);
    clReleaseCommandQueue(own);
    release_arrays(&arrays);
    outerfill_function_destroy(function);
}

/* Also without outerfill, its version 2026.2 calls a failed command complete, and crashes in clFinish
 * of a queue out of order that has one. */
static int is_of_intel_for_cpus(void) {
    char name[256] = "";
    cl_platform_id platform;
    clGetDeviceInfo(device, CL_DEVICE_PLATFORM, sizeof platform, &platform, NULL);
    clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof name, name, NULL);
    return strcmp(name, "Intel(R) OpenCL") == 0;
}

/* The event that the launch waits for fails: the array stays as it was, and the fill's event fails.
 * There is one launch, because PoCL 3.1 ends the process if an event fails that nobody holds.
 * api_opencl_calls looks at what several launches wait for. */
static void check_failed_event(cl_command_queue_properties properties) {
    cl_int code, state = CL_QUEUED;
    const cl_command_queue own = clCreateCommandQueue(opencl, device, properties, &code);
    assert_int_equal(code, CL_SUCCESS);
    outerfill_function *function = create_planes(1);
    const struct arrays arrays = create_arrays(30, 30, 1, 0);
    const cl_event gate = clCreateUserEvent(opencl, &code);
    cl_event event = NULL;
    outerfill_error error;
    check_ok(outerfill_opencl_fill(function, own, arrays.a, 30, arrays.b, 30, arrays.ab, NULL, 1,
                                   &gate, &event, &error),
             &error);
    clFlush(own);
    clSetUserEventStatus(gate, -5);
    assert_int_not_equal(clWaitForEvents(1, &event), CL_SUCCESS);
    clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL);
    assert_true(state < 0 || is_of_intel_for_cpus());
    check_values(&arrays, 0, 0);
    check_status(outerfill_opencl_fill(function, own, arrays.a, 30, arrays.b, 30, arrays.ab, NULL,
                                       1, &gate, NULL, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "the command of events[0] has failed: CL_OUT_OF_RESOURCES (-5)");
    assert_int_equal(error.opencl_code, -5);
    clReleaseEvent(event);
    clReleaseEvent(gate);
    clFinish(own);
    clReleaseCommandQueue(own);
    release_arrays(&arrays);
    outerfill_function_destroy(function);
}

static void test_events(void **state) {
    (void)state;
    check_events(0);
    check_failed_event(0);
}

static void test_a_queue_out_of_order(void **state) {
    cl_command_queue_properties has = 0;
    (void)state;
    clGetDeviceInfo(device, CL_DEVICE_QUEUE_PROPERTIES, sizeof has, &has, NULL);
    if (!(has & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE))
        print_message("the device has no such queue\n");
    else {
        check_events(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
        if (!is_of_intel_for_cpus())
            check_failed_event(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
        else
            print_message("no event fails here: finishing the queue would end the process\n");
    }
}

/* ---- Arrays of the host on such a context ---- */

static void test_a_fill_on_the_host(void **state) {
    outerfill_function *function = create_planes(3);
    static double a[60], b[70], ab[3 * 60 * 70];
    static const outerfill_transfer ways[] = {OUTERFILL_TRANSFER_AUTO, OUTERFILL_TRANSFER_STAGED};

    (void)state;
    for (size_t k = 0; k < 70; k++) b[k] = (double)k, a[k % 60] = 1.0 / (double)(1 + k % 60);
    for (size_t w = 0; w < NUM_ELEMENTS(ways); w++) {
        const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                                .transfer = ways[w]};
        outerfill_error error;
        memset(ab, 0, sizeof ab);
        check_ok(outerfill_fill(function, a, 60, b, 70, ab, &options, &error), &error);
        for (size_t cell = 0; cell < 3 * 60 * 70; cell++)
            assert_true(ab[cell] ==
                        a[cell / 70 % 60] * (double)(cell / 70 / 60 + 1) + b[cell % 70]);
    }
    outerfill_function_destroy(function);
}

/* ---- What is refused ---- */

static void check_refused(const outerfill_function *function, const struct arrays *arrays,
                          const char *words) {
    outerfill_error error;
    cl_event event = (cl_event)&error;
    check_status(fill(function, arrays, NULL, &event, &error), OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, words);
    assert_null(event);
}

/* Arrays of (4, 4) in two planes that are refused, and words of the sentence. */
struct bad_arrays {
    outerfill_opencl_array a, b, ab;
    const char *words;
};

static void check_bad_arrays(const struct arrays *good, const struct bad_arrays *rows,
                             size_t num_rows) {
    outerfill_function *function = create_planes(2);
    for (size_t k = 0; k < num_rows; k++) {
        struct arrays arrays = *good;
        arrays.a = rows[k].a, arrays.b = rows[k].b, arrays.ab = rows[k].ab;
        check_refused(function, &arrays, rows[k].words);
    }
    outerfill_function_destroy(function);
}

static void test_bad_buffers(void **state) {
    const struct arrays good = create_arrays(4, 4, 2, 0);
    cl_int code;
    const cl_context other = clCreateContext(NULL, 1, &device, NULL, NULL, &code);
    const cl_mem read_only = opencl_buffer(opencl, CL_MEM_READ_ONLY, 4096),
                 write_only = opencl_buffer(opencl, CL_MEM_WRITE_ONLY, 4096),
                 foreign = opencl_buffer(other, 0, 4096);
    const struct bad_arrays rows[] = {
        {good.a, good.b, {NULL, 0}, "ab may not be NULL"},
        {{NULL, 0}, good.b, good.ab, "a may not be NULL"},
        {good.a, {NULL, 0}, good.ab, "b may not be NULL"},
        {good.a, good.b, {read_only, 0}, "ab is read-only"},
        {{write_only, 0}, good.b, good.ab, "a is write-only"},
        {good.a, {write_only, 0}, good.ab, "b is write-only"},
        {good.a, good.b, {foreign, 0}, "ab is of another OpenCL context"},
        {good.a, {foreign, 0}, good.ab, "b is of another OpenCL context"},
    };

    (void)state;
    check_bad_arrays(&good, rows, NUM_ELEMENTS(rows));
    clReleaseMemObject(read_only);
    clReleaseMemObject(write_only);
    clReleaseMemObject(foreign);
    clReleaseContext(other);
    release_arrays(&good);
}

static void test_bad_places(void **state) {
    const struct arrays good = create_arrays(4, 4, 2, 0);
    const cl_mem small = opencl_buffer(opencl, 0, 8);
    const struct bad_arrays rows[] = {
        {good.a, good.b, {small, 0}, "ab has 8 bytes, and 256 bytes from offset 0"},
        {{small, 0}, good.b, good.ab, "a has 8 bytes"},
        {good.a, good.b, {good.ab.buffer, 128}, "from offset 128"},
        {good.a, good.b, {good.ab.buffer, 4}, "invalid offset 4 of ab (valid: multiples of 8)"},
        {{good.a.buffer, 12}, good.b, good.ab, "invalid offset 12 of a"},
        {{good.ab.buffer, 240}, good.b, good.ab, "ab overlaps a"},
        {good.a, {good.ab.buffer, 0}, good.ab, "ab overlaps b"},
    };

    (void)state;
    check_bad_arrays(&good, rows, NUM_ELEMENTS(rows));
    clReleaseMemObject(small);
    release_arrays(&good);
}

/* Two sub-buffers of one buffer overlap, or they do not. */
static void test_sub_buffers(void **state) {
    outerfill_function *function = create_planes(1);
    const size_t step = 4096;
    const cl_mem whole = opencl_buffer(opencl, 0, 4 * step);
    struct arrays arrays = {.n = 4, .m = 4, .num_planes = 1};
    cl_mem parts[3];
    cl_int code;
    outerfill_error error;

    (void)state;
    for (size_t k = 0; k < 3; k++) {
        const cl_buffer_region region = {k * step, k < 2 ? 2 * step : step};
        parts[k] = clCreateSubBuffer(whole, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &code);
        assert_int_equal(code, CL_SUCCESS);
    }
    arrays.a = (outerfill_opencl_array){parts[0], step};
    arrays.b = (outerfill_opencl_array){parts[0], 0};
    arrays.ab = (outerfill_opencl_array){parts[1], 0};
    check_refused(function, &arrays, "ab overlaps a");
    arrays.ab = (outerfill_opencl_array){parts[2], 0};
    check_ok(fill(function, &arrays, NULL, NULL, &error), &error);
    assert_int_equal(clFinish(queue), CL_SUCCESS);
    for (size_t k = 0; k < 3; k++) clReleaseMemObject(parts[k]);
    clReleaseMemObject(whole);
    outerfill_function_destroy(function);
}

/* The arguments of a call that is refused beside its arrays, and words of the sentence. */
struct bad_call {
    const outerfill_function *function;
    cl_command_queue queue;
    cl_uint num_events;
    const cl_event *events;
    const char *words;
};

static void check_bad_calls(const struct bad_call *rows, size_t num_rows) {
    const struct arrays arrays = create_arrays(4, 4, 2, 0);
    for (size_t k = 0; k < num_rows; k++) {
        outerfill_error error;
        check_status(outerfill_opencl_fill(rows[k].function, rows[k].queue, arrays.a, 4, arrays.b,
                                           4, arrays.ab, NULL, rows[k].num_events, rows[k].events,
                                           NULL, &error),
                     OUTERFILL_INVALID_ARGUMENT, &error);
        check_contains(error.message, rows[k].words);
    }
    release_arrays(&arrays);
}

static void test_bad_calls(void **state) {
    outerfill_function *function = create_planes(2);
    outerfill_context *plain = check_context(NULL);
    outerfill_function *of_plain = check_function(plain, OUTERFILL_FLOAT64, 0, NULL);
    cl_int code;
    const cl_context other = clCreateContext(NULL, 1, &device, NULL, NULL, &code);
    const cl_command_queue foreign = clCreateCommandQueue(other, device, 0, &code);
    const cl_event foreign_event = clCreateUserEvent(other, &code), none = NULL;
    const struct bad_call rows[] = {
        {NULL, queue, 0, NULL, "function may not be NULL"},
        {function, NULL, 0, NULL, "queue may not be NULL"},
        {of_plain, queue, 0, NULL, "outerfill_context_from_opencl"},
        {function, foreign, 0, NULL, "another OpenCL context"},
        {function, queue, 1, NULL, "num_events is 1 and events is NULL"},
        {function, queue, 0, &foreign_event, "num_events is 0 and events is not NULL"},
        {function, queue, 1, &none, "events[0] is not an event"},
        {function, queue, 1, &foreign_event, "events[0] is of another OpenCL context"},
    };

    (void)state;
    check_bad_calls(rows, NUM_ELEMENTS(rows));
    clReleaseEvent(foreign_event);
    clReleaseCommandQueue(foreign);
    clReleaseContext(other);
    outerfill_function_destroy(of_plain);
    outerfill_function_destroy(function);
    outerfill_context_destroy(plain);
}

static void test_bad_rows(void **state) {
    outerfill_function *function = create_planes(2);
    const struct arrays arrays = create_arrays(4, 4, 2, 0);
    const outerfill_opencl_options options = {
        .struct_nbytes = sizeof options, .row_begin = 2, .row_end = 5};
    outerfill_error error;

    (void)state;
    check_status(fill(function, &arrays, &options, NULL, &error), OUTERFILL_INVALID_ARGUMENT,
                 &error);
    check_contains(error.message, "invalid rows 2 to 5 of an array of 4 rows");
    release_arrays(&arrays);
    outerfill_function_destroy(function);
}

static void test_bad_contexts(void **state) {
    outerfill_context *made = (outerfill_context *)&made;
    outerfill_error error;

    (void)state;
    check_status(outerfill_context_from_opencl(NULL, device, &made, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "opencl may not be NULL");
    assert_null(made);
    check_status(outerfill_context_from_opencl(opencl, device, NULL, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_status(outerfill_context_from_opencl(opencl, (cl_device_id)&error, &made, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "is not a device of the OpenCL context");
    assert_null(made);
}

static void test_several_devices(void **state) {
    cl_platform_id platform;
    cl_device_id devices[2];
    cl_uint number = 0;
    cl_int code;
    outerfill_context *made;
    outerfill_error error;

    (void)state;
    clGetDeviceInfo(device, CL_DEVICE_PLATFORM, sizeof platform, &platform, NULL);
    clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 2, devices, &number);
    if (number < 2) {
        print_message("the platform has one device\n");
        return;
    }
    const cl_context both = clCreateContext(NULL, 2, devices, NULL, NULL, &code);
    assert_int_equal(code, CL_SUCCESS);
    check_status(outerfill_context_from_opencl(both, NULL, &made, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "has 2 devices; name one of them");
    check_ok(outerfill_context_from_opencl(both, devices[1], &made, &error), &error);
    assert_int_equal(outerfill_context_num_devices(made), 1);

    outerfill_function *function = check_function(made, OUTERFILL_FLOAT64, 0, NULL);
    const cl_command_queue other = clCreateCommandQueue(both, devices[0], 0, &code);
    const outerfill_opencl_array none = {NULL, 0};
    check_status(
        outerfill_opencl_fill(function, other, none, 0, none, 0, none, NULL, 0, NULL, NULL, &error),
        OUTERFILL_INVALID_ARGUMENT, &error);
    check_contains(error.message, "the queue is of another device than the function");
    clReleaseCommandQueue(other);
    outerfill_function_destroy(function);
    outerfill_context_destroy(made);
    clReleaseContext(both);
}

/* ---- Objects ---- */

static cl_uint references(void) {
    cl_uint number = 0;
    clGetContextInfo(opencl, CL_CONTEXT_REFERENCE_COUNT, sizeof number, &number, NULL);
    return number;
}

static cl_uint buffer_references(cl_mem buffer) {
    cl_uint number = 0;
    clGetMemObjectInfo(buffer, CL_MEM_REFERENCE_COUNT, sizeof number, &number, NULL);
    return number;
}

static void test_nothing_is_retained(void **state) {
    const struct arrays arrays = create_arrays(30, 30, 2, 0);
    const cl_uint before = references(), a_before = buffer_references(arrays.a.buffer),
                  ab_before = buffer_references(arrays.ab.buffer);
    outerfill_context *own;
    outerfill_error error;

    (void)state;
    check_ok(outerfill_context_from_opencl(opencl, NULL, &own, &error), &error);
    outerfill_function *function = check_function(own, OUTERFILL_FLOAT64, 0, NULL);
    check_ok(fill(function, &arrays, NULL, NULL, &error), &error);
    clFinish(queue);
    outerfill_context_destroy(own);
    outerfill_function_destroy(function);
    assert_int_equal(references(), before);
    assert_int_equal(buffer_references(arrays.a.buffer), a_before);
    assert_int_equal(buffer_references(arrays.ab.buffer), ab_before);
    release_arrays(&arrays);
}

/* ---- The set-up ---- */

static int open_opencl(void **state) {
    outerfill_error error;
    (void)state;
    objects = opencl_objects_open();
    opencl = objects.context, device = objects.device, queue = objects.queue;
    check_ok(outerfill_context_from_opencl(opencl, device, &context, &error), &error);
    return 0;
}

static int close_opencl(void **state) {
    (void)state;
    outerfill_context_destroy(context);
    opencl_objects_close(&objects);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_parameters_and_float32),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_a_queue_out_of_order),
        cmocka_unit_test(test_a_fill_on_the_host),
        cmocka_unit_test(test_bad_buffers),
        cmocka_unit_test(test_bad_places),
        cmocka_unit_test(test_sub_buffers),
        cmocka_unit_test(test_bad_calls),
        cmocka_unit_test(test_bad_rows),
        cmocka_unit_test(test_bad_contexts),
        cmocka_unit_test(test_several_devices),
        cmocka_unit_test(test_nothing_is_retained),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    setenv("POCL_DEVICES", "pthread pthread", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_opencl, close_opencl) == 0 ? 0 : 1;
}

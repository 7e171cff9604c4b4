/* SPDX-License-Identifier: MIT
 *
 * Guards the OpenCL calls of outerfill_opencl_fill. Each launch waits for the caller's events, the
 * fill's event waits for all launches, any call may fail, and every object is released.
 *
 * This program has some of OpenCL's functions of its own, which the library calls. They count
 * objects, note the events, and one of them fails. Its launches launch nothing.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device_line.h"
#include "opencl_objects.h"
#include "outerfill_opencl.h"

#define EXPORTED __attribute__((visibility("default")))
#define REFUSED  CL_INVALID_COMMAND_QUEUE

/* Functions with loops have launches of 2^22 cells. */
#define N            3
#define M            ((size_t)1 << 22)
#define NUM_LAUNCHES 3
#define AB_NBYTES    (2 * N * M * sizeof(float))

/* ---- OpenCL's functions ---- */

static int num_live; /* kernels, buffers and events */

static struct {
    int call, failing; /* the running number of the next call, and of the one that fails; 0: none */
    const char *name;  /* of the one that has failed */
} fault;

static struct {
    cl_uint num_events; /* of the latest launch's list */
    cl_event event;     /* the only one of that list */
    bool has_event;     /* the launch gives an event */
    cl_event made[NUM_LAUNCHES];
    cl_uint num_made, num_markers, num_marked;
    cl_event marked[NUM_LAUNCHES];
} seen;

static bool fails(const char *name) {
    if (++fault.call != fault.failing) return false;
    fault.name = name;
    return true;
}

#define NEXT(name)                                                                                 \
    __typeof__(name) *next;                                                                        \
    *(void **)&next = dlsym(RTLD_NEXT, #name)

EXPORTED cl_kernel clCreateKernel(cl_program program, const char *name, cl_int *code) {
    NEXT(clCreateKernel);
    if (fails("outerfill_fill")) return *code = REFUSED, NULL;
    num_live++;
    return next(program, name, code);
}

EXPORTED cl_int clReleaseKernel(cl_kernel kernel) {
    NEXT(clReleaseKernel);
    num_live--;
    return next(kernel);
}

EXPORTED cl_mem clCreateBuffer(cl_context context, cl_mem_flags flags, size_t nbytes, void *host,
                               cl_int *code) {
    NEXT(clCreateBuffer);
    if (fails("clCreateBuffer")) return *code = REFUSED, NULL;
    num_live++;
    return next(context, flags, nbytes, host, code);
}

EXPORTED cl_int clReleaseMemObject(cl_mem buffer) {
    NEXT(clReleaseMemObject);
    num_live--;
    return next(buffer);
}

EXPORTED cl_int clSetKernelArg(cl_kernel kernel, cl_uint index, size_t nbytes, const void *value) {
    NEXT(clSetKernelArg);
    return fails("clSetKernelArg") ? REFUSED : next(kernel, index, nbytes, value);
}

EXPORTED cl_int clReleaseEvent(cl_event event) {
    NEXT(clReleaseEvent);
    num_live--;
    return next(event);
}

EXPORTED cl_int clEnqueueMarkerWithWaitList(cl_command_queue queue, cl_uint num_events,
                                            const cl_event *events, cl_event *event) {
    NEXT(clEnqueueMarkerWithWaitList);
    if (fails("clEnqueueMarkerWithWaitList")) {
        *event = (cl_event)&fault; /* some drivers write it all the same */
        return REFUSED;
    }
    assert_in_range(num_events, 0, NUM_LAUNCHES);
    seen.num_markers++;
    seen.num_marked = num_events;
    if (num_events) memcpy(seen.marked, events, num_events * sizeof *events);
    num_live++;
    return next(queue, num_events, events, event);
}

EXPORTED cl_int clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel,
                                       cl_uint num_dimensions, const size_t *offset,
                                       const size_t *global, const size_t *local,
                                       cl_uint num_events, const cl_event *events,
                                       cl_event *event) {
    cl_int (*marker)(cl_command_queue, cl_uint, const cl_event *, cl_event *);
    (void)kernel, (void)num_dimensions, (void)offset, (void)global, (void)local;
    *(void **)&marker = dlsym(RTLD_NEXT, "clEnqueueMarkerWithWaitList");
    if (fails("clEnqueueNDRangeKernel")) return REFUSED;
    assert_true(seen.num_made < NUM_LAUNCHES);
    seen.has_event = event != NULL;
    seen.num_events = num_events;
    seen.event = num_events ? events[0] : NULL;
    if (!event) return seen.num_made++, CL_SUCCESS;
    num_live++;
    const cl_int code = marker(queue, num_events, events, event);
    return seen.made[seen.num_made++] = *event, code;
}

/* ---- The fills ---- */

static struct opencl_objects objects;
static outerfill_context *context;
static outerfill_function *function;
static cl_mem inputs, ab;

/* Its subscripts are checked, so that a launch has a buffer for faults. */
static const char *const body = "for (int k = 0; k < 2; k++) out[k] = a + k * b;";

static outerfill_status fill(size_t n, cl_uint num_events, const cl_event *events, cl_event *event,
                             outerfill_error *error) {
    const outerfill_opencl_array a = {inputs, 0}, b = {inputs, 64}, result = {ab, 0};
    memset(&seen, 0, sizeof seen);
    return outerfill_opencl_fill(function, objects.queue, a, n, b, M, result, NULL, num_events,
                                 events, event, error);
}

static void test_launches_and_their_event(void **state) {
    const int before = num_live;
    cl_int code;
    const cl_event gate = clCreateUserEvent(objects.context, &code);
    cl_event event;
    outerfill_error error;

    (void)state;
    check_ok(fill(N, 1, &gate, &event, &error), &error);
    assert_int_equal(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
    assert_int_equal(seen.num_made, NUM_LAUNCHES);
    assert_int_equal(seen.num_events, 1); /* of the last launch */
    assert_ptr_equal(seen.event, gate);
    assert_int_equal(seen.num_markers, 1);
    assert_int_equal(seen.num_marked, NUM_LAUNCHES);
    assert_memory_equal(seen.marked, seen.made, sizeof seen.made);
    assert_int_equal(num_live, before + 1);
    assert_int_equal(clWaitForEvents(1, &event), CL_SUCCESS);
    clReleaseEvent(event);

    check_ok(fill(1, 0, NULL, &event, &error), &error);
    assert_int_equal(seen.num_made, 1);
    assert_ptr_equal(event, seen.made[0]);
    clReleaseEvent(event);
    assert_int_equal(num_live, before);

    check_ok(fill(0, 1, &gate, &event, &error), &error);
    assert_int_equal(seen.num_made, 0);
    assert_ptr_equal(seen.marked[0], gate);
    clReleaseEvent(event);
    clReleaseEvent(gate);
    num_live++; /* the user's event, which was not counted when it was made */
    assert_int_equal(num_live, before);
}

static void test_no_event(void **state) {
    const int before = num_live;
    outerfill_error error;

    (void)state;
    check_ok(fill(N, 0, NULL, NULL, &error), &error);
    assert_int_equal(seen.num_made, NUM_LAUNCHES);
    assert_false(seen.has_event);
    assert_int_equal(seen.num_markers, 0);
    assert_int_equal(num_live, before);
}

/* Each call fails once, in a fill of three launches. */
static void test_each_call_fails(void **state) {
    static const char *const names[] = {"clCreateBuffer", "outerfill_fill", "clSetKernelArg",
                                        "clEnqueueNDRangeKernel", "clEnqueueMarkerWithWaitList"};
    const int before = num_live;
    bool has_failed[NUM_ELEMENTS(names)] = {false};
    outerfill_status status = OUTERFILL_DEVICE_FAILED;

    (void)state;
    for (int k = 1; status; k++) {
        cl_event event = (cl_event)&status;
        outerfill_error error;
        fault.call = 0, fault.failing = k, fault.name = NULL;
        status = fill(N, 0, NULL, &event, &error);
        fault.failing = 0;
        check_status(status, fault.name ? OUTERFILL_DEVICE_FAILED : OUTERFILL_OK, &error);
        if (fault.name) {
            assert_null(event);
            check_contains(error.message, fault.name);
            assert_int_equal(error.opencl_code, REFUSED);
        } else {
            clReleaseEvent(event);
        }
        for (size_t name = 0; fault.name && name < NUM_ELEMENTS(names); name++)
            has_failed[name] |= strcmp(fault.name, names[name]) == 0;
        assert_int_equal(clFinish(objects.queue), CL_SUCCESS);
        assert_int_equal(num_live, before);
    }
    for (size_t name = 0; name < NUM_ELEMENTS(names); name++) assert_true(has_failed[name]);
}

/* ---- The set-up ---- */

static int open_all(void **state) {
    const outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                        .dtype = OUTERFILL_FLOAT32,
                                                        .num_planes = 2,
                                                        .body = body};
    outerfill_error error;
    (void)state;
    objects = opencl_objects_open();
    check_ok(outerfill_context_from_opencl(objects.context, NULL, &context, &error), &error);
    function = check_described(context, &description);
    inputs = opencl_buffer(objects.context, 0, 64 + M * sizeof(float));
    ab = opencl_buffer(objects.context, 0, AB_NBYTES);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    clReleaseMemObject(inputs);
    clReleaseMemObject(ab);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    opencl_objects_close(&objects);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_launches_and_their_event),
        cmocka_unit_test(test_no_event),
        cmocka_unit_test(test_each_call_fails),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}

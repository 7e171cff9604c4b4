/* SPDX-License-Identifier: MIT
 *
 * Guards fills in an OpenCL context of the caller's on a GPU that fails. The fill fails, the library
 * makes no OpenCL context, and it keeps and releases nothing of the caller's. Then the caller makes
 * another OpenCL context, and fills in that one. */
#include <dlfcn.h>
#include <string.h>

#include "gpu_case.h"
#include "outerfill_opencl.h"

/* A code of NVIDIA's. CL_OUT_OF_RESOURCES would also mean that memory is short. */
#define ILLEGAL_ACCESS (-9999)

#define N      8
#define M      12
#define NBYTES (N * M * sizeof(double))

/* ---- What the library does with contexts and with the caller's objects ---- */

enum object { CONTEXT, QUEUE, INPUTS, AB, NUM_OBJECTS };

static const void *callers[NUM_OBJECTS];
static int num_retained[NUM_OBJECTS]; /* less those that were released */
static size_t num_contexts;

static void count(const void *handle, int change) {
    for (size_t k = 0; k < NUM_OBJECTS; k++)
        if (callers[k] == handle) num_retained[k] += change;
}

static void *behind(const char *name) {
    return dlsym(RTLD_NEXT, name);
}

/* The library's calls come here. Drivers have references of their own, which are not counted. */
#define EXPORTED __attribute__((visibility("default")))
#define COUNTED(name, type, change)                                                                \
    EXPORTED cl_int name(type object) {                                                            \
        cl_int (*next)(type);                                                                      \
        *(void **)&next = behind(#name);                                                           \
        count(object, change);                                                                     \
        return next(object);                                                                       \
    }
COUNTED(clRetainContext, cl_context, 1)
COUNTED(clReleaseContext, cl_context, -1)
COUNTED(clRetainCommandQueue, cl_command_queue, 1)
COUNTED(clReleaseCommandQueue, cl_command_queue, -1)
COUNTED(clRetainMemObject, cl_mem, 1)
COUNTED(clReleaseMemObject, cl_mem, -1)

typedef void(CL_CALLBACK *notify_call)(const char *, const void *, size_t, void *);
typedef cl_context create_call(const cl_context_properties *, cl_uint, const cl_device_id *,
                               notify_call, void *, cl_int *);

EXPORTED cl_context clCreateContext(const cl_context_properties *properties, cl_uint num_devices,
                                    const cl_device_id *devices, notify_call notify, void *data,
                                    cl_int *code) {
    create_call *next;
    *(void **)&next = behind("clCreateContext");
    num_contexts++;
    return next(properties, num_devices, devices, notify, data, code);
}

/* ---- The caller ---- */

struct caller {
    struct gpu gpu;
    cl_mem inputs, ab; /* a, and b behind it */
    outerfill_context *context;
    outerfill_function *function;
};

static double inputs[N + M], array[N * M];

static void begin_to_count(const struct caller *caller) {
    callers[CONTEXT] = caller->gpu.context;
    callers[QUEUE] = caller->gpu.queue;
    callers[INPUTS] = caller->inputs;
    callers[AB] = caller->ab;
    memset(num_retained, 0, sizeof num_retained);
    num_contexts = 0;
}

static struct caller open_caller(void) {
    static const char *const expressions[] = {"a * 3 + b"};
    struct caller caller = {.gpu = gpu_open(0)};
    outerfill_error error;
    for (size_t k = 0; k < N + M; k++) inputs[k] = (double)(k * k);
    caller.inputs = gpu_buffer(&caller.gpu, CL_MEM_COPY_HOST_PTR, sizeof inputs, inputs);
    caller.ab = gpu_buffer(&caller.gpu, 0, NBYTES, NULL);
    begin_to_count(&caller);
    check_ok(outerfill_context_from_opencl(caller.gpu.context, caller.gpu.device, &caller.context,
                                           &error),
             &error);
    caller.function = check_function(caller.context, OUTERFILL_FLOAT64, 1, expressions);
    return caller;
}

/* The library keeps the OpenCL context for as long as there is a function. */
static void close_caller(struct caller *caller) {
    outerfill_context_destroy(caller->context);
    assert_true(num_retained[CONTEXT] > 0);
    outerfill_function_destroy(caller->function);
    for (size_t k = 0; k < NUM_OBJECTS; k++) assert_int_equal(num_retained[k], 0);
    assert_int_equal(num_contexts, 0);
    assert_int_equal(clReleaseMemObject(caller->inputs), CL_SUCCESS);
    assert_int_equal(clReleaseMemObject(caller->ab), CL_SUCCESS);
    gpu_close(&caller->gpu);
}

/* After a fill, whether it failed or not. */
static void check_objects(void) {
    assert_true(num_retained[CONTEXT] > 0);
    for (size_t k = QUEUE; k < NUM_OBJECTS; k++) assert_int_equal(num_retained[k], 0);
    assert_int_equal(num_contexts, 0);
}

/* ---- Fills ---- */

static void count_dropped(const outerfill_error *error, void *data) {
    (void)error;
    ++*(size_t *)data;
}

static outerfill_status fill(const struct caller *caller, size_t *num_dropped,
                             outerfill_error *error) {
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .device_dropped = count_dropped,
                                            .device_dropped_data = num_dropped};
    *num_dropped = 0;
    const outerfill_status status =
        outerfill_fill(caller->function, inputs, N, inputs + N, M, array, &options, error);
    check_objects();
    return status;
}

static outerfill_status opencl_fill(const struct caller *caller, cl_event *event,
                                    outerfill_error *error) {
    const outerfill_opencl_array a = {caller->inputs, 0}, b = {caller->inputs, N * sizeof(double)},
                                 ab = {caller->ab, 0};
    const outerfill_status status = outerfill_opencl_fill(caller->function, caller->gpu.queue, a, N,
                                                          b, M, ab, NULL, 0, NULL, event, error);
    check_objects();
    return status;
}

static void check_array(void) {
    for (size_t cell = 0; cell < N * M; cell++)
        assert_true(array[cell] == inputs[cell / M] * 3 + inputs[N + cell % M]);
    memset(array, 0, sizeof array);
}

/* The device works again in another OpenCL context of the caller's. */
static void check_another_context(void) {
    struct caller caller = open_caller();
    size_t num_dropped;
    outerfill_error error;
    check_ok(fill(&caller, &num_dropped, &error), &error);
    assert_int_equal(num_dropped, 0);
    check_array();
    check_ok(opencl_fill(&caller, NULL, &error), &error);
    assert_int_equal(
        clEnqueueReadBuffer(caller.gpu.queue, caller.ab, CL_TRUE, 0, NBYTES, array, 0, NULL, NULL),
        CL_SUCCESS);
    check_array();
    close_caller(&caller);
}

/* Both kinds of fills fail in the dead context, whose every call has this code. */
static void check_dead(const struct caller *caller, cl_int code) {
    cl_event event = (cl_event)&code;
    size_t num_dropped;
    outerfill_error error;
    assert_int_equal(clFinish(caller->gpu.queue), code);
    check_status(fill(caller, &num_dropped, &error), OUTERFILL_DEVICE_FAILED, &error);
    check_status(opencl_fill(caller, &event, &error), OUTERFILL_DEVICE_FAILED, &error);
    assert_int_equal(error.opencl_code, code);
    assert_null(event);
}

static void check_fill(cl_int code) {
    struct caller caller = open_caller();
    size_t num_dropped;
    outerfill_error error;
    check_status(fill(&caller, &num_dropped, &error), OUTERFILL_DEVICE_FAILED, &error);
    assert_int_equal(error.opencl_code, code);
    assert_int_equal(num_dropped, 1);
    check_dead(&caller, code);
    close_caller(&caller);
    check_another_context();
}

static void test_fill(void) {
    check_fill(CL_INVALID_COMMAND_QUEUE);
}

static void test_fill_late(void) {
    check_fill(ILLEGAL_ACCESS);
}

static void test_opencl_fill(void) {
    struct caller caller = open_caller();
    cl_event event = (cl_event)&caller;
    outerfill_error error;
    check_status(opencl_fill(&caller, &event, &error), OUTERFILL_DEVICE_FAILED, &error);
    assert_int_equal(error.opencl_code, CL_INVALID_COMMAND_QUEUE);
    assert_null(event);
    check_dead(&caller, CL_INVALID_COMMAND_QUEUE);
    close_caller(&caller);
    check_another_context();
}

/* The call does not wait, so only the event tells. */
static void test_opencl_fill_late(void) {
    struct caller caller = open_caller();
    cl_event event = NULL;
    outerfill_error error;
    check_ok(opencl_fill(&caller, &event, &error), &error);
    assert_int_not_equal(clWaitForEvents(1, &event), CL_SUCCESS);
    assert_int_equal(clReleaseEvent(event), CL_SUCCESS);
    check_dead(&caller, ILLEGAL_ACCESS);
    close_caller(&caller);
    check_another_context();
}

int main(int argc, char **argv) {
    static const struct gpu_case cases[] = {
        {"fill", "gpu,fault=1:-36", test_fill, "launches 2\n"},
        {"fill_late", "gpu,late-fault=1:-9999", test_fill_late, "launches 3\n"},
        {"opencl_fill", "gpu,fault=1:-36", test_opencl_fill, "launches 2\n"},
        {"opencl_fill_late", "gpu,late-fault=1:-9999", test_opencl_fill_late, "launches 3\n"},
    };
    return gpu_cases_run(argc, argv, cases, NUM_ELEMENTS(cases));
}

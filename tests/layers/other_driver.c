/* SPDX-License-Identifier: MIT
 *
 * A layer that makes a driver look like another one, or die. It changes what platforms and devices say of themselves, and what
 * happens when a context is created, a program built or a buffer mapped; everything else is the driver's own. What is set in the
 * environment:
 *
 *     OTHER_DRIVER_PLATFORM, OTHER_DRIVER_NAME, OTHER_DRIVER_C_VERSION    a text instead of the driver's
 *     OTHER_DRIVER_WITHOUT    words, separated by commas: what the device has not, from the table below; "any device"; "any platform"
 *     OTHER_DRIVER_IS         "gpu" or "accelerator"
 *     OTHER_DRIVER_SECOND     "1": all this is true of the second device alone
 *     OTHER_DRIVER_MAPS       "late": refuses to unmap before it has been told to finish, as rusticl (Mesa 22.3) does; "lost":
 *                             and cannot finish then
 *     OTHER_DRIVER_FORBIDS    a word that no options of a build may hold: the process aborts
 *     OTHER_DRIVER_LEAVES     a plane that kernels do not store
 *     OTHER_DRIVER_ENDS       "exit", "abort", "assert", "raise", "child" or "threads": how the process ends at its first context
 * */
#include "layer.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void __assert_fail(const char *assertion, const char *file, unsigned line, const char *function)
    __attribute__((noreturn));

static const cl_icd_dispatch *next;

static const char *setting(const char *name) {
    const char *text = getenv(name);
    return text ? text : "";
}

/* ---- What they say ---- */

static const struct {
    const char *name;
    cl_device_info what;
} texts[] = {{"OTHER_DRIVER_NAME", CL_DEVICE_NAME},
             {"OTHER_DRIVER_C_VERSION", CL_DEVICE_OPENCL_C_VERSION}};

static const struct {
    const char *word;
    cl_device_info what;
    cl_ulong value;
} missing[] = {
    {"compiler", CL_DEVICE_COMPILER_AVAILABLE, 0},
    {"device", CL_DEVICE_AVAILABLE, 0},
    {"order", CL_DEVICE_ENDIAN_LITTLE, 0},
    {"arguments", CL_DEVICE_MAX_PARAMETER_SIZE, 256},
    {"buffers", CL_DEVICE_MAX_MEM_ALLOC_SIZE, 0},
    {"float64", CL_DEVICE_DOUBLE_FP_CONFIG, 0},
    {"shared memory", CL_DEVICE_HOST_UNIFIED_MEMORY, 0},
    {"division", CL_DEVICE_SINGLE_FP_CONFIG, CL_FP_ROUND_TO_NEAREST | CL_FP_INF_NAN},
};

static int has_word(const char *words, const char *word) {
    const size_t length = strlen(word);
    for (const char *at = words; *at; at += *at == ',') {
        const size_t rest = strcspn(at, ",");
        if (rest == length && strncmp(at, word, length) == 0) return 1;
        at += rest;
    }
    return 0;
}

static int is_other(cl_device_id device) {
    static cl_device_id first; /* that is asked about */
    if (!first) first = device;
    return strcmp(setting("OTHER_DRIVER_SECOND"), "1") != 0 || device != first;
}

static cl_int CL_API_CALL get_platform_ids(cl_uint room, cl_platform_id *platforms,
                                           cl_uint *num_platforms) {
    if (!has_word(setting("OTHER_DRIVER_WITHOUT"), "any platform"))
        return next->clGetPlatformIDs(room, platforms, num_platforms);
    if (num_platforms) *num_platforms = 0;
    return CL_SUCCESS;
}

static cl_int CL_API_CALL get_platform_info(cl_platform_id platform, cl_platform_info what,
                                            size_t room, void *value, size_t *needed) {
    const char *text = setting("OTHER_DRIVER_PLATFORM");
    if (what == CL_PLATFORM_NAME && *text)
        return layer_answer(text, strlen(text) + 1, room, value, needed);
    return next->clGetPlatformInfo(platform, what, room, value, needed);
}

static cl_int CL_API_CALL get_device_info(cl_device_id device, cl_device_info what, size_t room,
                                          void *value, size_t *needed) {
    const char *without = setting("OTHER_DRIVER_WITHOUT"), *is = setting("OTHER_DRIVER_IS");
    const int is_changed = is_other(device);
    for (size_t k = 0; is_changed && k < sizeof texts / sizeof *texts; k++) {
        const char *text = setting(texts[k].name);
        if (what == texts[k].what && *text)
            return layer_answer(text, strlen(text) + 1, room, value, needed);
    }
    if (is_changed && what == CL_DEVICE_TYPE && *is) {
        const cl_device_type type =
            strcmp(is, "gpu") == 0 ? CL_DEVICE_TYPE_GPU : CL_DEVICE_TYPE_ACCELERATOR;
        return layer_answer(&type, sizeof type, room, value, needed);
    }
    const cl_int code = next->clGetDeviceInfo(device, what, room, value, needed);
    size_t nbytes = 0;
    if (code == CL_SUCCESS && value) next->clGetDeviceInfo(device, what, 0, NULL, &nbytes);
    for (size_t k = 0; is_changed && nbytes && k < sizeof missing / sizeof *missing; k++)
        if (what == missing[k].what && has_word(without, missing[k].word))
            memcpy(value, &missing[k].value, nbytes);
    return code;
}

static cl_int CL_API_CALL get_device_ids(cl_platform_id platform, cl_device_type type, cl_uint room,
                                         cl_device_id *devices, cl_uint *num_devices) {
    if (!has_word(setting("OTHER_DRIVER_WITHOUT"), "any device"))
        return next->clGetDeviceIDs(platform, type, room, devices, num_devices);
    if (num_devices) *num_devices = 0;
    return CL_SUCCESS;
}

/* ---- How they map ---- */

static atomic_int is_mapping; /* and has not finished */

static void *CL_API_CALL enqueue_map(cl_command_queue queue, cl_mem buffer, cl_bool is_blocking,
                                     cl_map_flags flags, size_t offset, size_t nbytes,
                                     cl_uint num_awaited, const cl_event *awaited, cl_event *event,
                                     cl_int *code) {
    is_mapping = *setting("OTHER_DRIVER_MAPS") != 0;
    return next->clEnqueueMapBuffer(queue, buffer, is_blocking, flags, offset, nbytes, num_awaited,
                                    awaited, event, code);
}

static cl_int CL_API_CALL enqueue_unmap(cl_command_queue queue, cl_mem buffer, void *view,
                                        cl_uint num_awaited, const cl_event *awaited,
                                        cl_event *event) {
    return is_mapping
               ? CL_INVALID_VALUE
               : next->clEnqueueUnmapMemObject(queue, buffer, view, num_awaited, awaited, event);
}

static cl_int CL_API_CALL finish(cl_command_queue queue) {
    if (is_mapping && strcmp(setting("OTHER_DRIVER_MAPS"), "lost") == 0) return CL_OUT_OF_RESOURCES;
    is_mapping = 0;
    return next->clFinish(queue);
}

/* ---- How they build ---- */

static cl_int CL_API_CALL build_program(cl_program program, cl_uint num_devices,
                                        const cl_device_id *devices, const char *options,
                                        void(CL_CALLBACK *notify)(cl_program, void *), void *data) {
    const char *word = setting("OTHER_DRIVER_FORBIDS");
    if (*word && options && strstr(options, word)) abort();
    return next->clBuildProgram(program, num_devices, devices, options, notify, data);
}

/* The stores of a plane in kernels/fill.cl. */
static const char *const stores[] = {"PLANE(p)[cell] = out[p];",
                                     "*(__global outerfill_run *)PLANE_OF(to, p) ="};

/* Returns the place of the next store, or NULL. */
static const char *next_store(const char *text) {
    const char *first = NULL;
    for (size_t k = 0; k < sizeof stores / sizeof *stores; k++) {
        const char *place = strstr(text, stores[k]);
        if (place && (!first || place < first)) first = place;
    }
    return first;
}

/* The plane's stores get a condition that is false. To be freed. */
static char *without_stores(const char *text, const char *plane) {
    char *without = NULL;
    size_t nbytes, num_stores = 0;
    FILE *out = open_memstream(&without, &nbytes);
    if (!out) abort();
    for (const char *place; (place = next_store(text)); text = place + 1, num_stores++)
        fprintf(out, "%.*sif (p != %s) %c", (int)(place - text), text, plane, *place);
    fputs(text, out);
    fclose(out);
    if (num_stores != sizeof stores / sizeof *stores) abort();
    return without;
}

static cl_program CL_API_CALL create_program(cl_context context, cl_uint num_texts,
                                             const char **all, const size_t *lengths,
                                             cl_int *code) {
    const char *plane = setting("OTHER_DRIVER_LEAVES");
    if (!*plane || num_texts != 1)
        return next->clCreateProgramWithSource(context, num_texts, all, lengths, code);
    char *text = without_stores(all[0], plane);
    const cl_program program =
        next->clCreateProgramWithSource(context, 1, (const char **)&text, NULL, code);
    free(text);
    return program;
}

/* ---- How they end ---- */

#define NUM_THREADS 8
static atomic_int num_ready;

/* All at the same moment: a thread that has to be woken would come too late. */
static void *abort_too(void *unused) {
    (void)unused;
    atomic_fetch_add(&num_ready, 1);
    while (atomic_load(&num_ready) < NUM_THREADS) continue;
    abort();
}

static void end_in_child(void) {
    int status = 0;
    const pid_t child = fork();
    if (child == 0) abort();
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
        _exit(99); /* the child was not ended plainly */
}

static void end(const char *how) {
    pthread_t threads[NUM_THREADS];
    if (strcmp(how, "exit") == 0) exit(0);
    if (strcmp(how, "abort") == 0) abort();
    if (strcmp(how, "assert") == 0) __assert_fail("a driver's", __FILE__, __LINE__, __func__);
    if (strcmp(how, "raise") == 0) raise(SIGSEGV);
    if (strcmp(how, "child") == 0) end_in_child();
    for (size_t k = 0; strcmp(how, "threads") == 0 && k < NUM_THREADS; k++)
        pthread_create(&threads[k], NULL, abort_too, NULL);
    if (strcmp(how, "threads") == 0) pause();
}

static cl_context CL_API_CALL create_context(const cl_context_properties *properties,
                                             cl_uint num_devices, const cl_device_id *devices,
                                             void(CL_CALLBACK *notify)(const char *, const void *,
                                                                       size_t, void *),
                                             void *data, cl_int *code) {
    end(setting("OTHER_DRIVER_ENDS"));
    return next->clCreateContext(properties, num_devices, devices, notify, data, code);
}

int layer_begin(const cl_icd_dispatch *behind, cl_icd_dispatch *ours) {
    next = behind;
    ours->clGetPlatformIDs = get_platform_ids;
    ours->clGetPlatformInfo = get_platform_info;
    ours->clGetDeviceInfo = get_device_info;
    ours->clGetDeviceIDs = get_device_ids;
    ours->clEnqueueMapBuffer = enqueue_map;
    ours->clEnqueueUnmapMemObject = enqueue_unmap;
    ours->clFinish = finish;
    ours->clCreateProgramWithSource = create_program;
    ours->clBuildProgram = build_program;
    ours->clCreateContext = create_context;
    return 1;
}

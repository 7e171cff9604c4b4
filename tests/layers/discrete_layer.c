/* SPDX-License-Identifier: MIT
 *
 * A model of a GPU with memory of its own, on any driver. discrete_settings.h says what it can be;
 * discrete_log.h says what is written of each run. This file stands in front of the functions of
 * OpenCL 1.2 that create, build and release, and asks the parts of the model. Those of commands are
 * in discrete_commands.c. Functions that the library does not call reach the driver as they are. */
#include "discrete_layer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "discrete_build.h"
#include "discrete_devices.h"
#include "discrete_faults.h"
#include "discrete_log.h"
#include "discrete_memory.h"
#include "discrete_settings.h"
#include "discrete_time.h"

const cl_icd_dispatch *driver;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void discrete_lock(void) {
    pthread_mutex_lock(&mutex);
}

cl_int discrete_unlock(cl_int code) {
    pthread_mutex_unlock(&mutex);
    return code;
}

struct context *discrete_context_of(struct object *list, const void *handle) {
    const struct object *object = objects_find(list, handle);
    return object ? object->context : NULL;
}

/* ---- Creating and releasing ---- */

static cl_context CL_API_CALL create_context(const cl_context_properties *properties,
                                             cl_uint num_devices, const cl_device_id *devices,
                                             void(CL_CALLBACK *notify)(const char *, const void *,
                                                                       size_t, void *),
                                             void *data, cl_int *code) {
    const cl_context created = devices_open(properties, num_devices, devices, notify, data, code);
    if (!created) return NULL;
    discrete_lock();
    struct context *context = objects_add(&contexts, sizeof *context, created, NULL);
    context->device = devices_number(devices[0]);
    discrete_unlock(CL_SUCCESS);
    return created;
}

/* The beginning of a function that creates something: false, unlocked, where the context is
 * dead. */
static bool may_create(const struct context *context, cl_int *code) {
    const cl_int refusal = faults_code(context);
    if (code) *code = refusal;
    if (refusal) discrete_unlock(refusal);
    return refusal == CL_SUCCESS;
}

static cl_command_queue CL_API_CALL create_queue(cl_context opencl, cl_device_id device,
                                                 cl_command_queue_properties properties,
                                                 cl_int *code) {
    discrete_lock();
    struct context *context = objects_find(contexts, opencl);
    if (!may_create(context, code)) return NULL;
    const cl_command_queue created = driver->clCreateCommandQueue(opencl, device, properties, code);
    if (created) {
        struct queue *queue = objects_add(&queues, sizeof *queue, created, context);
        queue->device = devices_number(device);
    }
    discrete_unlock(CL_SUCCESS);
    return created;
}

static cl_program CL_API_CALL create_program(cl_context opencl, cl_uint num_texts,
                                             const char **texts, const size_t *lengths,
                                             cl_int *code) {
    discrete_lock();
    const struct context *context = objects_find(contexts, opencl);
    if (!may_create(context, code)) return NULL;
    const cl_program created =
        context && setting(context->device, "nvidia-log")
            ? build_create(opencl, num_texts, texts, lengths, code)
            : driver->clCreateProgramWithSource(opencl, num_texts, texts, lengths, code);
    discrete_unlock(CL_SUCCESS);
    return created;
}

static struct context *context_of_program(cl_program program) {
    cl_context opencl = NULL;
    driver->clGetProgramInfo(program, CL_PROGRAM_CONTEXT, sizeof opencl, &opencl, NULL);
    return objects_find(contexts, opencl);
}

static cl_kernel CL_API_CALL create_kernel(cl_program program, const char *name, cl_int *code) {
    discrete_lock();
    struct context *context = context_of_program(program);
    if (!may_create(context, code)) return NULL;
    const cl_kernel created = driver->clCreateKernel(program, name, code);
    if (created) objects_add(&kernels, sizeof(struct kernel), created, context);
    discrete_unlock(CL_SUCCESS);
    return created;
}

static cl_mem CL_API_CALL create_buffer(cl_context opencl, cl_mem_flags flags, size_t nbytes,
                                        void *host, cl_int *code) {
    cl_int told;
    discrete_lock();
    struct context *context = objects_find(contexts, opencl);
    if (!may_create(context, code)) return NULL;
    const cl_mem created = memory_create(context, flags, nbytes, host, &told);
    if (code) *code = told;
    discrete_unlock(CL_SUCCESS);
    return created;
}

#define RETAIN_AND_RELEASE(type, list, Retain, Release)                                            \
    static cl_int CL_API_CALL retain_##list(type object) {                                         \
        discrete_lock();                                                                           \
        objects_retain(list, object);                                                              \
        discrete_unlock(CL_SUCCESS);                                                               \
        return driver->Retain(object);                                                             \
    }                                                                                              \
    static cl_int CL_API_CALL release_##list(type object) {                                        \
        discrete_lock();                                                                           \
        objects_release(&list, object);                                                            \
        discrete_unlock(CL_SUCCESS);                                                               \
        return driver->Release(object);                                                            \
    }
RETAIN_AND_RELEASE(cl_context, contexts, clRetainContext, clReleaseContext)
RETAIN_AND_RELEASE(cl_command_queue, queues, clRetainCommandQueue, clReleaseCommandQueue)
RETAIN_AND_RELEASE(cl_kernel, kernels, clRetainKernel, clReleaseKernel)
RETAIN_AND_RELEASE(cl_event, events, clRetainEvent, clReleaseEvent)

static cl_int CL_API_CALL retain_buffer(cl_mem buffer) {
    discrete_lock();
    objects_retain(buffers, buffer);
    return discrete_unlock(driver->clRetainMemObject(buffer));
}

static cl_int CL_API_CALL release_buffer(cl_mem buffer) {
    discrete_lock();
    memory_release(buffer);
    return discrete_unlock(driver->clReleaseMemObject(buffer));
}

/* ---- Programs and kernels ---- */

/* The code of a call for the program of a dead context. */
static cl_int program_code(cl_program program) {
    discrete_lock();
    return discrete_unlock(faults_code(context_of_program(program)));
}

static cl_int CL_API_CALL build_program(cl_program program, cl_uint num_devices,
                                        const cl_device_id *devices, const char *options,
                                        void(CL_CALLBACK *notify)(cl_program, void *), void *data) {
    const cl_int code = program_code(program);
    return code ? code
                : driver->clBuildProgram(program, num_devices, devices, options, notify, data);
}

static cl_int CL_API_CALL get_build_info(cl_program program, cl_device_id device,
                                         cl_program_build_info what, size_t room, void *value,
                                         size_t *needed) {
    cl_int code = program_code(program);
    const bool is_log = what == CL_PROGRAM_BUILD_LOG;
    if (code) return code;
    if (!is_log || !setting(devices_number(device), "nvidia-log"))
        return driver->clGetProgramBuildInfo(program, device, what, room, value, needed);
    char *log = build_log(program, device);
    code = layer_answer(log, strlen(log) + 1, room, value, needed);
    free(log);
    return code;
}

static cl_int CL_API_CALL get_program_info(cl_program program, cl_program_info what, size_t room,
                                           void *value, size_t *needed) {
    const cl_int code = program_code(program);
    return code ? code : driver->clGetProgramInfo(program, what, room, value, needed);
}

static cl_int CL_API_CALL set_argument(cl_kernel set, cl_uint index, size_t nbytes,
                                       const void *value) {
    discrete_lock();
    struct kernel *kernel = objects_find(kernels, set);
    const cl_int code = kernel ? faults_code(kernel->object.context) : CL_SUCCESS;
    if (code) return discrete_unlock(code);
    if (kernel && index < MAX_ARGUMENTS) {
        cl_mem buffer = NULL;
        if (value && nbytes == sizeof buffer) memcpy(&buffer, value, nbytes);
        kernel->buffers[index] = objects_find(buffers, buffer) ? buffer : NULL;
    }
    return discrete_unlock(driver->clSetKernelArg(set, index, nbytes, value));
}

static cl_int CL_API_CALL get_group_info(cl_kernel kernel, cl_device_id device,
                                         cl_kernel_work_group_info what, size_t room, void *value,
                                         size_t *needed) {
    const size_t group = (size_t)setting_number(devices_number(device), "group", 0);
    return group && what == CL_KERNEL_WORK_GROUP_SIZE
               ? layer_answer(&group, sizeof group, room, value, needed)
               : driver->clGetKernelWorkGroupInfo(kernel, device, what, room, value, needed);
}

/* ---- The layer ---- */

static void replace_objects(cl_icd_dispatch *ours) {
    ours->clCreateContext = create_context;
    ours->clRetainContext = retain_contexts;
    ours->clReleaseContext = release_contexts;
    ours->clCreateCommandQueue = create_queue;
    ours->clRetainCommandQueue = retain_queues;
    ours->clReleaseCommandQueue = release_queues;
    ours->clCreateBuffer = create_buffer;
    ours->clRetainMemObject = retain_buffer;
    ours->clReleaseMemObject = release_buffer;
    ours->clRetainEvent = retain_events;
    ours->clReleaseEvent = release_events;
}

static void replace_programs(cl_icd_dispatch *ours) {
    ours->clCreateProgramWithSource = create_program;
    ours->clBuildProgram = build_program;
    ours->clGetProgramInfo = get_program_info;
    ours->clGetProgramBuildInfo = get_build_info;
    ours->clCreateKernel = create_kernel;
    ours->clRetainKernel = retain_kernels;
    ours->clReleaseKernel = release_kernels;
    ours->clSetKernelArg = set_argument;
    ours->clGetKernelWorkGroupInfo = get_group_info;
}

int layer_begin(const cl_icd_dispatch *behind, cl_icd_dispatch *ours) {
    driver = behind;
    if (!settings_read() || !log_begin()) return 0;
    devices_replace(ours);
    replace_objects(ours);
    replace_programs(ours);
    commands_replace(ours);
    return 1;
}

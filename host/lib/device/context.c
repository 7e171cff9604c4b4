/* SPDX-License-Identifier: MIT
 *
 * Contexts: chooses devices, opens them, and closes them when their last user is gone. A context
 * owns one OpenCL context for each device, and the thread pool. This is the only module of the
 * library that reads the environment (OUTERFILL_DEVICE). It knows no functions and no fills:
 * functions hold references to a context, never the other way round. */
#include "device/context.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/dtype.h"
#include "base/options.h"
#include "base/fork_guard.h"
#include "device/selector.h"
#include "device/zero_copy.h"

/* An empty variable counts as unset. */
static const char *selected_by_user(void) {
    const char *selector = getenv("OUTERFILL_DEVICE");
    return selector && *selector ? selector : NULL;
}

bool context_is_selected(void) {
    return selected_by_user() != NULL;
}

/* The program's choice comes before the user's, and the user's before "any". */
static const char *effective_selector(const char *selector) {
    if (!selector || !*selector) selector = selected_by_user();
    return selector ? selector : "any";
}

bool context_devices_are_alike(const outerfill_context *context, size_t k, size_t other) {
    return selector_are_alike(&context->devices[k].device.info,
                              &context->devices[other].device.info);
}

void context_retain(outerfill_context *context) {
    atomic_fetch_add(&context->num_references, 1);
}

void context_close_device(struct context_device *device) {
    if (device->rings) free_list_clear(device->rings);
    free(device->rings);
    if (device->opencl) clReleaseContext(device->opencl);
    driver_notice_destroy(device->notice);
}

static void close_devices(outerfill_context *context) {
    for (size_t k = 0; k < context->num_devices; k++) context_close_device(&context->devices[k]);
    thread_pool_destroy(context->pool);
    pthread_mutex_destroy(&context->arrays_mutex);
    free(context->unopened);
    free(context);
}

void context_release(outerfill_context *context) {
    if (atomic_fetch_sub(&context->num_references, 1) == 1) close_devices(context);
}

/* Writes the sentence's end: which device of this machine has the dtype. The loop runs backwards,
 * so the first such device of the list overwrites the others. Failures are ignored: this only
 * improves another message. */
static void name_device_with(outerfill_dtype dtype, char *text, size_t text_nbytes) {
    struct device *devices;
    size_t num_devices;
    snprintf(text, text_nbytes, "no device of this machine has it");
    if (device_enumerate(&devices, &num_devices, NULL)) return;
    for (size_t k = num_devices; k-- > 0;) {
        const outerfill_device *info = &devices[k].info;
        if (!info->unusable[0] && selector_device_has_dtype(info, dtype))
            snprintf(text, text_nbytes, "device %s \"%s\" has it", info->id, info->name);
    }
    free(devices);
}

outerfill_status context_require_dtype(const outerfill_context *context, outerfill_dtype dtype,
                                       outerfill_error *error) {
    for (size_t k = 0; k < context->num_devices; k++) {
        const outerfill_device *info = &context->devices[k].device.info;
        if (selector_device_has_dtype(info, dtype)) continue;
        char other[192];
        name_device_with(dtype, other, sizeof other);
        return error_set(error, OUTERFILL_NO_DEVICE, "device %s \"%s\" has no %s; %s", info->id,
                         info->name, outerfill_dtype_name(dtype), other);
    }
    return OUTERFILL_OK;
}

/* ---- Opening ---- */

/* One device, which a thread opens. */
struct attempt {
    const struct device *device;
    struct context_device opened; /* zero where the device is not open */
    outerfill_error why;          /* of the last attempt to open it; OUTERFILL_OK: it is open */
};

/* The devices of the machine while a context is being made of some. The arrays have an element for
 * each device. */
struct opening {
    const struct device *devices;
    size_t num_devices;
    outerfill_device *infos; /* with a reason in `unusable` where opening has failed */
    enum selector_choice *choices;
    struct attempt *attempts;
    struct thread_pool_job *jobs;
    struct thread_pool *pool; /* owned, until the context has it */
    outerfill_error failure;  /* of the first device that could not be opened */
};

static bool opening_begin(struct opening *opening, const struct device *devices,
                          size_t num_devices) {
    /* One element too many: calloc may return NULL for 0 elements, which would look like a
     * failure. */
    *opening = (struct opening){
        .devices = devices,
        .num_devices = num_devices,
        .infos = calloc(num_devices + 1, sizeof *opening->infos),
        .choices = calloc(num_devices + 1, sizeof *opening->choices),
        .attempts = calloc(num_devices + 1, sizeof *opening->attempts),
        .jobs = calloc(num_devices + 1, sizeof *opening->jobs),
        .pool = thread_pool_create(),
    };
    if (!opening->infos || !opening->choices || !opening->attempts || !opening->jobs ||
        !opening->pool)
        return false;
    for (size_t k = 0; k < num_devices; k++) {
        opening->infos[k] = devices[k].info;
        opening->attempts[k].device = &devices[k];
    }
    return true;
}

/* Closes what no context has taken. */
static void opening_end(struct opening *opening) {
    for (size_t k = 0; opening->attempts && k < opening->num_devices; k++)
        context_close_device(&opening->attempts[k].opened);
    thread_pool_destroy(opening->pool);
    free(opening->infos);
    free(opening->choices);
    free(opening->attempts);
    free(opening->jobs);
}

/* Everything but the OpenCL context. */
static outerfill_status prepare_device(struct context_device *prepared, const struct device *device,
                                       outerfill_error *error) {
    prepared->device = *device;
    prepared->notice = driver_notice_create();
    prepared->rings = calloc(1, sizeof *prepared->rings);
    if (!prepared->rings) return error_no_memory(error, "list of rings");
    free_list_init(prepared->rings);
    return OUTERFILL_OK;
}

/* The platform must be named: OpenCL leaves the default to the implementation. */
static outerfill_status create_opencl(struct context_device *device, outerfill_error *error) {
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                (cl_context_properties)device->device.platform, 0};
    cl_int code;
    device->opencl = clCreateContext(properties, 1, &device->device.id, driver_notice_take,
                                     device->notice, &code);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    device->opencl = NULL;
    const outerfill_status status =
        opencl_error(error, code, device->device.info.name, "clCreateContext");
    driver_notice_append(device->notice, error);
    return status;
}

outerfill_status context_open_device(struct context_device *opened, const struct device *device,
                                     outerfill_error *error) {
    outerfill_status status = prepare_device(opened, device, error);
    if (!status) status = create_opencl(opened, error);
    if (!status) {
        opened->has_zero_copy = zero_copy_pays(opened->opencl, device);
        return OUTERFILL_OK;
    }
    context_close_device(opened);
    *opened = (struct context_device){.opencl = NULL};
    return status;
}

static void open_in_thread(void *argument) {
    struct attempt *attempt = argument;
    context_open_device(&attempt->opened, attempt->device, &attempt->why);
}

/* Closing the device releases the caller's context once. */
static outerfill_status adopt(struct context_device *adopted, const struct device *device,
                              cl_context opencl, outerfill_error *error) {
    const outerfill_status status = prepare_device(adopted, device, error);
    if (status) return status;
    const cl_int code = clRetainContext(opencl);
    if (code != CL_SUCCESS) return opencl_error(error, code, device->info.name, "clRetainContext");
    adopted->opencl = opencl;
    adopted->is_callers = true;
    adopted->has_zero_copy = zero_copy_pays(opencl, device);
    return OUTERFILL_OK;
}

outerfill_status context_of_opencl(cl_context opencl, const struct device *device,
                                   outerfill_context **context, outerfill_error *error) {
    outerfill_context *created = calloc(1, sizeof *created + sizeof created->devices[0]);
    if (!created) return error_no_memory(error, "context for a device");
    created->num_references = 1; /* the caller's */
    created->num_devices = 1;
    pthread_mutex_init(&created->arrays_mutex, NULL);
    created->pool = thread_pool_create();
    const outerfill_status status = created->pool
                                        ? adopt(&created->devices[0], device, opencl, error)
                                        : error_no_memory(error, "thread pool");
    if (status)
        close_devices(created);
    else
        *context = created;
    return status;
}

/* Opens the chosen devices that are not open, all at the same time: a driver takes up to half a
 * second for one. */
static void try_chosen(struct opening *opening) {
    size_t num_jobs = 0;
    for (size_t k = 0; k < opening->num_devices; k++) {
        struct attempt *attempt = &opening->attempts[k];
        error_clear(&attempt->why);
        if (opening->choices[k] == SELECTOR_LEAVES_OUT || attempt->opened.opencl) continue;
        opening->jobs[num_jobs++] =
            (struct thread_pool_job){.run = open_in_thread, .argument = attempt};
    }
    thread_pool_run(opening->pool, opening->jobs, num_jobs);
}

/* Opens the chosen devices that are not open. A device that was named must open. Another one is
 * unusable from now on, if it does not. Of several failures, the first in the order of the devices
 * counts. *is_complete tells whether all could be opened. */
static outerfill_status open_chosen(struct opening *opening, bool *is_complete,
                                    outerfill_error *error) {
    *is_complete = true;
    try_chosen(opening);
    for (size_t k = 0; k < opening->num_devices; k++) {
        const outerfill_error *why = &opening->attempts[k].why;
        if (!why->status) continue;
        if (opening->choices[k] == SELECTOR_NAMES) {
            if (error) *error = *why;
            return why->status;
        }
        if (!opening->failure.status) opening->failure = *why;
        snprintf(opening->infos[k].unusable, sizeof opening->infos[k].unusable, "%.255s",
                 why->message);
        *is_complete = false;
    }
    return OUTERFILL_OK;
}

/* Chooses devices and opens them. If one cannot be opened, it chooses among the others. If none is
 * left, the first failure is the reason. */
static outerfill_status choose_and_open(struct opening *opening,
                                        const outerfill_context_options *options,
                                        outerfill_error *error) {
    outerfill_status status = OUTERFILL_OK;
    bool is_complete = false;
    while (!status && !is_complete) {
        status = selector_choose(effective_selector(options->device), options->dtype,
                                 opening->infos, opening->num_devices, opening->choices, error);
        if (!status && options->same_device_bits)
            status =
                selector_keep_alike(opening->infos, opening->num_devices, opening->choices, error);
        if (!status) status = open_chosen(opening, &is_complete, error);
    }
    if (status != OUTERFILL_NO_DEVICE || !opening->failure.status) return status;
    if (error) *error = opening->failure;
    return opening->failure.status;
}

/* Whether a device could be used, but not be opened. */
static bool is_unopened(const struct opening *opening, size_t k) {
    return opening->infos[k].unusable[0] && !opening->devices[k].info.unusable[0];
}

/* Moves the open devices and the pool into the context, which has memory for them. */
static void take_devices(outerfill_context *context, struct opening *opening) {
    for (size_t k = 0; k < opening->num_devices; k++) {
        if (is_unopened(opening, k)) context->unopened[context->num_unopened++] = opening->infos[k];
        if (opening->choices[k] == SELECTOR_LEAVES_OUT) continue;
        context->devices[context->num_devices++] = opening->attempts[k].opened;
        opening->attempts[k].opened = (struct context_device){.opencl = NULL};
    }
    context->pool = opening->pool;
    opening->pool = NULL;
}

static outerfill_status create_context(struct opening *opening, outerfill_context **context,
                                       outerfill_error *error) {
    outerfill_context *created =
        calloc(1, sizeof *created + opening->num_devices * sizeof created->devices[0]);
    outerfill_device *unopened = calloc(opening->num_devices, sizeof *unopened);
    if (!created || !unopened) {
        free(created);
        free(unopened);
        return error_no_memory(error, "context for %zu devices", opening->num_devices);
    }
    created->num_references = 1; /* the caller's */
    pthread_mutex_init(&created->arrays_mutex, NULL);
    created->unopened = unopened;
    take_devices(created, opening);
    *context = created;
    return error_clear(error);
}

outerfill_status outerfill_context_create(const outerfill_context_options *options,
                                          outerfill_context **context, outerfill_error *error) {
    if (!context)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_context_create: context may not be NULL");
    *context = NULL;
    outerfill_context_options mine;
    outerfill_status status = OPTIONS_COPY(&mine, options, "outerfill_context_options", error);
    if (!status) status = dtype_choose(&mine.dtype, "outerfill_context_options.dtype", error);
    if (!status && mine.same_device_bits > 1)
        status = error_set(error, OUTERFILL_INVALID_ARGUMENT,
                           "invalid outerfill_context_options.same_device_bits %zu (valid: 0, 1)",
                           mine.same_device_bits);
    if (status) return status;
    struct device *devices;
    size_t num_devices;
    status = device_enumerate(&devices, &num_devices, error);
    if (status) return status;
    struct opening opening;
    if (!opening_begin(&opening, devices, num_devices))
        status = error_no_memory(error, "choice among %zu devices", num_devices);
    if (!status) status = choose_and_open(&opening, &mine, error);
    if (!status) status = create_context(&opening, context, error);
    opening_end(&opening);
    free(devices);
    return status;
}

/* In a forked child, OpenCL objects cannot be released: the driver could hang. */
void outerfill_context_destroy(outerfill_context *context) {
    if (context && !fork_guard_is_child()) context_release(context);
}

size_t outerfill_context_num_devices(const outerfill_context *context) {
    return context ? context->num_devices : 0;
}

const outerfill_device *outerfill_context_device(const outerfill_context *context, size_t k) {
    return k < outerfill_context_num_devices(context) ? &context->devices[k].device.info : NULL;
}

const outerfill_device *outerfill_context_unopened(const outerfill_context *context, size_t k) {
    return context && k < context->num_unopened ? &context->unopened[k] : NULL;
}

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

void context_retain(outerfill_context *context) {
    atomic_fetch_add(&context->num_references, 1);
}

/* Also closes a context whose devices were not all opened. */
static void close_devices(outerfill_context *context) {
    for (size_t k = 0; k < context->num_devices; k++)
        if (context->devices[k].opencl) clReleaseContext(context->devices[k].opencl);
    thread_pool_destroy(context->pool);
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

static outerfill_status open_device(struct context_device *opened, const struct device *device,
                                    outerfill_error *error) {
    /* The platform must be named: OpenCL leaves the default to the implementation. */
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                (cl_context_properties)device->platform, 0};
    cl_int code;
    opened->device = *device;
    opened->opencl = clCreateContext(properties, 1, &device->id, NULL, NULL, &code);
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    opened->opencl = NULL;
    return opencl_error(error, code, device->info.name, "clCreateContext");
}

static outerfill_status open_devices(const struct device *devices, size_t num_devices,
                                     const bool *chosen, outerfill_context **context,
                                     outerfill_error *error) {
    outerfill_context *opened = calloc(1, sizeof *opened + num_devices * sizeof opened->devices[0]);
    struct thread_pool *pool = thread_pool_create();
    if (!opened || !pool) {
        free(opened);
        thread_pool_destroy(pool);
        return error_no_memory(error, "context for %zu devices", num_devices);
    }
    outerfill_status status = OUTERFILL_OK;
    opened->num_references = 1; /* the caller's */
    opened->pool = pool;
    for (size_t k = 0; !status && k < num_devices; k++)
        if (chosen[k])
            status = open_device(&opened->devices[opened->num_devices++], &devices[k], error);
    if (status) {
        close_devices(opened);
        return status;
    }
    *context = opened;
    return error_clear(error);
}

static outerfill_status choose_and_open(const outerfill_context_options *options,
                                        const struct device *devices, size_t num_devices,
                                        outerfill_context **context, outerfill_error *error) {
    /* One element too many: calloc may return NULL for 0 elements, which would look like a
     * failure. */
    outerfill_device *infos = calloc(num_devices + 1, sizeof *infos);
    bool *chosen = calloc(num_devices + 1, sizeof *chosen);
    outerfill_status status = OUTERFILL_OUT_OF_MEMORY;
    if (infos && chosen) {
        for (size_t k = 0; k < num_devices; k++) infos[k] = devices[k].info;
        status = selector_choose(effective_selector(options->device), options->dtype, infos,
                                 num_devices, chosen, error);
        if (!status) status = open_devices(devices, num_devices, chosen, context, error);
    } else {
        error_no_memory(error, "choice among %zu devices", num_devices);
    }
    free(infos);
    free(chosen);
    return status;
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
    if (status) return status;
    struct device *devices;
    size_t num_devices;
    status = device_enumerate(&devices, &num_devices, error);
    if (status) return status;
    status = choose_and_open(&mine, devices, num_devices, context, error);
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

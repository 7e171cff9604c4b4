/* SPDX-License-Identifier: MIT
 *
 * Makes a context of an OpenCL context of the caller's. It finds the device in the list of all
 * platforms, which has what the library needs to know of it. */
#include <stdlib.h>

#include "base/fork_guard.h"
#include "device/context.h"
#include "outerfill_opencl.h"

/* The devices of the caller's context. */
struct choice {
    cl_device_id *ids;
    size_t num_ids;
};

static outerfill_status list_ids(cl_context opencl, struct choice *choice, outerfill_error *error) {
    size_t nbytes = 0;
    cl_int code = clGetContextInfo(opencl, CL_CONTEXT_DEVICES, 0, NULL, &nbytes);
    if (code == CL_SUCCESS) {
        choice->num_ids = nbytes / sizeof *choice->ids;
        choice->ids = calloc(choice->num_ids + 1, sizeof *choice->ids);
        if (!choice->ids) return error_no_memory(error, "list of %zu devices", choice->num_ids);
        code = clGetContextInfo(opencl, CL_CONTEXT_DEVICES, nbytes, choice->ids, NULL);
    }
    if (code == CL_SUCCESS) return OUTERFILL_OK;
    error_set(error, OUTERFILL_INVALID_ARGUMENT,
              "outerfill_context_from_opencl: OpenCL does not know the context");
    if (error) error->opencl_code = code;
    return OUTERFILL_INVALID_ARGUMENT;
}

static outerfill_status choose_id(const struct choice *choice, cl_device_id *id,
                                  outerfill_error *error) {
    if (!*id && choice->num_ids != 1)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_context_from_opencl: the OpenCL context has %zu devices; name "
                         "one of them in `device`",
                         choice->num_ids);
    if (!*id) *id = choice->ids[0];
    for (size_t k = 0; k < choice->num_ids; k++)
        if (choice->ids[k] == *id) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                     "outerfill_context_from_opencl: `device` is not a device of the OpenCL "
                     "context; NULL takes its only one");
}

static outerfill_status create(cl_context opencl, cl_device_id id, outerfill_context **context,
                               outerfill_error *error) {
    struct device *devices;
    size_t num_devices, k = 0;
    outerfill_status status = device_enumerate(&devices, &num_devices, error);
    if (status) return status;
    while (k < num_devices && devices[k].id != id) k++;
    if (k == num_devices)
        status = error_set(error, OUTERFILL_NO_DEVICE,
                           "outerfill_context_from_opencl: no platform lists the device: a part of "
                           "a device cannot be used");
    else if (devices[k].info.unusable[0])
        status = error_set(error, OUTERFILL_NO_DEVICE, "\"%s\" cannot be used: %s",
                           devices[k].info.name, devices[k].info.unusable);
    else
        status = context_of_opencl(opencl, &devices[k], context, error);
    free(devices);
    return status ? status : error_clear(error);
}

outerfill_status outerfill_context_from_opencl(cl_context opencl, cl_device_id device,
                                               outerfill_context **context,
                                               outerfill_error *error) {
    struct choice choice = {.ids = NULL};
    if (context) *context = NULL;
    outerfill_status status = fork_guard_check(error);
    if (!status && (!opencl || !context))
        status = error_set(error, OUTERFILL_INVALID_ARGUMENT,
                           "outerfill_context_from_opencl: %s may not be NULL",
                           opencl ? "context" : "opencl");
    if (!status) status = list_ids(opencl, &choice, error);
    if (!status) status = choose_id(&choice, &device, error);
    if (!status) status = create(opencl, device, context, error);
    free(choice.ids);
    return status;
}

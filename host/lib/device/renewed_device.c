/* SPDX-License-Identifier: MIT
 *
 * Opens a device once more after a fault, and builds a function's program again. Owns the new
 * context and the new program. It does not know what the fault was, nor who needs the device. */
#include "device/renewed_device.h"

#include <stdlib.h>

outerfill_status renewed_device_create(const outerfill_function *function, size_t k,
                                       struct renewed_device **renewed, outerfill_error *error) {
    const struct device *device = &function->context->devices[k].device;
    const struct function_program *program = &function->programs[k];
    *renewed = NULL;
    if (!program->source)
        return error_set(error, OUTERFILL_DEVICE_FAILED,
                         "\"%s\" shares the host's memory, or its context is the caller's, and "
                         "it is not opened again",
                         device->info.name);
    struct renewed_device *created = calloc(1, sizeof *created);
    if (!created) return error_no_memory(error, "device to be opened again");
    outerfill_status status = context_open_device(&created->device, device, error);
    if (!status) status = build_again(&created->device, program, &created->program, error);
    if (status)
        renewed_device_destroy(created);
    else
        *renewed = created;
    return status;
}

void renewed_device_destroy(struct renewed_device *renewed) {
    if (!renewed) return;
    if (renewed->program.opencl) clReleaseProgram(renewed->program.opencl);
    context_close_device(&renewed->device);
    free(renewed);
}

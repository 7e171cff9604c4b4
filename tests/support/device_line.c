/* SPDX-License-Identifier: MIT */
#include "device_line.h"

#include <stdio.h>
#include <stdlib.h>

#include <outerfill.h>

void device_line_print(void) {
    outerfill_error error;
    outerfill_context *context = NULL;
    outerfill_status status = outerfill_context_create(NULL, &context, &error);

    if (status != OUTERFILL_OK) {
        fprintf(stderr, "No device to test on: %s: %s\n", outerfill_status_name(status),
                error.message);
        exit(1);
    }
    size_t num_devices = outerfill_context_num_devices(context);
    for (size_t k = 0; k < num_devices; k++) {
        const outerfill_device *device = outerfill_context_device(context, k);
        printf("device: %s (%s)\n", device->name, device->platform);
    }
    fflush(stdout);
    outerfill_context_destroy(context);
    if (num_devices == 0) {
        fprintf(stderr,
                "No device to test on: the default context was opened and has no devices.\n");
        exit(1);
    }
}

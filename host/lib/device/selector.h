/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_SELECTOR_H
#define OUTERFILL_DEVICE_SELECTOR_H

#include <stdbool.h>

#include "base/error.h"

/* Chooses devices as outerfill_context_options.device says; chosen[k] is set for each chosen one of devices[k].
 * OUTERFILL_NO_DEVICE, with the devices there are in the sentence, where a term of the selector finds none. */
outerfill_status selector_choose(const char *selector, outerfill_dtype dtype,
                                 const outerfill_device *devices, size_t num_devices, bool *chosen,
                                 outerfill_error *error);

bool selector_device_has_dtype(const outerfill_device *device, outerfill_dtype dtype);

/* Writes the devices as text for a sentence. */
void selector_list_devices(const outerfill_device *devices, size_t num_devices, char *text,
                           size_t text_nbytes);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_SELECTOR_H
#define OUTERFILL_DEVICE_SELECTOR_H

#include <stdbool.h>

#include "base/error.h"

/* The caller owns all arrays and strings here. Any thread may call these functions. */

/* Whether a device is chosen. SELECTOR_CHOOSES: by a class such as "gpu", which means what there
 * is. SELECTOR_NAMES: by its number, address or name, so that no other device can replace it. */
enum selector_choice { SELECTOR_LEAVES_OUT, SELECTOR_CHOOSES, SELECTOR_NAMES };

/* Chooses devices by a selector, whose form outerfill_context_options.device describes. choices[k]
 * tells whether devices[k] is chosen; after a failure, choices is meaningless. Only usable devices
 * that have the dtype are chosen. The selector is a string, not NULL.
 *
 * Fails with OUTERFILL_NO_DEVICE if a term of the selector finds no device (the message lists the
 * devices), or OUTERFILL_INVALID_ARGUMENT if a term is empty or longer than 127 bytes, or is "!any"
 * or "!all". error may be NULL. */
outerfill_status selector_choose(const char *selector, outerfill_dtype dtype,
                                 const outerfill_device *devices, size_t num_devices,
                                 enum selector_choice *choices, outerfill_error *error);

/* Whether both devices compute the same bits, as far as is known: their names and drivers are the
 * same. */
bool selector_are_alike(const outerfill_device *device, const outerfill_device *other);

/* Leaves out the chosen devices that are not like the best of them: a discrete GPU before another
 * GPU, a GPU before a CPU. Fails with OUTERFILL_NO_DEVICE if that is a device that was named. error
 * may be NULL. */
outerfill_status selector_keep_alike(const outerfill_device *devices, size_t num_devices,
                                     enum selector_choice *choices, outerfill_error *error);

/* True if the device can compute in dtype, which must be a known one. */
bool selector_device_has_dtype(const outerfill_device *device, outerfill_dtype dtype);

/* Writes the devices as text for a message: id, name, platform, and dtypes or the reason why a
 * device cannot be used. The text is cut to text_nbytes, which is at least 1, and ends with
 * '\0'. */
void selector_list_devices(const outerfill_device *devices, size_t num_devices, char *text,
                           size_t text_nbytes);

#endif

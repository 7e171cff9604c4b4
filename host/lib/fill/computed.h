/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_COMPUTED_H
#define OUTERFILL_FILL_COMPUTED_H

#include <stdint.h>

#include "fill/ranges.h"

/* Which device of a context computed which cells of a fill. While devices compute, the fill's lock
 * guards it. */
struct computed {
    size_t num_devices;
    struct ranges *of_device; /* for each device */
};

/* No device of the context: an earlier fill or another process has computed the cell. */
#define COMPUTED_ELSEWHERE SIZE_MAX

/* Returns false if memory is short. The caller calls computed_free in both cases. */
bool computed_create(struct computed *computed, size_t num_devices);
void computed_free(struct computed *computed);

/* Says that a device has computed a band. If memory is short, the cells count as computed
 * elsewhere. */
void computed_add(struct computed *computed, size_t device, struct band band);

/* Sorts the bands. computed_device needs that. */
void computed_join(struct computed *computed);

/* Returns the device that has computed the cell, or COMPUTED_ELSEWHERE. */
size_t computed_device(const struct computed *computed, size_t cell);

#endif

/* SPDX-License-Identifier: MIT
 *
 * Remembers which device computed which cells. Functions such as exp differ in their last bits
 * between unlike devices, so only a like device can verify a cell.
 *
 * It owns the ranges of cells. It does not know why a device is gone, nor what is verified. */
#include "fill/computed.h"

#include <stdlib.h>

bool computed_create(struct computed *computed, const outerfill_context *context) {
    *computed = (struct computed){
        .context = context,
        .of_device = calloc(context->num_devices, sizeof *computed->of_device),
        .is_gone = calloc(context->num_devices, sizeof *computed->is_gone),
    };
    return computed->of_device && computed->is_gone;
}

void computed_free(struct computed *computed) {
    for (size_t k = 0; computed->of_device && k < computed->context->num_devices; k++)
        ranges_free(&computed->of_device[k]);
    free(computed->of_device);
    free(computed->is_gone);
    *computed = (struct computed){0};
}

void computed_add(struct computed *computed, size_t device, struct band band) {
    ranges_add(&computed->of_device[device], band);
}

void computed_join(struct computed *computed) {
    for (size_t k = 0; k < computed->context->num_devices; k++)
        ranges_join(&computed->of_device[k]);
}

static bool holds(const struct ranges *ranges, size_t cell) {
    size_t begin = 0, end = ranges->num_items;
    while (begin < end) {
        const size_t middle = begin + (end - begin) / 2;
        const struct band band = ranges->items[middle];
        if (cell >= band.begin && cell < band.end) return true;
        if (cell < band.begin)
            end = middle;
        else
            begin = middle + 1;
    }
    return false;
}

/* Returns the first device that computes the same bits as this one and is not gone. */
static size_t find_like(const struct computed *computed, size_t device) {
    for (size_t k = 0; k < computed->context->num_devices; k++)
        if (!computed->is_gone[k] && context_devices_are_alike(computed->context, k, device))
            return k;
    return COMPUTED_ELSEWHERE;
}

size_t computed_device(const struct computed *computed, size_t cell) {
    for (size_t k = 0; k < computed->context->num_devices; k++)
        if (holds(&computed->of_device[k], cell)) return find_like(computed, k);
    return COMPUTED_ELSEWHERE;
}

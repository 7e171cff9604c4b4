/* SPDX-License-Identifier: MIT
 *
 * Remembers which device computed which cells. Functions such as exp differ in their last bits
 * between unlike devices, so only a like device can verify a cell.
 *
 * It owns the ranges of cells. It does not know what is verified. */
#include "fill/computed.h"

#include <stdlib.h>

bool computed_create(struct computed *computed, size_t num_devices) {
    computed->num_devices = num_devices;
    computed->of_device = calloc(num_devices, sizeof *computed->of_device);
    return computed->of_device;
}

void computed_free(struct computed *computed) {
    for (size_t k = 0; computed->of_device && k < computed->num_devices; k++)
        ranges_free(&computed->of_device[k]);
    free(computed->of_device);
    *computed = (struct computed){0};
}

void computed_add(struct computed *computed, size_t device, struct band band) {
    ranges_add(&computed->of_device[device], band);
}

void computed_join(struct computed *computed) {
    for (size_t k = 0; k < computed->num_devices; k++) ranges_join(&computed->of_device[k]);
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

size_t computed_device(const struct computed *computed, size_t cell) {
    for (size_t k = 0; k < computed->num_devices; k++)
        if (holds(&computed->of_device[k], cell)) return k;
    return COMPUTED_ELSEWHERE;
}

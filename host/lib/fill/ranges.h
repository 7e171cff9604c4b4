/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_RANGES_H
#define OUTERFILL_FILL_RANGES_H

#include <stdbool.h>

#include "fill/band.h"

/* A set of cells as ranges [begin, end). Zero-initialised, it is empty. */
struct ranges {
    struct band *items;
    size_t num_items, capacity;
};

void ranges_free(struct ranges *ranges);

/* Adds a range, in any order and over others; false where there is no memory. */
bool ranges_add(struct ranges *ranges, struct band range);

/* Sorts the ranges and joins those that touch. */
void ranges_join(struct ranges *ranges);

/* What is missing in `whole` of ranges that are joined; false where there is no memory. */
bool ranges_missing(const struct ranges *ranges, struct band whole, struct ranges *missing);

/* How many cells of `whole` are in ranges that are joined. */
size_t ranges_num_cells(const struct ranges *ranges, struct band whole);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_RANGES_H
#define OUTERFILL_FILL_RANGES_H

#include <stdbool.h>

#include "fill/band.h"

/* A set of cells as ranges [begin, end). A zero-initialised set is empty. The set owns items,
 * and has no lock. */
struct ranges {
    struct band *items;
    size_t num_items, capacity;
};

/* Frees what the set owns, and leaves it empty. */
void ranges_free(struct ranges *ranges);

/* Adds a range. It may overlap other ranges, and the order does not matter. An empty range adds
 * nothing. Returns false if memory is short; the set is unchanged then. */
bool ranges_add(struct ranges *ranges, struct band range);

/* Sorts the ranges, and joins those that overlap or touch. The functions below need such a set. */
void ranges_join(struct ranges *ranges);

/* Adds the cells of `whole` that are not in ranges to missing. Returns false if memory is short;
 * a part may have been added then. The caller frees missing in both cases. */
bool ranges_missing(const struct ranges *ranges, struct band whole, struct ranges *missing);

/* Returns the number of cells of `whole` that are in ranges. */
size_t ranges_num_cells(const struct ranges *ranges, struct band whole);

#endif

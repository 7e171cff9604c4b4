/* SPDX-License-Identifier: MIT
 *
 * Sets of cells as sorted ranges: which cells are done, and which are missing. Ranges are
 * collected in any order, then sorted and joined once.
 *
 * A set owns its array of ranges. The module knows nothing of files or devices. */
#include "fill/ranges.h"

#include <stdlib.h>

#include "base/arithmetic.h"

void ranges_free(struct ranges *ranges) {
    free(ranges->items);
    *ranges = (struct ranges){0};
}

bool ranges_add(struct ranges *ranges, struct band range) {
    if (range.begin >= range.end) return true;
    if (ranges->num_items == ranges->capacity) {
        const size_t capacity = ranges->capacity ? 2 * ranges->capacity : 64;
        struct band *items = realloc(ranges->items, capacity * sizeof *items);
        if (!items) return false;
        ranges->items = items;
        ranges->capacity = capacity;
    }
    ranges->items[ranges->num_items++] = range;
    return true;
}

static int compare(const void *x, const void *y) {
    const struct band *first = x, *second = y;
    return (first->begin > second->begin) - (first->begin < second->begin);
}

void ranges_join(struct ranges *ranges) {
    size_t num_joined = 0;
    if (ranges->num_items) qsort(ranges->items, ranges->num_items, sizeof *ranges->items, compare);
    for (size_t k = 0; k < ranges->num_items; k++) {
        struct band *last = num_joined ? &ranges->items[num_joined - 1] : NULL;
        const struct band item = ranges->items[k];
        if (!last || item.begin > last->end)
            ranges->items[num_joined++] = item;
        else if (item.end > last->end)
            last->end = item.end;
    }
    ranges->num_items = num_joined;
}

bool ranges_missing(const struct ranges *ranges, struct band whole, struct ranges *missing) {
    size_t begin = whole.begin;
    for (size_t k = 0; k < ranges->num_items; k++) {
        if (!ranges_add(missing, (struct band){begin, least(ranges->items[k].begin, whole.end)}))
            return false; /* GCOVR_EXCL_LINE: memory for 64 ranges is there with the first one */
        begin = largest(begin, ranges->items[k].end);
    }
    return ranges_add(missing, (struct band){begin, whole.end});
}

size_t ranges_num_cells(const struct ranges *ranges, struct band whole) {
    size_t num_cells = 0;
    for (size_t k = 0; k < ranges->num_items; k++) {
        const size_t begin = largest(ranges->items[k].begin, whole.begin),
                     end = least(ranges->items[k].end, whole.end);
        if (begin < end) num_cells += end - begin;
    }
    return num_cells;
}

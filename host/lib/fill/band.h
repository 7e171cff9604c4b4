/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_BAND_H
#define OUTERFILL_FILL_BAND_H

#include <stdbool.h>
#include <stddef.h>

/* A band: the cells [begin, end) of every plane, counted in C order, so that in each plane it is one contiguous run. It is
 * either whole rows or a part of one row. */
struct band {
    size_t begin, end;
};

/* The same as rows and columns: num_rows x num_columns cells from cell (i, j) on. */
struct band_rectangle {
    size_t i, j, num_rows, num_columns;
};

size_t band_num_cells(struct band band);
struct band_rectangle band_rectangle(struct band band, size_t m);

/* What a taker of bands can hold at once; all at least 1. A band never crosses a multiple of window_rows rows or of
 * window_columns columns: a device that cannot hold all of a or b sees them through windows of these lengths. */
struct band_limits {
    size_t max_cells, max_rows;
    size_t window_rows, window_columns;
    size_t row_step; /* not a limit but a wish: to end at a multiple of so many rows; 0: anywhere */
};

/* The longest band at the start of rest that keeps the limits. */
struct band band_cut(struct band rest, size_t m, const struct band_limits *limits);

/* The bands still to be done. Not locked. */
struct band_queue {
    struct band *rests; /* the first is the last in here */
    size_t num_rests;
    size_t num_cells; /* of all of them */
    size_t m;
};

/* These disjoint, sorted ranges of cells of rows of m, with room for max_give_backs bands to be given back over the queue's
 * life, so that giving back cannot fail. */
bool band_queue_create(struct band_queue *queue, const struct band *ranges, size_t num_ranges,
                       size_t m, size_t max_give_backs);
void band_queue_destroy(struct band_queue *queue);
bool band_queue_is_empty(const struct band_queue *queue);
size_t band_queue_num_cells(const struct band_queue *queue);

/* Takes the first band there is, within the limits; false where none is left. */
bool band_queue_take(struct band_queue *queue, const struct band_limits *limits, struct band *band);

/* Gives back a band that was taken and could not be done. */
void band_queue_give_back(struct band_queue *queue, struct band band);

#endif

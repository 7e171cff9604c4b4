/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_BAND_H
#define OUTERFILL_FILL_BAND_H

#include <stdbool.h>
#include <stddef.h>

/* A band is the range of cells [begin, end), counted in C order within one plane. The range is
 * the same in every plane. A band is either whole rows or a part of one row, so it is one
 * contiguous run of each plane. */
struct band {
    size_t begin, end;
};

/* The same band as a rectangle: num_rows x num_columns cells from cell (i, j) on. */
struct band_rectangle {
    size_t i, j, num_rows, num_columns;
};

/* band_rectangle takes m > 0 and a band that is not empty. The band is whole rows or a part of
 * one row. */
size_t band_num_cells(struct band band);
struct band_rectangle band_rectangle(struct band band, size_t m);

/* The largest band that a lane and a sink can take. Every limit is at least 1. A device that
 * cannot hold all of a or b sees them through windows of window_rows and window_columns
 * elements. So a band never crosses a multiple of window_rows rows or of window_columns columns. */
struct band_limits {
    size_t max_cells;
    size_t window_rows, window_columns;
    size_t row_step; /* a wish: end at a multiple of row_step rows; 0: anywhere */
};

/* Returns the longest band at the start of rest that keeps the limits. rest is not empty. It may
 * begin within a row and end in another row. */
struct band band_cut(struct band rest, size_t m, const struct band_limits *limits);

/* The cells that lanes have still to take. The queue has no lock of its own: the fill's lock
 * guards it. */
struct band_queue {
    struct band *rests; /* sorted, the lowest cells last; owned by the queue */
    size_t num_rests;
    size_t num_cells; /* in all rests together */
    size_t m;
};

/* Creates a queue of num_ranges ranges of cells; a row has m cells. The ranges are sorted and
 * disjoint, and the queue copies them. Over the queue's life up to max_give_backs bands may be
 * given back: the memory for them is allocated here, so giving back cannot fail. Returns false
 * if memory is short. */
bool band_queue_create(struct band_queue *queue, const struct band *ranges, size_t num_ranges,
                       size_t m, size_t max_give_backs);

/* Frees what the queue owns. */
void band_queue_destroy(struct band_queue *queue);
bool band_queue_is_empty(const struct band_queue *queue);

/* Returns the cells that are still in the queue; a band that was taken is not in it. */
size_t band_queue_num_cells(const struct band_queue *queue);

/* Takes the band with the lowest cells, cut to the limits. Returns false if the queue is empty. */
bool band_queue_take(struct band_queue *queue, const struct band_limits *limits, struct band *band);

/* Returns a band to the queue that was taken and could not be computed. It is taken again before
 * all higher cells. */
void band_queue_give_back(struct band_queue *queue, struct band band);

#endif

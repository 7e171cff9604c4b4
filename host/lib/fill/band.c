/* SPDX-License-Identifier: MIT
 *
 * Cuts the output into bands and keeps the queue that lanes take them from. Bands are disjoint,
 * and one lane takes each band. So a band that failed can be given back, and another lane can
 * compute it again. This module knows nothing of devices, sinks or locks.
 *
 * The queue is an array of ranges sorted by falling cells: the next band is cut from the last
 * range. Taking a band is O(1). Giving a band back is an insertion. */
#include "fill/band.h"

#include <stdlib.h>

#include "base/arithmetic.h"

size_t band_num_cells(struct band band) {
    return band.end - band.begin;
}

struct band_rectangle band_rectangle(struct band band, size_t m) {
    const size_t num_cells = band_num_cells(band);
    const size_t j = band.begin % m;
    const bool whole_rows = j == 0 && num_cells >= m;
    return (struct band_rectangle){
        .i = band.begin / m,
        .j = j,
        .num_rows = whole_rows ? num_cells / m : 1,
        .num_columns = whole_rows ? m : num_cells,
    };
}

/* Returns the number of whole rows, from row i on, that the next band may have. The band ends at
 * a multiple of window_rows at the latest. If rows remain after it, it ends at a multiple of
 * row_step, unless it would be empty then. */
static size_t cut_rows(size_t i, size_t num_rows, size_t m, const struct band_limits *limits) {
    const size_t in_window = limits->window_rows - i % limits->window_rows;
    const size_t most = least(num_rows, least(limits->max_cells / m, in_window));
    const size_t beyond = limits->row_step ? (i + most) % limits->row_step : 0;
    return most < num_rows && beyond < most ? most - beyond : most;
}

/* Returns the number of cells, from column j on, that the next part of a row may have. The part
 * behind it begins at a multiple of PART_STEP cells if possible, because some devices read back
 * faster to multiples of 64 bytes. */
#define PART_STEP 16u
static size_t cut_row(size_t j, size_t most, size_t to_row_end) {
    const size_t beyond = (j + most) % PART_STEP;
    if (most >= to_row_end) return to_row_end;
    return beyond < most ? most - beyond : most;
}

struct band band_cut(struct band rest, size_t m, const struct band_limits *limits) {
    const struct band_rectangle r = band_rectangle(rest, m);
    /* If rest ends within a row, r.num_rows counts the whole rows before. If rest begins within
     * a row, only r.i and r.j are used. */
    const bool has_whole_row = r.j == 0 && band_num_cells(rest) >= m;
    const bool rows_fit = has_whole_row && limits->max_cells >= m && limits->window_columns >= m;
    if (rows_fit)
        return (struct band){rest.begin, rest.begin + cut_rows(r.i, r.num_rows, m, limits) * m};
    /* Here a whole row does not fit, or rest begins within a row. So the band is a part of one
     * row. */
    const size_t to_row_end = least(m - r.j, band_num_cells(rest));
    const size_t in_window = limits->window_columns - r.j % limits->window_columns;
    const size_t most = least(limits->max_cells, in_window);
    return (struct band){rest.begin, rest.begin + cut_row(r.j, most, to_row_end)};
}

bool band_queue_create(struct band_queue *queue, const struct band *ranges, size_t num_ranges,
                       size_t m, size_t max_give_backs) {
    *queue = (struct band_queue){
        .m = m, .rests = calloc(max_give_backs + num_ranges + 1, sizeof *queue->rests)};
    if (!queue->rests) return false;
    for (size_t k = num_ranges; k-- > 0;) band_queue_give_back(queue, ranges[k]);
    return true;
}

void band_queue_destroy(struct band_queue *queue) {
    free(queue->rests);
}

bool band_queue_is_empty(const struct band_queue *queue) {
    return queue->num_rests == 0;
}

size_t band_queue_num_cells(const struct band_queue *queue) {
    return queue->num_cells;
}

bool band_queue_take(struct band_queue *queue, const struct band_limits *limits,
                     struct band *band) {
    if (band_queue_is_empty(queue)) return false;
    struct band *rest = &queue->rests[queue->num_rests - 1];
    *band = band_cut(*rest, queue->m, limits);
    rest->begin = band->end;
    queue->num_cells -= band_num_cells(*band);
    if (rest->begin == rest->end) queue->num_rests--;
    return true;
}

void band_queue_give_back(struct band_queue *queue, struct band band) {
    size_t k = queue->num_rests++;
    for (; k > 0 && queue->rests[k - 1].begin < band.begin; k--)
        queue->rests[k] = queue->rests[k - 1];
    queue->rests[k] = band;
    queue->num_cells += band_num_cells(band);
}

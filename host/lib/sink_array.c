/* SPDX-License-Identifier: MIT
 *
 * Where the runs of a band lie in an array of shape (P, n, m). */
#include "sink_array.h"

void *sink_array_run(const struct sink_array *sink, size_t p, struct band band) {
    return sink->ab + p * sink->plane_nbytes + band.begin * sink->itemsize;
}

size_t sink_array_run_nbytes(const struct sink_array *sink, struct band band) {
    return band_num_cells(band) * sink->itemsize;
}

/* SPDX-License-Identifier: MIT
 *
 * Progress of one fill, and waiting for it to change. */
#include "fill/fill_state.h"

#include <time.h>

/* The caller's thread reports at least this often while it waits. */
#define REPORT_NANOSECONDS (100L * 1000 * 1000)

void fill_stop(struct fill *fill, const outerfill_error *why) {
    if (!fill->is_stopped) fill->stop = *why;
    fill->is_stopped = true;
    pthread_cond_broadcast(&fill->changed);
}

static void cancel(struct fill *fill) {
    outerfill_error error;
    pthread_mutex_lock(&fill->mutex);
    error_set(&error, OUTERFILL_CANCELLED,
              "cancelled by the progress callback after %zu of %zu cells",
              fill->request->num_cells_before + fill->num_cells_done,
              fill->request->num_cells_before + fill->num_cells);
    fill_stop(fill, &error);
    pthread_mutex_unlock(&fill->mutex);
}

/* Rows are finished cells divided by m, rounded down. Bands may finish out of order, so this is
 * a measure of progress, not a row index. Reports end when all cells are done or the fill is
 * stopped. */
void fill_report(struct fill *fill) {
    const outerfill_fill_options *options = &fill->task.options;
    const size_t before = fill->request->num_cells_before, m = fill->task.m;
    const size_t num_rows = (before + fill->num_cells) / m;
    if (!options->progress) return;
    pthread_mutex_lock(&fill->mutex);
    const size_t rows_done = (before + fill->num_cells_done) / m;
    const bool is_over = fill->is_stopped || fill->reported_end;
    fill->reported_end |= fill->num_cells_done == fill->num_cells;
    pthread_mutex_unlock(&fill->mutex);
    if (!is_over && options->progress(rows_done, num_rows, options->progress_data)) cancel(fill);
}

void fill_await_change(struct fill *fill, bool is_caller) {
    if (!is_caller || !fill->task.options.progress) {
        pthread_cond_wait(&fill->changed, &fill->mutex);
        return;
    }
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += REPORT_NANOSECONDS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&fill->changed, &fill->mutex, &until);
    pthread_mutex_unlock(&fill->mutex);
    fill_report(fill);
    pthread_mutex_lock(&fill->mutex);
}

/* SPDX-License-Identifier: MIT
 *
 * A worker is a thread at work with one lane. It takes bands from the queue, keeps the lane busy
 * with them, and hands finished bands over to the sink. It does not know how a lane computes a
 * band, nor what a sink does with it. */
#include "fill/worker.h"

#include "fill/pace.h"

/* ---- The bands ---- */

/* Returns the cells that the worker's next band may have. Towards the end each lane gets a share
 * of the remaining cells, by its rate, so that all lanes end together. A lane without a rate, or
 * the only lane, is not bound. */
static size_t share_of_rest(const struct worker *worker, size_t max_cells) {
    const struct fill *fill = worker->fill;
    double all_rates = 0;
    for (size_t k = 0; k < fill->num_workers; k++) all_rates += (double)fill->workers[k].rate;
    if (fill->num_workers == 1 || worker->rate == 0) return max_cells;
    return pace_share(band_queue_num_cells(&fill->queue), (double)worker->rate / all_rates,
                      max_cells, lane_floor(worker->lane));
}

static void take_now(struct worker *worker, struct band *band, struct destination *destination) {
    struct fill *fill = worker->fill;
    struct band_bounds bounds = lane_bounds(worker->lane, band_queue_num_cells(&fill->queue));
    bounds.sink_cells = fill->sink->max_cells;
    bounds.sink_row_step = fill->sink->row_step;
    struct band_limits limits = band_bounds_limits(&bounds);
    worker->rate = lane_rate(worker->lane);
    limits.max_cells = share_of_rest(worker, limits.max_cells);
    band_queue_take(&fill->queue, &limits, band);
    *destination = fill->sink->kind->take(fill->sink, *band, lane_reading_device(worker->lane));
    fill->num_in_lanes++;
}

/* Takes a band and the destination of its results. Returns false if there is nothing to take
 * now.
 *
 * A worker with bands in flight does not wait here, because it must first finish these bands. A
 * worker with no band in flight waits while bands may still come. They may come from the queue,
 * or from another lane that fails and gives its bands back. */
static bool take(struct worker *worker, struct band *band, struct destination *destination) {
    struct fill *fill = worker->fill;
    bool is_taken = false;
    pthread_mutex_lock(&fill->mutex);
    for (;;) {
        const bool has_band = !band_queue_is_empty(&fill->queue);
        if (fill->is_stopped || (!has_band && !fill->num_in_lanes)) break;
        is_taken = has_band && fill->sink->kind->has_destination(fill->sink);
        if (is_taken) take_now(worker, band, destination);
        if (is_taken || lane_num_in_flight(worker->lane)) break;
        fill_await_change(fill, worker->is_caller);
    }
    pthread_mutex_unlock(&fill->mutex);
    return is_taken;
}

/* A dead device may still write into the caller's memory: the fill stops, so that no lane gets this
 * memory again. STILL_WRITING replaces any earlier reason, because the caller must know it. */
static void stop_for_dead_device(struct fill *fill, const outerfill_error *why) {
    fill->sink->is_lost = fill->is_stopped = true;
    lane_describe_stuck(why, &fill->stop);
}

static void free_destination(struct worker *worker, struct band band, const outerfill_error *why) {
    struct sink *sink = worker->fill->sink;
    const enum lane_reach reach = lane_reach(worker->lane);
    if (reach == LANE_REACHES_DESTINATIONS && sink->kind->lose) {
        sink->kind->lose(sink, band);
        return;
    }
    sink->kind->release(sink, band);
    if (reach != LANE_REACHES_NOTHING) stop_for_dead_device(worker->fill, why);
}

/* Returns a band that a lane could not compute. */
static void give_back(struct worker *worker, struct band band, const outerfill_error *why) {
    struct fill *fill = worker->fill;
    pthread_mutex_lock(&fill->mutex);
    band_queue_give_back(&fill->queue, band);
    free_destination(worker, band, why);
    fill->failure = worker->failure = *why;
    fill->num_in_lanes--;
    /* Another device would not do better with a text that is wrong. */
    if (why->status == OUTERFILL_INVALID_ARGUMENT) fill_stop(fill, why);
    pthread_cond_broadcast(&fill->changed);
    pthread_mutex_unlock(&fill->mutex);
}

/* Gives a finished band to the sink. Without a consumer its cells are done now, otherwise when
 * they are consumed. */
static void hand_over(struct worker *worker, struct band band) {
    struct fill *fill = worker->fill;
    struct computed *computed = fill->request->computed;
    pthread_mutex_lock(&fill->mutex);
    if (computed) computed_add(computed, (size_t)(worker - fill->workers), band);
    fill->sink->kind->finish(fill->sink, band);
    fill->num_in_lanes--;
    if (!fill->sink->kind->consume) fill->num_cells_done += band_num_cells(band);
    pthread_cond_broadcast(&fill->changed);
    pthread_mutex_unlock(&fill->mutex);
}

/* ---- Working with a lane ---- */

/* Gets memory for the band's results. Gives the band back, and returns false, if there is none. */
static bool get_memory(struct worker *worker, struct band band, struct destination *destination) {
    struct sink *sink = worker->fill->sink;
    outerfill_error error;
    if (destination->planes || !sink->kind->allocate(sink, destination, &error)) return true;
    give_back(worker, band, &error);
    return false;
}

/* Starts a band. Returns false if the lane cannot go on. A lane that ran out of memory goes on
 * with smaller bands. */
static bool start(struct worker *worker, struct band band, struct destination destination) {
    outerfill_error error;
    if (!get_memory(worker, band, &destination)) return false;
    const outerfill_status status = lane_start(worker->lane, band, destination, &error);
    if (!status) return true;
    give_back(worker, band, &error);
    return status == OUTERFILL_OUT_OF_MEMORY && lane_shrink(worker->lane);
}

static bool finish(struct worker *worker) {
    struct band band;
    outerfill_error error;
    const outerfill_status status = lane_finish(worker->lane, &band, &error);
    if (!status) {
        hand_over(worker, band);
        return true;
    }
    give_back(worker, band, &error);
    return status == OUTERFILL_OUT_OF_MEMORY && lane_shrink(worker->lane);
}

/* Takes and finishes bands until the fill has no more for this lane. Returns false if the lane
 * failed. Either way the lane has no band in flight then: each was handed over or given back. */
static bool work(struct worker *worker) {
    struct lane *lane = worker->lane;
    bool healthy = true;
    for (;;) {
        struct band band;
        struct destination destination;
        if (healthy && lane_has_room(lane) && take(worker, &band, &destination)) {
            healthy = start(worker, band, destination);
        } else if (lane_num_in_flight(lane)) {
            healthy &= finish(worker);
            if (worker->is_caller) fill_report(worker->fill);
        } else {
            return healthy;
        }
    }
}

static void drop(struct worker *worker) {
    lane_close(worker->lane, false);
    worker->lane = NULL;
    pthread_mutex_lock(&worker->fill->mutex);
    worker->rate = 0;
    pthread_mutex_unlock(&worker->fill->mutex);
}

/* A failed device gets a second chance, in a new context. If it cannot be opened, the first failure
 * is what the caller hears of. */
void worker_open_again(struct worker *worker) {
    struct fill *fill = worker->fill;
    outerfill_error error;
    pthread_mutex_lock(&fill->mutex);
    const bool is_wanted = !worker->is_second_chance && !fill->is_stopped &&
                           worker->failure.status == OUTERFILL_DEVICE_FAILED;
    pthread_mutex_unlock(&fill->mutex);
    worker->is_second_chance = true;
    if (!is_wanted ||
        lane_open_again(&fill->task, (size_t)(worker - fill->workers), &worker->lane, &error))
        worker->lane = NULL;
}

void worker_run(struct worker *worker) {
    while (worker->lane && !work(worker)) {
        drop(worker);
        worker_open_again(worker);
    }
}

void worker_run_in_thread(void *argument) {
    struct worker *worker = argument;
    struct fill *fill = worker->fill;
    worker_run(worker);
    pthread_mutex_lock(&fill->mutex);
    fill->num_jobs--;
    pthread_cond_broadcast(&fill->changed);
    pthread_mutex_unlock(&fill->mutex);
}

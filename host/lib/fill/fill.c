/* SPDX-License-Identifier: MIT
 *
 * Runs one fill: it owns the queue of bands, one lane for each device, and the workers that use
 * the lanes. A worker is a thread at work with one lane.
 *
 * If a sink needs no consumer (the caller's array), the caller's thread works on the first lane,
 * and a pool thread on each other lane. If bands are consumed, pool threads work on all lanes.
 * Then the caller's thread consumes, together with further pool threads. Only the caller's
 * thread reports progress. A lane that fails gives its bands back and is dropped; the other
 * lanes compute them. This module does not know how a lane computes a band, nor what a sink does
 * with it. */
#include "fill/fill.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/dtype.h"
#include "device/function.h"
#include "fill/lane.h"
#include "fill/pace.h"
#include "base/fork_guard.h"

/* The caller's thread reports at least this often while it waits. */
#define REPORT_NANOSECONDS (100L * 1000 * 1000)

struct fill {
    const struct fill_request *request;
    struct lane_task task;
    struct sink *sink;
    pthread_mutex_t mutex; /* guards every field from here on, and the sink */
    pthread_cond_t changed;
    struct band_queue queue;
    size_t num_cells; /* in all ranges of the request */
    size_t num_cells_done;
    size_t num_in_lanes; /* bands that lanes hold; each may still be given back */
    size_t num_jobs;     /* workers that run in pool threads */
    bool is_stopped;     /* lanes take no further bands */
    bool is_refused;     /* consuming a band failed; further bands are not consumed */
    bool reported_end;
    struct worker *workers;
    size_t num_workers;
    outerfill_error failure; /* of the lane that failed last */
    outerfill_error stop;    /* why the fill was stopped */
};

/* One lane and the thread that uses it. */
struct worker {
    struct fill *fill;
    struct lane *lane;       /* NULL if its device failed or could not be used */
    outerfill_error failure; /* why lane is NULL; or the lane's last failure */
    size_t rate;             /* the lane's rate when it last took a band; 0: unknown */
    bool is_caller;          /* the caller's own thread uses the lane */
    struct thread_pool_job job;
    bool has_job;
};

/* ---- Progress, and waiting ---- */

/* Stops the fill. Only the first reason is kept. Call with the lock held. */
static void stop(struct fill *fill, const outerfill_error *why) {
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
    stop(fill, &error);
    pthread_mutex_unlock(&fill->mutex);
}

/* Tells the caller how far the fill is. Only the caller's thread may call this, and without the
 * lock, because the callback may call the library.
 *
 * Rows are finished cells divided by m, rounded down. Bands may finish out of order, so this is
 * a measure of progress, not a row index. Reports end when all cells are done or the fill is
 * stopped. */
static void report(struct fill *fill) {
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

/* Waits until another thread changes the fill. The caller's thread also wakes up after
 * REPORT_NANOSECONDS, and reports each time. Call with the lock held; the lock is released while
 * waiting and reporting. */
static void await_change(struct fill *fill, bool is_caller) {
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
    report(fill);
    pthread_mutex_lock(&fill->mutex);
}

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
                      max_cells);
}

static void take_now(struct worker *worker, struct band *band, struct destination *destination) {
    struct fill *fill = worker->fill;
    struct band_limits limits = lane_limits(worker->lane);
    worker->rate = lane_rate(worker->lane);
    if (limits.max_cells > fill->sink->max_cells) limits.max_cells = fill->sink->max_cells;
    limits.max_cells = share_of_rest(worker, limits.max_cells);
    limits.row_step = fill->sink->row_step;
    band_queue_take(&fill->queue, &limits, band);
    *destination = fill->sink->kind->take(fill->sink, *band);
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
        await_change(fill, worker->is_caller);
    }
    pthread_mutex_unlock(&fill->mutex);
    return is_taken;
}

/* Returns a band that a lane could not compute. If the lane is stuck, its device may still write
 * into the band's destination. Then the fill stops, so that no lane gets this memory again.
 * STILL_WRITING replaces any earlier reason for stopping, because the caller must know it. */
static void give_back(struct worker *worker, struct band band, const outerfill_error *why) {
    struct fill *fill = worker->fill;
    pthread_mutex_lock(&fill->mutex);
    band_queue_give_back(&fill->queue, band);
    fill->sink->kind->give_back(fill->sink, band);
    fill->failure = worker->failure = *why;
    fill->num_in_lanes--;
    if (lane_is_stuck(worker->lane)) {
        fill->sink->is_lost = fill->is_stopped = true;
        lane_describe_stuck(why, &fill->stop);
    }
    pthread_cond_broadcast(&fill->changed);
    pthread_mutex_unlock(&fill->mutex);
}

/* Gives a finished band to the sink. Without a consumer its cells are done now, otherwise when
 * they are consumed. */
static void hand_over(struct fill *fill, struct band band) {
    pthread_mutex_lock(&fill->mutex);
    fill->sink->kind->finish(fill->sink, band);
    fill->num_in_lanes--;
    if (!fill->sink->kind->consume) fill->num_cells_done += band_num_cells(band);
    pthread_cond_broadcast(&fill->changed);
    pthread_mutex_unlock(&fill->mutex);
}

/* ---- Working with a lane ---- */

/* Starts a band. Returns false if the lane cannot go on. A lane that ran out of memory goes on
 * with smaller bands. */
static bool start(struct worker *worker, struct band band, struct destination destination) {
    outerfill_error error;
    const outerfill_status status = lane_start(worker->lane, band, destination, &error);
    if (!status) return true;
    give_back(worker, band, &error);
    return status == OUTERFILL_OUT_OF_MEMORY && lane_shrink(worker->lane);
}

static bool finish(struct worker *worker) {
    struct band band;
    outerfill_error error;
    const outerfill_status status = lane_finish(worker->lane, &band, &error);
    if (status)
        give_back(worker, band, &error);
    else
        hand_over(worker->fill, band);
    return status == OUTERFILL_OK;
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
            if (worker->is_caller) report(worker->fill);
        } else {
            return healthy;
        }
    }
}

/* Works with a lane until the fill has no more bands for it. A lane that fails is closed and
 * dropped. */
static void work_or_drop(struct worker *worker) {
    if (!worker->lane || work(worker)) return;
    lane_close(worker->lane, false);
    worker->lane = NULL;
    pthread_mutex_lock(&worker->fill->mutex);
    worker->rate = 0;
    pthread_mutex_unlock(&worker->fill->mutex);
}

static void work_in_thread(void *argument) {
    struct worker *worker = argument;
    struct fill *fill = worker->fill;
    work_or_drop(worker);
    pthread_mutex_lock(&fill->mutex);
    fill->num_jobs--;
    pthread_cond_broadcast(&fill->changed);
    pthread_mutex_unlock(&fill->mutex);
}

/* ---- Consuming ---- */

/* Consumes a band that the sink had ready, then frees its destination. Call with the lock held;
 * the lock is released while consuming and reporting. */
static void consume_one(struct fill *fill, struct band band, const struct destination *destination,
                        bool is_caller) {
    outerfill_error error;
    pthread_mutex_unlock(&fill->mutex);
    const outerfill_status status =
        fill->sink->kind->consume(fill->sink, band, destination, &error);
    pthread_mutex_lock(&fill->mutex);
    fill->sink->kind->give_back(fill->sink, band);
    if (status)
        stop(fill, &error);
    else
        fill->num_cells_done += band_num_cells(band);
    fill->is_refused |= status != OUTERFILL_OK;
    pthread_cond_broadcast(&fill->changed);
    if (!is_caller) return;
    pthread_mutex_unlock(&fill->mutex);
    report(fill);
    pthread_mutex_lock(&fill->mutex);
}

/* Consumes bands until no more can come. After a cancel, lanes still finish the bands in flight,
 * and these are consumed too. */
static void consume(struct fill *fill, bool is_caller) {
    struct band band;
    struct destination destination;
    pthread_mutex_lock(&fill->mutex);
    for (;;) {
        if (!fill->is_refused && fill->sink->kind->next(fill->sink, &band, &destination))
            consume_one(fill, band, &destination, is_caller);
        else if (fill->num_jobs)
            await_change(fill, is_caller);
        else
            break;
    }
    pthread_mutex_unlock(&fill->mutex);
}

static void consume_in_thread(void *argument) {
    consume(argument, false);
}

/* ---- All lanes together ---- */

static void open_lanes(struct fill *fill) {
    for (size_t k = 0; k < fill->num_workers; k++) {
        struct worker *worker = &fill->workers[k];
        worker->fill = fill;
        if (!lane_open(&fill->task, k, &worker->lane, &worker->failure)) continue;
        worker->lane = NULL;
        fill->failure = worker->failure;
    }
}

/* Starts a pool thread for each lane from number `first` on. Returns false if no thread was
 * started. */
static bool start_workers(struct fill *fill, size_t first) {
    struct worker *workers = fill->workers;
    bool has_any = false;
    for (size_t k = first; k < fill->num_workers; k++) {
        if (!workers[k].lane) continue;
        workers[k].job = (struct thread_pool_job){.run = work_in_thread, .argument = &workers[k]};
        pthread_mutex_lock(&fill->mutex);
        workers[k].has_job = thread_pool_start(fill->task.function->context->pool, &workers[k].job);
        fill->num_jobs += workers[k].has_job;
        pthread_mutex_unlock(&fill->mutex);
        has_any |= workers[k].has_job;
    }
    return has_any;
}

/* Waits for the workers in pool threads, and reports progress meanwhile. */
static void await_workers(struct fill *fill) {
    pthread_mutex_lock(&fill->mutex);
    while (fill->num_jobs) await_change(fill, true);
    pthread_mutex_unlock(&fill->mutex);
    for (size_t k = 0; k < fill->num_workers; k++)
        if (fill->workers[k].has_job)
            thread_pool_wait(fill->task.function->context->pool, &fill->workers[k].job);
}

/* The caller's thread works with the first lane. After the pool threads have ended, it works
 * with each lane that got no thread, one after the other, in case bands are left. */
static void run_lanes(struct fill *fill) {
    start_workers(fill, 1);
    for (size_t k = 0; k < fill->num_workers; k++) {
        if (k == 1) await_workers(fill);
        fill->workers[k].is_caller = !fill->workers[k].has_job;
        if (fill->workers[k].is_caller) work_or_drop(&fill->workers[k]);
    }
}

/* The caller's thread consumes bands, together with pool threads. A fill works with fewer
 * consumers than it asked for, but it needs a thread for at least one lane. */
static void run_lanes_and_consumers(struct fill *fill) {
    struct thread_pool *pool = fill->task.function->context->pool;
    struct thread_pool_job jobs[FILL_MAX_CONSUMERS];
    size_t num_started = 0;
    const bool has_worker = start_workers(fill, 0);
    for (size_t k = 1; has_worker && k < fill->request->num_consumers; k++) {
        jobs[num_started] = (struct thread_pool_job){.run = consume_in_thread, .argument = fill};
        num_started += thread_pool_start(pool, &jobs[num_started]);
    }
    if (!has_worker && !fill->failure.status && !fill->is_stopped)
        error_set(&fill->failure, OUTERFILL_OUT_OF_MEMORY,
                  "no thread could be created to drive a device");
    consume(fill, true);
    await_workers(fill);
    for (size_t k = 0; k < num_started; k++) thread_pool_wait(pool, &jobs[k]);
}

static outerfill_status outcome(struct fill *fill, outerfill_error *error) {
    /* A cancel after the last cell changes nothing: the fill is complete. */
    if (fill->num_cells_done == fill->num_cells) return error_clear(error);
    const outerfill_error *why = fill->is_stopped ? &fill->stop : &fill->failure;
    if (error) *error = *why;
    return why->status;
}

/* Tells the caller which devices were dropped, and why. */
static void report_dropped(const struct fill *fill) {
    const outerfill_fill_options *options = &fill->task.options;
    for (size_t k = 0; options->device_dropped && k < fill->num_workers; k++)
        if (fill->workers[k].failure.status && !fill->workers[k].lane)
            options->device_dropped(&fill->workers[k].failure, options->device_dropped_data);
}

static outerfill_status run(struct fill *fill, outerfill_error *error) {
    if (fill->sink->kind->consume) report(fill);
    if (!fill->is_stopped) open_lanes(fill);
    (fill->sink->kind->consume ? run_lanes_and_consumers : run_lanes)(fill);
    report(fill);
    report_dropped(fill);
    for (size_t k = 0; k < fill->num_workers; k++) lane_close(fill->workers[k].lane, true);
    return outcome(fill, error);
}

static struct lane_task describe_task(const struct fill_request *request) {
    return (struct lane_task){
        .function = request->function,
        .a = request->a,
        .b = request->b,
        .n = request->n,
        .m = request->m,
        .itemsize = outerfill_dtype_itemsize(request->function->dtype),
        .options = request->options,
    };
}

outerfill_status fill_run(const struct fill_request *request, struct sink *sink,
                          outerfill_error *error) {
    outerfill_status status = fork_guard_check(error);
    if (status) return status;
    struct fill fill = {.request = request,
                        .task = describe_task(request),
                        .sink = sink,
                        .mutex = PTHREAD_MUTEX_INITIALIZER,
                        .changed = PTHREAD_COND_INITIALIZER};
    fill.num_workers = request->function->context->num_devices;
    fill.workers = calloc(fill.num_workers, sizeof *fill.workers);
    /* A lane gives back at most LANE_MAX_FAILURES bands, which bounds the queue's memory. */
    const bool has_queue = band_queue_create(&fill.queue, request->ranges, request->num_ranges,
                                             request->m, fill.num_workers * LANE_MAX_FAILURES);
    fill.num_cells = has_queue ? band_queue_num_cells(&fill.queue) : 0;
    status = fill.workers && has_queue
                 ? run(&fill, error)
                 : error_set(error, OUTERFILL_OUT_OF_MEMORY,
                             "a fill by %zu devices found no memory", fill.num_workers);
    if (has_queue) band_queue_destroy(&fill.queue);
    free(fill.workers);
    pthread_cond_destroy(&fill.changed);
    pthread_mutex_destroy(&fill.mutex);
    return status;
}

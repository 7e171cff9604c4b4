/* SPDX-License-Identifier: MIT
 *
 * A fill: the queue of bands, a lane for each device, and who drives them. Where results are ready in the caller's array, the
 * caller's own thread drives the first lane and a thread of the pool each other one; where they are consumed, the pool drives all
 * lanes, and the caller's thread, with more of the pool, consumes. Progress is reported in the caller's thread. A lane that
 * fails gives its bands back and is dropped; the others do them. What a lane or a sink does with a band is not known here. */
#include "fill/fill.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/dtype.h"
#include "device/function.h"
#include "fill/lane.h"
#include "fill/pace.h"
#include "base/fork_guard.h"

#define REPORT_NANOSECONDS                                                                         \
    (100L * 1000 * 1000) /* the caller hears at least that often where its thread is free */

struct fill {
    const struct fill_request *request;
    struct lane_task task;
    struct sink *sink;
    pthread_mutex_t mutex; /* guards all that follows, and the sink */
    pthread_cond_t changed;
    struct band_queue queue;
    size_t num_cells; /* to be done */
    size_t num_cells_done;
    size_t num_in_lanes; /* bands; each may still be given back */
    size_t num_jobs;     /* drivers at work in other threads */
    bool is_stopped;     /* no band is to be taken any more */
    bool is_refused;     /* nor consumed: consuming one has failed */
    bool reported_end;
    struct worker *workers;
    size_t num_workers;
    outerfill_error failure; /* of the lane that failed last */
    outerfill_error stop;    /* why it was stopped */
};

/* One lane and who drives it. */
struct worker {
    struct fill *fill;
    struct lane *lane;       /* NULL: its device could not be used, or failed */
    outerfill_error failure; /* why */
    size_t rate;             /* of the lane, when it last took a band */
    bool is_caller;          /* the caller's own thread */
    struct thread_pool_job job;
    bool has_job;
};

/* ---- Progress, and waiting ---- */

/* Stops the fill; the first reason counts. Called with the lock. */
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

/* Tells the caller how far the fill is. Called in the caller's thread alone, without the lock. */
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

/* Waits until something has changed; in the caller's thread it reports then, or when it has waited for long. Called with the
 * lock. */
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

/* Takes a band and the place for its results. A driver with nothing in flight waits for them, as long as bands may still come:
 * some are left, or in another lane, which may fail. */
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

/* Places that a stuck lane's device may still write to are given to nobody any more, and that counts more than other reasons to
 * stop. */
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

static void hand_over(struct fill *fill, struct band band) {
    pthread_mutex_lock(&fill->mutex);
    fill->sink->kind->finish(fill->sink, band);
    fill->num_in_lanes--;
    if (!fill->sink->kind->consume) fill->num_cells_done += band_num_cells(band);
    pthread_cond_broadcast(&fill->changed);
    pthread_mutex_unlock(&fill->mutex);
}

/* ---- Driving a lane ---- */

/* Starts a band; false where the lane can go on no more. */
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

/* Takes bands until none is left; false where the lane fails, with all its bands given back or done. */
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

/* Drives a lane as far as it goes; one that fails is dropped. */
static void drive_or_drop(struct worker *worker) {
    if (!worker->lane || work(worker)) return;
    lane_close(worker->lane, false);
    worker->lane = NULL;
    pthread_mutex_lock(&worker->fill->mutex);
    worker->rate = 0;
    pthread_mutex_unlock(&worker->fill->mutex);
}

static void drive_in_thread(void *argument) {
    struct worker *worker = argument;
    struct fill *fill = worker->fill;
    drive_or_drop(worker);
    pthread_mutex_lock(&fill->mutex);
    fill->num_jobs--;
    pthread_cond_broadcast(&fill->changed);
    pthread_mutex_unlock(&fill->mutex);
}

/* ---- Consuming ---- */

/* Consumes a band that the sink had ready. Called with the lock, which it gives up meanwhile. */
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

/* Consumes bands until no more can come. What is on its way when the fill is cancelled is consumed still. */
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

/* Starts a thread for each lane from the first-th on; false where there is none. */
static bool start_drivers(struct fill *fill, size_t first) {
    struct worker *workers = fill->workers;
    bool has_any = false;
    for (size_t k = first; k < fill->num_workers; k++) {
        if (!workers[k].lane) continue;
        workers[k].job = (struct thread_pool_job){.run = drive_in_thread, .argument = &workers[k]};
        pthread_mutex_lock(&fill->mutex);
        workers[k].has_job = thread_pool_start(fill->task.function->context->pool, &workers[k].job);
        fill->num_jobs += workers[k].has_job;
        pthread_mutex_unlock(&fill->mutex);
        has_any |= workers[k].has_job;
    }
    return has_any;
}

/* Waits for the drivers, and goes on reporting while they run. */
static void await_drivers(struct fill *fill) {
    pthread_mutex_lock(&fill->mutex);
    while (fill->num_jobs) await_change(fill, true);
    pthread_mutex_unlock(&fill->mutex);
    for (size_t k = 0; k < fill->num_workers; k++)
        if (fill->workers[k].has_job)
            thread_pool_wait(fill->task.function->context->pool, &fill->workers[k].job);
}

/* The caller's thread drives the first lane, and in the end, one after the other, those that found no thread, where anything is
 * left. */
static void run_lanes(struct fill *fill) {
    start_drivers(fill, 1);
    for (size_t k = 0; k < fill->num_workers; k++) {
        if (k == 1) await_drivers(fill);
        fill->workers[k].is_caller = !fill->workers[k].has_job;
        if (fill->workers[k].is_caller) drive_or_drop(&fill->workers[k]);
    }
}

/* The caller's thread consumes, others with it. */
static void run_lanes_and_consumers(struct fill *fill) {
    struct thread_pool *pool = fill->task.function->context->pool;
    struct thread_pool_job jobs[FILL_MAX_CONSUMERS];
    size_t num_started = 0;
    const bool has_driver = start_drivers(fill, 0);
    for (size_t k = 1; has_driver && k < fill->request->num_consumers; k++) {
        jobs[num_started] = (struct thread_pool_job){.run = consume_in_thread, .argument = fill};
        num_started += thread_pool_start(pool, &jobs[num_started]);
    }
    if (!has_driver && !fill->failure.status && !fill->is_stopped)
        error_set(&fill->failure, OUTERFILL_OUT_OF_MEMORY,
                  "no thread could be created to drive a device");
    consume(fill, true);
    await_drivers(fill);
    for (size_t k = 0; k < num_started; k++) thread_pool_wait(pool, &jobs[k]);
}

static outerfill_status outcome(struct fill *fill, outerfill_error *error) {
    if (fill->num_cells_done == fill->num_cells) return error_clear(error);
    const outerfill_error *why = fill->is_stopped ? &fill->stop : &fill->failure;
    if (error) *error = *why;
    return why->status;
}

/* Tells the caller which devices are out, and why. */
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

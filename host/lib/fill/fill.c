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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dtype.h"
#include "base/fork_guard.h"
#include "device/function.h"
#include "fill/fill_state.h"
#include "fill/worker.h"

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
    fill->sink->kind->release(fill->sink, band);
    if (status)
        fill_stop(fill, &error);
    else
        fill->num_cells_done += band_num_cells(band);
    fill->is_refused |= status != OUTERFILL_OK;
    pthread_cond_broadcast(&fill->changed);
    if (!is_caller) return;
    pthread_mutex_unlock(&fill->mutex);
    fill_report(fill);
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
            fill_await_change(fill, is_caller);
        else
            break;
    }
    pthread_mutex_unlock(&fill->mutex);
}

static void consume_in_thread(void *argument) {
    consume(argument, false);
}

/* ---- All lanes together ---- */

static bool is_wanted(const struct fill *fill, size_t k) {
    const size_t like = fill->request->like_device;
    return like == ANY_DEVICE || context_devices_are_alike(fill->task.function->context, k, like);
}

static void open_lane(void *argument) {
    struct worker *worker = argument;
    const size_t k = (size_t)(worker - worker->fill->workers);
    if (!lane_open(&worker->fill->task, k, &worker->lane, &worker->failure)) return;
    worker->lane = NULL;
    worker_open_again(worker);
}

/* Opens all lanes at the same time, because a GPU's driver takes up to half a second for one. */
static void open_lanes(struct fill *fill) {
    size_t num_jobs = 0;
    for (size_t k = 0; k < fill->num_workers; k++) {
        fill->workers[k].fill = fill;
        if (is_wanted(fill, k))
            fill->openings[num_jobs++] =
                (struct thread_pool_job){.run = open_lane, .argument = &fill->workers[k]};
    }
    thread_pool_run(fill->task.function->context->pool, fill->openings, num_jobs);
    for (size_t k = 0; k < fill->num_workers; k++)
        if (fill->workers[k].failure.status) fill->failure = fill->workers[k].failure;
}

/* Starts a pool thread for each lane from number `first` on. Returns false if no thread was
 * started. */
static bool start_workers(struct fill *fill, size_t first) {
    struct worker *workers = fill->workers;
    bool has_any = false;
    for (size_t k = first; k < fill->num_workers; k++) {
        if (!workers[k].lane) continue;
        workers[k].job =
            (struct thread_pool_job){.run = worker_run_in_thread, .argument = &workers[k]};
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
    while (fill->num_jobs) fill_await_change(fill, true);
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
        if (fill->workers[k].is_caller) worker_run(&fill->workers[k]);
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
                  "the system allows no further thread, and a device needs one");
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

static void report_device(const struct fill *fill, const struct worker *worker) {
    const outerfill_fill_options *options = &fill->task.options;
    outerfill_error error = worker->failure;
    const size_t length = strlen(error.message);
    snprintf(error.message + length, sizeof error.message - length, "; it %s",
             worker->lane ? "was opened once more" : "is used no longer");
    options->device_dropped(&error, options->device_dropped_data);
}

/* Tells the caller which devices failed, and why. A device that found a fault of the text has not
 * failed, nor has one that went on with less memory. */
static void report_failed(const struct fill *fill) {
    for (size_t k = 0; fill->task.options.device_dropped && k < fill->num_workers; k++) {
        const struct worker *worker = &fill->workers[k];
        if (worker->failure.status && (!worker->lane || worker->is_second_chance) &&
            worker->failure.status != OUTERFILL_INVALID_ARGUMENT)
            report_device(fill, worker);
    }
}

static outerfill_status run(struct fill *fill, outerfill_error *error) {
    if (fill->sink->kind->consume) fill_report(fill);
    if (!fill->is_stopped) open_lanes(fill);
    (fill->sink->kind->consume ? run_lanes_and_consumers : run_lanes)(fill);
    fill_report(fill);
    report_failed(fill);
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
    fill.openings = calloc(fill.num_workers, sizeof *fill.openings);
    /* A lane gives back at most LANE_MAX_FAILURES bands, which bounds the queue's memory. */
    const bool has_queue = band_queue_create(&fill.queue, request->ranges, request->num_ranges,
                                             request->m, fill.num_workers * LANE_MAX_FAILURES);
    fill.num_cells = has_queue ? band_queue_num_cells(&fill.queue) : 0;
    status = fill.workers && fill.openings && has_queue
                 ? run(&fill, error)
                 : error_no_memory(error, "fill by %zu devices", fill.num_workers);
    if (has_queue) band_queue_destroy(&fill.queue);
    free(fill.workers);
    free(fill.openings);
    pthread_cond_destroy(&fill.changed);
    pthread_mutex_destroy(&fill.mutex);
    return status;
}

/* SPDX-License-Identifier: MIT
 *
 * What the threads of one fill share: the queue of bands, how many cells are done, and why the fill
 * stopped. Owns none of the lanes. */
#ifndef OUTERFILL_FILL_FILL_STATE_H
#define OUTERFILL_FILL_FILL_STATE_H

#include <pthread.h>

#include "base/thread_pool.h"
#include "fill/lane.h"
#include "fill/request.h"

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
    struct thread_pool_job *openings; /* one for each worker: opens its lane */
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
    bool is_second_chance;   /* the device was opened once more */
    struct thread_pool_job job;
    bool has_job;
};

/* Stops the fill. Only the first reason is kept. Call with the lock held. */
void fill_stop(struct fill *fill, const outerfill_error *why);

/* Tells the caller how far the fill is, and stops the fill if the caller cancels. Only the caller's
 * thread may call this, and without the lock, because the callback may call the library. */
void fill_report(struct fill *fill);

/* Waits until another thread changes the fill. The caller's thread also wakes up now and then, and
 * reports each time. Call with the lock held; the lock is released while waiting and reporting. */
void fill_await_change(struct fill *fill, bool is_caller);

#endif

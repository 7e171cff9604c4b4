/* SPDX-License-Identifier: MIT
 *
 * A fill: the queue of bands, a lane for each device, a thread of the crew for each lane but the first, which the caller's own
 * thread drives so that progress is reported in it. A lane that fails gives its bands back and is dropped; the others, or in the end
 * any that is left, do them. What a lane does with a band is not known here. */
#include "fill.h"

#include <pthread.h>
#include <stdlib.h>

#include "lane.h"
#include "process.h"

#define SMALLEST_SHARE 16 /* of a launch of 50 ms: 3 ms */

struct fill {
    struct lane_task task;
    pthread_mutex_t mutex; /* guards all that follows */
    pthread_cond_t changed;
    struct band_queue queue;
    size_t num_cells_done;
    size_t num_jobs; /* drivers at work in other threads */
    bool cancelled;
    bool reported_end;
    struct driver *drivers;
    size_t num_drivers;
    outerfill_error failure; /* of the lane that failed last */
};

/* One lane and who drives it. */
struct driver {
    struct fill *fill;
    struct lane *lane;       /* NULL: its device could not be used, or failed */
    outerfill_error failure; /* why */
    size_t rate;             /* of the lane, when it last took a band */
    struct crew_job job;
    bool has_job;
};

/* ---- The bands ---- */

/* Towards the end each lane takes less and less, so that all end together: half of its share of what is left, by its rate. But
 * not so little that the launch itself would show. */
static size_t share_of_rest(const struct driver *driver, size_t max_cells) {
    const struct fill *fill = driver->fill;
    double all_rates = 0;
    for (size_t k = 0; k < fill->num_drivers; k++) all_rates += (double)fill->drivers[k].rate;
    if (fill->num_drivers == 1 || driver->rate == 0) return max_cells;
    const double share = (double)band_queue_num_cells(&fill->queue) * (double)driver->rate / all_rates / 2;
    const size_t least = max_cells / SMALLEST_SHARE + 1;
    return share >= (double)max_cells ? max_cells : share <= (double)least ? least : (size_t)share;
}

static bool take(struct driver *driver, struct band *band) {
    struct fill *fill = driver->fill;
    struct band_limits limits = lane_limits(driver->lane);
    pthread_mutex_lock(&fill->mutex);
    driver->rate = lane_rate(driver->lane);
    limits.max_cells = share_of_rest(driver, limits.max_cells);
    const bool taken = !fill->cancelled && band_queue_take(&fill->queue, &limits, band);
    pthread_mutex_unlock(&fill->mutex);
    return taken;
}

static void give_back(struct driver *driver, struct band band, const outerfill_error *why) {
    struct fill *fill = driver->fill;
    pthread_mutex_lock(&fill->mutex);
    band_queue_give_back(&fill->queue, band);
    fill->failure = driver->failure = *why;
    pthread_mutex_unlock(&fill->mutex);
}

static void complete(struct fill *fill, struct band band) {
    pthread_mutex_lock(&fill->mutex);
    fill->num_cells_done += band_num_cells(band);
    pthread_cond_signal(&fill->changed);
    pthread_mutex_unlock(&fill->mutex);
}

/* Tells the caller how far the fill is. Called in the caller's thread alone, without the lock. */
static void report(struct fill *fill) {
    const outerfill_fill_options *options = &fill->task.options;
    if (!options->progress) return;
    pthread_mutex_lock(&fill->mutex);
    const size_t rows_done = fill->num_cells_done / fill->task.m;
    const bool is_over = fill->cancelled || fill->reported_end;
    fill->reported_end |= rows_done == fill->task.n;
    pthread_mutex_unlock(&fill->mutex);
    if (is_over || !options->progress(rows_done, fill->task.n, options->progress_data)) return;
    pthread_mutex_lock(&fill->mutex);
    fill->cancelled = true;
    pthread_mutex_unlock(&fill->mutex);
}

/* ---- Driving a lane ---- */

/* Starts a band; false where the lane can go on no more. */
static bool start(struct driver *driver, struct band band) {
    outerfill_error error;
    const outerfill_status status = lane_start(driver->lane, band, &error);
    if (!status) return true;
    give_back(driver, band, &error);
    return status == OUTERFILL_OUT_OF_MEMORY && lane_shrink(driver->lane);
}

static bool finish(struct driver *driver) {
    struct band band;
    outerfill_error error;
    const outerfill_status status = lane_finish(driver->lane, &band, &error);
    if (status)
        give_back(driver, band, &error);
    else
        complete(driver->fill, band);
    return status == OUTERFILL_OK;
}

/* Takes bands until none is left; false where the lane fails, with all its bands given back or done. */
static bool drive(struct driver *driver, void (*after_band)(struct fill *)) {
    struct lane *lane = driver->lane;
    bool healthy = true;
    for (;;) {
        struct band band;
        if (healthy && lane_has_room(lane) && take(driver, &band)) {
            healthy = start(driver, band);
        } else if (lane_num_in_flight(lane)) {
            healthy &= finish(driver);
            if (after_band) after_band(driver->fill);
        } else {
            return healthy;
        }
    }
}

/* Drives a lane as far as it goes; one that fails is dropped. */
static void drive_or_drop(struct driver *driver, void (*after_band)(struct fill *)) {
    if (!driver->lane || drive(driver, after_band)) return;
    lane_close(driver->lane, false);
    driver->lane = NULL;
    pthread_mutex_lock(&driver->fill->mutex);
    driver->rate = 0;
    pthread_mutex_unlock(&driver->fill->mutex);
}

static void run_job(void *argument) {
    struct driver *driver = argument;
    struct fill *fill = driver->fill;
    drive_or_drop(driver, NULL);
    pthread_mutex_lock(&fill->mutex);
    fill->num_jobs--;
    pthread_cond_signal(&fill->changed);
    pthread_mutex_unlock(&fill->mutex);
}

/* ---- All lanes together ---- */

static void open_lanes(struct fill *fill) {
    for (size_t k = 0; k < fill->num_drivers; k++) {
        struct driver *driver = &fill->drivers[k];
        driver->fill = fill;
        if (!lane_open(&fill->task, k, &driver->lane, &driver->failure)) continue;
        driver->lane = NULL;
        fill->failure = driver->failure;
    }
}

/* A lane that finds no thread stays idle until the others are done. */
static void start_jobs(struct fill *fill) {
    struct driver *drivers = fill->drivers;
    for (size_t k = 1; k < fill->num_drivers; k++) {
        if (!drivers[k].lane) continue;
        drivers[k].job = (struct crew_job){.run = run_job, .argument = &drivers[k]};
        pthread_mutex_lock(&fill->mutex);
        drivers[k].has_job = crew_start(fill->task.function->context->crew, &drivers[k].job);
        fill->num_jobs += drivers[k].has_job;
        pthread_mutex_unlock(&fill->mutex);
    }
}

/* Waits for the jobs, and goes on reporting while they run. */
static void await_jobs(struct fill *fill) {
    for (;;) {
        pthread_mutex_lock(&fill->mutex);
        const size_t before = fill->num_cells_done;
        while (fill->num_jobs && fill->num_cells_done == before) pthread_cond_wait(&fill->changed, &fill->mutex);
        const bool running = fill->num_jobs > 0;
        pthread_mutex_unlock(&fill->mutex);
        if (!running) break;
        report(fill);
    }
    for (size_t k = 1; k < fill->num_drivers; k++)
        if (fill->drivers[k].has_job) crew_wait(fill->task.function->context->crew, &fill->drivers[k].job);
}

static outerfill_status outcome(struct fill *fill, outerfill_error *error) {
    const size_t num_cells = fill->task.n * fill->task.m;
    if (fill->num_cells_done == num_cells) return error_clear(error);
    if (fill->cancelled)
        return error_set(error, OUTERFILL_CANCELLED, "cancelled by the progress callback after %zu of %zu cells",
                         fill->num_cells_done, num_cells);
    if (error) *error = fill->failure;
    return fill->failure.status;
}

/* Tells the caller which devices are out, and why. */
static void report_dropped(const struct fill *fill) {
    const outerfill_fill_options *options = &fill->task.options;
    for (size_t k = 0; options->device_dropped && k < fill->num_drivers; k++)
        if (!fill->drivers[k].lane) options->device_dropped(&fill->drivers[k].failure, options->device_dropped_data);
}

static outerfill_status run(struct fill *fill, outerfill_error *error) {
    open_lanes(fill);
    start_jobs(fill);
    drive_or_drop(&fill->drivers[0], report);
    await_jobs(fill);
    for (size_t k = 0; k < fill->num_drivers; k++) /* what failed lanes gave back after the others ended */
        drive_or_drop(&fill->drivers[k], report);
    report(fill);
    report_dropped(fill);
    for (size_t k = 0; k < fill->num_drivers; k++) lane_close(fill->drivers[k].lane, true);
    return outcome(fill, error);
}

static void describe_task(struct lane_task *task, const struct fill_request *request, void *ab) {
    const size_t itemsize = outerfill_dtype_itemsize(request->function->dtype);
    *task = (struct lane_task){
        .function = request->function,
        .a = request->a,
        .b = request->b,
        .n = request->n,
        .m = request->m,
        .sink = {.ab = ab, .plane_nbytes = request->n * request->m * itemsize, .itemsize = itemsize},
        .options = request->options,
    };
}

outerfill_status fill_run(const struct fill_request *request, void *ab, outerfill_error *error) {
    outerfill_status status = process_may_use_opencl(error);
    if (status) return status;
    struct fill fill = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    fill.num_drivers = request->function->context->num_devices;
    fill.drivers = calloc(fill.num_drivers, sizeof *fill.drivers);
    const bool has_queue = band_queue_create(&fill.queue, request->n, request->m, fill.num_drivers * LANE_MAX_FAILURES);
    describe_task(&fill.task, request, ab);
    if (fill.drivers && has_queue)
        status = run(&fill, error);
    else
        status = error_set(error, OUTERFILL_OUT_OF_MEMORY, "a fill by %zu devices found no memory", fill.num_drivers);
    band_queue_destroy(&fill.queue);
    free(fill.drivers);
    pthread_cond_destroy(&fill.changed);
    pthread_mutex_destroy(&fill.mutex);
    return status;
}

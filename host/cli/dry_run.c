/* SPDX-License-Identifier: MIT
 *
 * This module is `outerfill fill --dry-run`. It prints what the fill needs, whether it could begin,
 * and about how long the rest that is left to this process would take.
 *
 * It computes for about a second, and writes for up to a second into an unnamed file beside the
 * output. It keeps no results. The unnamed file vanishes when it is closed. */
#include "dry_run.h"

#include <fcntl.h>
#include <libgen.h>
#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "duration.h"
#include "interrupt.h"

#define SAMPLE_SECONDS 0.3 /* for each of the four samples */
#define PIECE_NBYTES   ((size_t)1 << 20)
#define MAX_PIECES     256 /* at most 256 MiB to measure the disk's rate */

/* The results of the measurements. A rate of 0 means unknown. */
struct plan {
    double cells_rate, largest_band; /* cells per second; cells */
    double nbytes_rate;              /* of the disk, in bytes per second */
};

static double nbytes_left(const struct job *job) {
    return share_num_left(&job->share) * job->progress.nbytes_per_cell;
}

/* ---- Computing ---- */

/* One measurement of the computing rate. */
struct sample {
    double begin, end; /* in seconds of progress_now */
    double num_cells;
    double largest_band;
};

/* Ends the sample by a nonzero result, once its time is over or an interrupt arrived. */
static int take(const outerfill_band *band, void *data) {
    struct sample *sample = data;
    const double cells =
        (double)(band->row_end - band->row_begin) * (double)(band->column_end - band->column_begin);
    sample->num_cells += cells;
    if (cells > sample->largest_band) sample->largest_band = cells;
    sample->end = progress_now();
    return sample->end - sample->begin > SAMPLE_SECONDS || interrupt_code();
}

static int go_on(size_t rows_done, size_t num_rows, void *data) {
    (void)rows_done, (void)num_rows, (void)data;
    return interrupt_code();
}

/* Computes from `row` on, for SAMPLE_SECONDS or until the last row of the share. A sample that
 * `take` ends has the status OUTERFILL_CANCELLED. */
static outerfill_status compute(struct job *job, size_t row, struct sample *sample) {
    outerfill_fill_options options = job_fill_options(job);
    options.progress = go_on;
    options.verify_cells = 0;
    options.row_begin = row;
    options.row_end = job->share.row_end;
    *sample = (struct sample){.begin = progress_now(), .largest_band = sample->largest_band};
    return outerfill_fill_consumer(job->function, job->a.values, job->a.n, job->b.values, job->b.n,
                                   take, sample, OUTERFILL_ORDER_FINISHED, &options, &job->error);
}

/* Measures the rate at the beginning, in the middle and near the end of the rows that are left. The
 * first of the four samples does not count: the driver compiles and launches still grow
 * meanwhile. */
static int measure_rate(struct job *job, struct plan *plan) {
    static const double places[] = {0, 0, 0.5, 0.875};
    double num_cells = 0, seconds = 0;
    struct sample sample = {0};
    for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
        const size_t row = share_row(&job->share, places[k]);
        const outerfill_status status = compute(job, row, &sample);
        if (status && status != OUTERFILL_CANCELLED) return command_fail_library(&job->error);
        if (interrupt_code())
            return command_fail(interrupt_code(), "interrupted: nothing is known yet");
        num_cells += k ? sample.num_cells : 0;
        seconds += k ? sample.end - sample.begin : 0;
    }
    plan->cells_rate = seconds > 0 ? num_cells / seconds : 0;
    plan->largest_band = sample.largest_band;
    return EXIT_DONE;
}

/* ---- The disk ---- */

/* Writes into an unnamed file in `folder`. Returns bytes per second, or 0 if they cannot be
 * measured. O_DIRECT avoids the page cache, but some file systems refuse it. */
static double disk_rate(const char *folder, double nbytes) {
    static _Alignas(4096) char piece[PIECE_NBYTES];
    int fd = open(folder, O_TMPFILE | O_WRONLY | O_DIRECT | O_CLOEXEC, 0600);
    if (fd < 0) fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    const double begin = progress_now();
    size_t k = 0;
    bool is_written = fd >= 0;
    if (is_written) memset(piece, 1, PIECE_NBYTES);
    for (; is_written && k < MAX_PIECES && (double)(k * PIECE_NBYTES) < nbytes &&
           progress_now() - begin < 1;
         k++)
        is_written = write(fd, piece, PIECE_NBYTES) == (ssize_t)PIECE_NBYTES;
    is_written = is_written && fdatasync(fd) == 0;
    const double seconds = progress_now() - begin;
    if (fd >= 0) close(fd);
    return is_written && seconds > 0 ? (double)(k * PIECE_NBYTES) / seconds : 0;
}

static int look_at_disk(const struct job *job, struct plan *plan) {
    char *folder = strdup(job->plan->part_path);
    if (!folder) return command_fail(EXIT_DEVICE_FAILED, "no memory for the output's name");
    plan->nbytes_rate = disk_rate(dirname(folder), nbytes_left(job));
    free(folder);
    return EXIT_DONE;
}

/* ---- The answer ---- */

/* What others fill, or have finished, is not a part of this run. */
static void print_left(const struct job *job) {
    char left[32];
    const double all = job_nbytes(job);
    if (nbytes_left(job) >= all) return;
    progress_format(nbytes_left(job), "B", left, sizeof left);
    printf("this run  %.3g %% of the array, %s", 100 * nbytes_left(job) / all, left);
    if (job->arguments.num_shards)
        printf(": what is left of rows %zu to %zu\n", job->share.row_begin, job->share.row_end);
    else
        printf(": the rest is finished\n");
}

static void print_array(const struct job *job) {
    char total[32];
    progress_format(job_nbytes(job), "B", total, sizeof total);
    printf("array     (%zu, %zu, %zu) %s, %s (%.0f bytes)\n", job_num_planes(job), job->a.n,
           job->b.n, outerfill_dtype_name(job->arguments.dtype), total, job_nbytes(job));
    printf("devices   %s\n", job->devices);
}

static void print_file(const struct job *job, const struct plan *plan) {
    char memory[32];
    const double limit = job->arguments.memory_nbytes ? (double)job->arguments.memory_nbytes
                                                      : (double)job->plan->bands_nbytes;
    const double num_cells = share_num_left(&job->share);
    progress_format(limit, "B", memory, sizeof memory);
    printf("disk      %.0f bytes needed, %.0f free\n", (double)job->plan->missing_nbytes,
           (double)job->plan->free_nbytes);
    if (plan->largest_band > 0)
        printf("bands     about %.0f, of up to %.0f cells; at most %s of memory for each device\n",
               ceil(num_cells / plan->largest_band), plan->largest_band, memory);
}

static void print_limit(const struct job *job, double seconds) {
    char time[32], limit[64];
    const double time_limit = job->arguments.time_limit;
    if (time_limit <= 0) return;
    duration_format(time_limit, time, sizeof time);
    snprintf(limit, sizeof limit, "%s%s", time,
             job->arguments.limit_is_inherited ? ", that of the earlier call" : "");
    if (seconds <= time_limit)
        printf("limit     %s: enough for this run\n", limit);
    else
        printf("limit     %s: enough for about %.2g %% of this run%s\n", limit,
               100 * time_limit / seconds, job->plan ? ", to be resumed" : "");
}

/* A fill computes and writes at the same time, so the slower one determines the time. */
static void print_time(const struct job *job, const struct plan *plan) {
    char time[32], cells[32], nbytes[32];
    const double num_cells = share_num_left(&job->share);
    const double computing = plan->cells_rate > 0 ? num_cells / plan->cells_rate : 0;
    const double writing = plan->nbytes_rate > 0 ? nbytes_left(job) / plan->nbytes_rate : 0;
    const double seconds = computing > writing ? computing : writing;
    duration_format(seconds, time, sizeof time);
    progress_format(plan->cells_rate, "cells/s", cells, sizeof cells);
    progress_format(plan->nbytes_rate, "B/s", nbytes, sizeof nbytes);
    if (num_cells > 0)
        printf("time      about %s: computing at %s%s%s\n", time, cells,
               writing > 0 ? ", writing at " : "", writing > 0 ? nbytes : "");
    else
        printf("time      about 0:00: no cell is left to compute\n");
    print_limit(job, seconds);
}

int dry_run(struct job *job) {
    struct plan plan = {0};
    job_watch_driver(job, "computed", NULL);
    int code = job->plan ? look_at_disk(job, &plan) : EXIT_DONE;
    if (!code && nbytes_left(job) > 0) code = measure_rate(job, &plan);
    if (code) return code;
    print_array(job);
    print_left(job);
    if (job->plan) print_file(job, &plan);
    print_time(job, &plan);
    return command_flush_output();
}

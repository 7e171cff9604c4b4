/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_PROGRESS_H
#define OUTERFILL_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "outerfill.h"

#define PROGRESS_WINDOW 32 /* samples, half a second apart at least */

/* How far a fill is, and where to report it. The strings belong to the caller. Hold the lock on the
 * last sentence (command.h) while you change the struct during a fill. */
struct progress {
    double begin;         /* when the command began, in seconds of progress_now; 0: unknown */
    double cells_per_row; /* m, the number of columns */
    double nbytes_per_cell;
    const char *devices;     /* the devices' names; NULL or "": not open yet */
    const char *status_path; /* the status file in JSON, or NULL */
    const char *output;      /* the output file, or NULL */
    size_t num_planes, n;    /* of the whole array; 0 planes: the sizes are not known yet */
    outerfill_dtype dtype;
    bool is_shard;
    bool is_wanted; /* whether to print a line about the progress */
    /* An eager line appears from the start to the end, otherwise only after the first second. */
    bool is_eager;
    bool is_terminal; /* the line overwrites itself */

    /* The members below change during the fill. */
    bool has_line;
    double shown, written; /* when the line and the status file were last written */
    size_t rows_done, num_rows;
    bool is_computing; /* no longer compares what an earlier process has finished */
    /* What earlier processes have finished of the rows: by their journals, and by the comparison as
     * soon as is_computing is true. */
    double cells_kept;
    double computing_since; /* in seconds of progress_now */
    struct {
        double seconds;
        size_t rows_done;
    } samples[PROGRESS_WINDOW]; /* a ring of the latest samples */
    size_t num_samples;         /* counts all samples since the beginning */
};

/* The monotonic clock in seconds. */
double progress_now(void);

/* From now on rows are computed. cells_kept were there, and do not count in the rate. */
void progress_begin_computing(struct progress *progress, double cells_kept, double now);

/* The cells that are done, also those by earlier processes. */
double progress_cells_done(const struct progress *progress);

/* Records a sample of rows_done at the time `now`. Ignores the call if the last sample is less than
 * half a second old. */
void progress_take_sample(struct progress *progress, double now);

/* The recent rate in cells per second, or 0 while it is unknown. */
double progress_rate(const struct progress *progress);

/* The seconds that the rest will take, or a negative number while they are unknown. */
double progress_seconds_left(const struct progress *progress);

/* How much of `all` is done, in percent. It is at most 99.9 while something is left. */
double progress_percent(double done, double all);

/* The length of the text that fits into `most` bytes, without a part of a UTF-8 character. */
size_t progress_cut(const char *text, size_t most);

/* Writes a number with a prefix for a power of 1000, such as "1.5 GB/s". */
void progress_format(double number, const char *unit, char *text, size_t text_nbytes);

#endif

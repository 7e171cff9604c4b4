/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_PROGRESS_H
#define OUTERFILL_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#define PROGRESS_WINDOW 32 /* samples, half a second apart at least */

/* How far a fill is, and who wants to know. */
struct progress {
    double begin;         /* seconds of the monotonic clock */
    double cells_per_row; /* m */
    double nbytes_per_cell;
    const char *devices;     /* their names */
    const char *status_path; /* of a file in JSON; NULL: none */
    const char *output;      /* what is filled, or NULL */
    bool is_wanted;          /* there is to be a line */
    bool
        is_eager; /* at once and to the end, rather than only while a fill of over a second lasts */
    bool is_terminal; /* the line is written over itself */

    bool has_line;
    double shown, written; /* when the line was last, and when the file was */
    size_t rows_done, num_rows;
    struct {
        double seconds;
        size_t rows_done;
    } samples[PROGRESS_WINDOW]; /* the latest, in a ring */
    size_t num_samples;         /* all that were taken */
};

double progress_now(void);

/* Notes how many rows are done now, as often as the rate needs it. */
void progress_take_sample(struct progress *progress, double now);

/* Cells per second, as of late, or 0 where that is not known yet. */
double progress_rate(const struct progress *progress);

/* Seconds that the rest will take, or a negative number where that is not known yet. */
double progress_seconds_left(const struct progress *progress);

/* Writes a number with a prefix for powers of 1000, such as "1.5 GB/s". */
void progress_format(double number, const char *unit, char *text, size_t text_nbytes);

#endif

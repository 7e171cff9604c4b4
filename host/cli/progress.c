/* SPDX-License-Identifier: MIT
 *
 * This module computes how far a fill is, and how fast. The rate covers only the most recent
 * samples, because rows may differ in cost. What a resumed fill reads back is no work, and does not
 * count.
 *
 * It holds no state of its own and prints nothing. */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SAMPLE_SECONDS 0.5

double progress_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void progress_format(double number, const char *unit, char *text, size_t text_nbytes) {
    static const char *const prefixes[] = {"", "k", "M", "G", "T", "P"};
    size_t k = 0;
    for (; number >= 999.5 && k + 1 < sizeof prefixes / sizeof *prefixes; k++) number /= 1000;
    snprintf(text, text_nbytes, "%.3g %s%s", number, prefixes[k], unit);
}

double progress_percent(double done, double all) {
    if (done >= all) return 100;
    const double percent = 100 * done / all;
    return percent < 99.9 ? percent : 99.9;
}

/* Each byte of a character but the first one begins with the bits 10. */
size_t progress_cut(const char *text, size_t most) {
    size_t length = strnlen(text, most);
    while (length > 0 && (text[length] & 0xC0) == 0x80) length--;
    return length;
}

/* ---- The rate ---- */

void progress_begin_computing(struct progress *progress, double cells_kept, double now) {
    progress->is_computing = true;
    progress->cells_kept = cells_kept;
    progress->rows_done =
        progress->cells_per_row > 0 ? (size_t)(cells_kept / progress->cells_per_row) : 0;
    progress->computing_since = now;
    progress->num_samples = 0;
    progress_take_sample(progress, now);
}

double progress_cells_done(const struct progress *progress) {
    const double done = (double)progress->rows_done * progress->cells_per_row;
    return progress->is_computing && done > progress->cells_kept ? done : progress->cells_kept;
}

void progress_take_sample(struct progress *progress, double now) {
    const size_t last = (progress->num_samples + PROGRESS_WINDOW - 1) % PROGRESS_WINDOW;
    if (progress->num_samples && now - progress->samples[last].seconds < SAMPLE_SECONDS) return;
    progress->samples[progress->num_samples % PROGRESS_WINDOW].seconds = now;
    progress->samples[progress->num_samples % PROGRESS_WINDOW].rows_done = progress->rows_done;
    progress->num_samples++;
}

double progress_rate(const struct progress *progress) {
    if (!progress->num_samples || !progress->is_computing) return 0;
    const size_t oldest =
        progress->num_samples > PROGRESS_WINDOW ? progress->num_samples % PROGRESS_WINDOW : 0;
    const double seconds = progress_now() - progress->samples[oldest].seconds;
    const double num_rows =
        (double)progress->rows_done - (double)progress->samples[oldest].rows_done;
    return seconds > 0 ? num_rows * progress->cells_per_row / seconds : 0;
}

double progress_seconds_left(const struct progress *progress) {
    const double rate = progress_rate(progress);
    const double rows_left = (double)progress->num_rows - (double)progress->rows_done;
    return rows_left <= 0 ? 0 : rate > 0 ? rows_left * progress->cells_per_row / rate : -1;
}

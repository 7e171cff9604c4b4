/* SPDX-License-Identifier: MIT
 *
 * The progress line, and the signals that ask for the end. Both happen in the fill's progress callback, several times a second,
 * so that no signal handler is needed, which PoCL would replace. */
#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#include "interrupt.h"

#define FIRST_AFTER_SECONDS   1.0
#define EVERY_SECONDS         0.2 /* on a terminal */
#define EVERY_SECONDS_IN_LOGS 5.0 /* where each line stays */

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

static void format_seconds(double seconds, char *text, size_t text_nbytes) {
    const unsigned long whole = (unsigned long)ceil(seconds);
    if (whole < 3600)
        snprintf(text, text_nbytes, "%lu:%02lu", whole / 60, whole % 60);
    else
        snprintf(text, text_nbytes, "%lu:%02lu:%02lu", whole / 3600, whole / 60 % 60, whole % 60);
}

static void write_line(struct progress *progress, size_t rows_done, size_t num_rows, double seconds) {
    char cells[32], nbytes[32], left[32];
    const double num_cells = (double)rows_done * progress->cells_per_row;
    progress_format(num_cells / seconds, "cells/s", cells, sizeof cells);
    progress_format(num_cells * progress->nbytes_per_cell / seconds, "B/s", nbytes, sizeof nbytes);
    const bool is_known = rows_done >= num_rows / 100 + 1; /* earlier, it is the driver's compile time that is measured */
    format_seconds(is_known ? seconds * (double)(num_rows - rows_done) / (double)rows_done : 0, left, sizeof left);
    fprintf(stderr, "%s%3.0f %%, %s, %s, %s left%s", progress->is_terminal ? "\r" : "",
            100.0 * (double)rows_done / (double)num_rows, cells, nbytes, is_known ? left : "?",
            progress->is_terminal ? "\x1b[K" : "\n");
    progress->has_line = progress->is_terminal;
}

int progress_report(size_t rows_done, size_t num_rows, void *user_data) {
    struct progress *progress = user_data;
    const double now = progress_now(), pause = progress->is_terminal ? EVERY_SECONDS : EVERY_SECONDS_IN_LOGS;
    const bool is_due = now - progress->shown >= pause || (rows_done == num_rows && progress->is_eager);
    if (progress->is_wanted && is_due && (progress->is_eager || now - progress->begin >= FIRST_AFTER_SECONDS)) {
        write_line(progress, rows_done, num_rows, now - progress->begin);
        progress->shown = now;
    }
    return interrupt_is_wanted();
}

void progress_clear(struct progress *progress) {
    if (progress->has_line) fputs(progress->is_eager ? "\n" : "\r\x1b[K", stderr);
    progress->has_line = false;
}

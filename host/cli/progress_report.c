/* SPDX-License-Identifier: MIT
 *
 * This module reports on a fill while it runs: with a line on standard error, with the status file,
 * and with the answer to SIGUSR1.
 *
 * All reports happen in the fill's progress callback, several times a second. So no signal handler
 * is needed, which PoCL would replace. It must not end the command itself: it only returns the exit
 * code of an interruption. */
#include "progress_report.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command.h"
#include "duration.h"
#include "interrupt.h"
#include "log_line.h"
#include "status_file.h"

#define FIRST_AFTER_SECONDS   1.0
#define EVERY_SECONDS         0.2 /* on a terminal */
#define EVERY_SECONDS_IN_LOGS 5.0 /* in a log, where each line stays */
#define EVERY_SECONDS_UNASKED 60.0
#define EVERY_SECONDS_IN_FILE 1.0

/* ---- The line ---- */

static size_t num_columns(void) {
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

static double percent(const struct progress *progress) {
    return 100.0 * (double)progress->rows_done / (double)progress->num_rows;
}

/* The rate is that of the last seconds, as "now" says. The line after the fill has the average. */
static void describe(const struct progress *progress, char *line, size_t line_nbytes) {
    char cells[32] = "~ cells/s", nbytes[32] = "~ B/s", left[32] = "~", elapsed[32];
    const double rate = progress_rate(progress), seconds_left = progress_seconds_left(progress);
    duration_format(progress_now() - progress->begin, elapsed, sizeof elapsed);
    if (!progress->is_computing) {
        snprintf(line, line_nbytes, "%3.0f %%, comparing what was finished, %s elapsed",
                 percent(progress), elapsed);
        return;
    }
    if (rate > 0) progress_format(rate, "cells/s", cells, sizeof cells);
    if (rate > 0) progress_format(rate * progress->nbytes_per_cell, "B/s", nbytes, sizeof nbytes);
    if (seconds_left >= 0) duration_format(seconds_left, left, sizeof left);
    snprintf(line, line_nbytes, "%3.0f %%, now %s, %s, %s elapsed, %s left, %s", percent(progress),
             cells, nbytes, elapsed, left, progress->devices);
}

/* A terminal's next line takes the place of this one, which must therefore fit. */
static void write_text(struct progress *progress, const char *text) {
    if (progress->is_terminal) {
        fprintf(stderr, "\r%.*s\x1b[K", (int)progress_cut(text, num_columns() - 1), text);
    } else {
        log_line_stamp();
        fprintf(stderr, "%s\n", text);
    }
    progress->has_line = progress->is_terminal;
}

static void write_line(struct progress *progress, double now) {
    char line[1024];
    describe(progress, line, sizeof line);
    write_text(progress, line);
    progress->shown = now;
}

static bool is_line_due(const struct progress *progress, double now) {
    const double in_logs = progress->is_eager ? EVERY_SECONDS_IN_LOGS : EVERY_SECONDS_UNASKED;
    const double pause = progress->is_terminal ? EVERY_SECONDS : in_logs;
    const bool is_late = now - progress->shown >= pause;
    const bool is_last = progress->rows_done == progress->num_rows && progress->is_eager;
    return progress->is_wanted && (is_late || is_last) &&
           (progress->is_eager || now - progress->begin >= FIRST_AFTER_SECONDS);
}

/* Answers SIGUSR1 with a line that stays on the terminal. */
static void answer(struct progress *progress, double now) {
    write_line(progress, now);
    if (progress->is_terminal) fputc('\n', stderr);
    progress->has_line = false;
}

int progress_report(size_t rows_done, size_t num_rows, void *user_data) {
    struct progress *progress = user_data;
    const double now = progress_now();
    command_hold(); /* the waiting thread reads this data if it ends the command */
    progress->rows_done = rows_done;
    progress->num_rows = num_rows;
    progress_take_sample(progress, now);
    if (interrupt_asks_for_status())
        answer(progress, now);
    else if (is_line_due(progress, now))
        write_line(progress, now);
    if (progress->status_path && now - progress->written >= EVERY_SECONDS_IN_FILE) {
        status_file_write(progress, STATUS_FILLING, 0, NULL);
        progress->written = now;
    }
    command_release();
    return interrupt_code();
}

void progress_say_compiling(struct progress *progress) {
    if (progress->is_wanted && progress->is_eager) write_text(progress, "compiling the function");
}

void progress_kept(size_t cells_kept, size_t num_cells, void *user_data) {
    struct progress *progress = user_data;
    const size_t m = progress->cells_per_row > 0 ? (size_t)progress->cells_per_row : 1;
    command_hold();
    progress->num_rows = num_cells / m;
    progress_begin_computing(progress, (double)cells_kept, progress_now());
    command_release();
}

void progress_clear(struct progress *progress) {
    if (progress->has_line) fputs(progress->is_eager ? "\n" : "\r\x1b[K", stderr);
    progress->has_line = false;
}

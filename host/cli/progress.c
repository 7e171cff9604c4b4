/* SPDX-License-Identifier: MIT
 *
 * The progress line, and the signals that ask for the end. Both happen in the fill's progress callback, several times a second,
 * so that no signal handler is needed, which PoCL would replace. */
#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "command.h"

#define FIRST_AFTER_SECONDS   1.0
#define EVERY_SECONDS         0.2 /* on a terminal */
#define EVERY_SECONDS_IN_LOGS 5.0 /* where each line stays */

static void fill_signal_set(sigset_t *signals) {
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    sigemptyset(signals);
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        struct sigaction action;
        if (sigaction(ends[k], NULL, &action) == 0 && action.sa_handler != SIG_IGN) sigaddset(signals, ends[k]);
    }
}

static void end_at_once(int signal_number) {
    static const char sentence[] = "outerfill: interrupted: nothing was computed yet\n";
    (void)signal_number;
    if (write(STDERR_FILENO, sentence, sizeof sentence - 1) < 0) _exit(EXIT_INTERRUPTED);
    _exit(EXIT_INTERRUPTED);
}

void progress_catch_signals(void) {
    sigset_t signals;
    fill_signal_set(&signals);
    const struct sigaction action = {.sa_handler = end_at_once, .sa_mask = signals};
    for (int k = 1; k < NSIG; k++)
        if (sigismember(&signals, k) == 1) sigaction(k, &action, NULL);
}

sigset_t progress_block_signals(void) {
    sigset_t signals;
    fill_signal_set(&signals);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signals;
}

bool progress_interrupted(struct progress *progress) {
    const struct timespec at_once = {0, 0};
    if (sigtimedwait(&progress->signals, NULL, &at_once) > 0) progress->interrupted = true;
    return progress->interrupted;
}

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
    return progress_interrupted(progress);
}

void progress_clear(struct progress *progress) {
    if (progress->has_line) fputs(progress->is_eager ? "\n" : "\r\x1b[K", stderr);
    progress->has_line = false;
}

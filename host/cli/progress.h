/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_PROGRESS_H
#define OUTERFILL_CLI_PROGRESS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* How far a fill is, and whether the user wants it to stop. */
struct progress {
    sigset_t signals;     /* that progress_block_signals holds back */
    double begin, shown;  /* seconds; shown: when the line was last written */
    double cells_per_row; /* m */
    double nbytes_per_cell;
    bool is_wanted;   /* there is to be a line */
    bool is_eager;    /* at once and to the end, rather than only while a fill of over a second lasts */
    bool is_terminal; /* the line is written over itself */
    bool has_line;
    bool interrupted;
};

double progress_now(void);

/* Signals that ask for the end (SIGINT, SIGTERM, SIGHUP, less those that the caller has ignored) end the command with its exit
 * code from here on. */
void progress_catch_signals(void);

/* From here on they are held back for progress_report to find. Called before the first OpenCL call: PoCL replaces the handlers
 * when it loads, and its threads inherit what is blocked. Returns which. */
sigset_t progress_block_signals(void);

/* Whether one of them has come. */
bool progress_interrupted(struct progress *progress);

/* An outerfill_progress; user_data is a struct progress. */
int progress_report(size_t rows_done, size_t num_rows, void *user_data);

/* Ends the line on the terminal. */
void progress_clear(struct progress *progress);

/* Writes a number with a prefix for powers of 1000, such as "1.5 GB/s". */
void progress_format(double number, const char *unit, char *text, size_t text_nbytes);

#endif

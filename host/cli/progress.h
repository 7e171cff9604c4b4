/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_PROGRESS_H
#define OUTERFILL_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/* How far a fill is. */
struct progress {
    double begin, shown;  /* seconds; shown: when the line was last written */
    double cells_per_row; /* m */
    double nbytes_per_cell;
    bool is_wanted;   /* there is to be a line */
    bool is_eager;    /* at once and to the end, rather than only while a fill of over a second lasts */
    bool is_terminal; /* the line is written over itself */
    bool has_line;
};

double progress_now(void);

/* An outerfill_progress; user_data is a struct progress. Cancels where the user wants the end. */
int progress_report(size_t rows_done, size_t num_rows, void *user_data);

/* Ends the line on the terminal. */
void progress_clear(struct progress *progress);

/* Writes a number with a prefix for powers of 1000, such as "1.5 GB/s". */
void progress_format(double number, const char *unit, char *text, size_t text_nbytes);

#endif

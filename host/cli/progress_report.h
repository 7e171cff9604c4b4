/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_PROGRESS_REPORT_H
#define OUTERFILL_CLI_PROGRESS_REPORT_H

#include "progress.h"

/* An outerfill_progress; user_data is a struct progress. Cancels where the user or the time limit wants the end. */
int progress_report(size_t rows_done, size_t num_rows, void *user_data);

/* Ends the line on the terminal. */
void progress_clear(struct progress *progress);

#endif

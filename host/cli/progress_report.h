/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_PROGRESS_REPORT_H
#define OUTERFILL_CLI_PROGRESS_REPORT_H

#include "progress.h"

/* The progress callback for outerfill_fill_options.progress. user_data is a struct progress. It
 * reports whatever is due. A nonzero result stops the fill, after an interrupt or at the time
 * limit. The library calls it in the thread that called the fill. */
int progress_report(size_t rows_done, size_t num_rows, void *user_data);

/* Says that the function is compiled, if a line about the progress was asked for. */
void progress_say_compiling(struct progress *progress);

/* The callback for outerfill_file_options.cells_kept. user_data is a struct progress. */
void progress_kept(size_t cells_kept, size_t num_cells, void *user_data);

/* Ends or erases the line on the terminal, before other messages. Hold the lock on the last
 * sentence, or call it from the command's own thread after the fill. */
void progress_clear(struct progress *progress);

#endif

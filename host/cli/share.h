/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_SHARE_H
#define OUTERFILL_CLI_SHARE_H

#include "fill_arguments.h"

/* What a process is to fill: all rows, or those of its shard. Cells that earlier processes have
 * finished are left out, as far as the journals tell. The checksums are not compared yet. */
struct share {
    size_t row_begin, row_end, num_columns;
    outerfill_file_status *earlier; /* NULL: nothing is finished yet */
};

/* Finds the share of a process. `plan` is the plan of its output file; NULL: there is no file.
 * Release the share with share_free. */
struct share share_find(const struct fill_arguments *arguments, const outerfill_file_plan *plan,
                        size_t n, size_t m);

double share_num_cells(const struct share *share);

/* The cells of the share that are not finished. */
double share_num_left(const struct share *share);

/* The row of a cell that is not finished: the first one for a fraction of 0, and the one in the
 * middle for 0.5. `fraction` is less than 1, and a cell must be left. */
size_t share_row(const struct share *share, double fraction);

void share_free(struct share *share);

#endif

/* SPDX-License-Identifier: MIT
 *
 * This module tells which cells a process is to fill, and which of them earlier processes have
 * finished. It counts in doubles, because the cells of an array that is never stored may exceed a
 * size_t.
 *
 * It owns the file status that it reads. It opens no device and changes no file. */
#include "share.h"

#include "shard.h"

static double larger(double x, double y) {
    return x > y ? x : y;
}

static double smaller(double x, double y) {
    return x < y ? x : y;
}

static double first_cell(const struct share *share) {
    return (double)share->row_begin * (double)share->num_columns;
}

static double end_cell(const struct share *share) {
    return (double)share->row_end * (double)share->num_columns;
}

struct share share_find(const struct fill_arguments *arguments, const outerfill_file_plan *plan,
                        size_t n, size_t m) {
    struct share share = {.row_end = n, .num_columns = m};
    const bool goes_on = plan && (plan->verdict == OUTERFILL_FILE_RESUMES ||
                                  plan->verdict == OUTERFILL_FILE_IS_COMPLETE);
    if (arguments->num_shards)
        shard_rows(n, arguments->shard, arguments->num_shards, &share.row_begin, &share.row_end);
    if (goes_on) outerfill_file_status_create(arguments->output, &share.earlier, NULL);
    return share;
}

double share_num_cells(const struct share *share) {
    return end_cell(share) - first_cell(share);
}

/* How many cells of the k-th range without finished cells belong to the share. */
static double num_missing(const struct share *share, size_t k) {
    const outerfill_cells cells = share->earlier->missing[k];
    const double begin = larger((double)cells.begin, first_cell(share)),
                 end = smaller((double)cells.end, end_cell(share));
    return larger(end - begin, 0);
}

double share_num_left(const struct share *share) {
    double left = 0;
    if (!share->earlier) return share_num_cells(share);
    for (size_t k = 0; k < share->earlier->num_missing; k++) left += num_missing(share, k);
    return left;
}

size_t share_row(const struct share *share, double fraction) {
    double cell = first_cell(share), before = fraction * share_num_left(share);
    for (size_t k = 0; share->earlier && k < share->earlier->num_missing; k++) {
        const double number = num_missing(share, k);
        cell = larger((double)share->earlier->missing[k].begin, first_cell(share));
        if (before < number) break;
        before -= number;
    }
    const size_t row = (size_t)((cell + before) / (double)share->num_columns);
    return row < share->row_end ? row : share->row_end - 1;
}

void share_free(struct share *share) {
    outerfill_free(share->earlier);
    share->earlier = NULL;
}

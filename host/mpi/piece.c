/* SPDX-License-Identifier: MIT
 *
 * How rows are cut for ranks that may be of any speed: each piece is a fourth of a rank's share of what is left (guided
 * self-scheduling: Polychronopoulos and Kuck, IEEE Transactions on Computers C-36, 1987, with a fourth in place of the whole),
 * so that few are handed out and all ranks end together. */
#include "piece.h"

#define PIECES_PER_SHARE 4
#define MIN_PIECE_CELLS                                                                            \
    ((size_t)1 << 16) /* a piece costs some milliseconds of locks and synchronisation */

bool piece_find(uint64_t number, size_t n, size_t m, size_t num_ranks, struct piece *piece) {
    const size_t min_rows = m ? MIN_PIECE_CELLS / m + 1 : n;
    *piece = (struct piece){0, 0};
    if (n == 0) return number == 0; /* an empty file is made by one of them */
    for (uint64_t k = 0; piece->row_end < n; k++) {
        const size_t left = n - piece->row_end, share = left / num_ranks / PIECES_PER_SHARE;
        size_t num_rows = share > min_rows ? share : min_rows;
        if (num_rows > left) num_rows = left;
        piece->row_begin = piece->row_end;
        piece->row_end += num_rows;
        if (k == number) return true;
    }
    return false;
}

/* SPDX-License-Identifier: MIT
 *
 * Cuts the rows into pieces for ranks of any speed. Each piece is a fourth of one rank's share of
 * the rows that are left. Large first pieces keep the number of pieces small, and small last pieces
 * let all ranks end together. The algorithm is guided self-scheduling (Polychronopoulos and Kuck,
 * IEEE Transactions on Computers C-36, 1987), which takes the whole share instead of a fourth. The
 * module owns nothing, and does not know about MPI or files. */
#include "piece.h"

#define PIECES_PER_SHARE 4

/* Each piece costs some milliseconds of locks and synchronisation, so only the last piece may have
 * fewer cells than this. */
#define MIN_PIECE_CELLS ((size_t)1 << 16)

/* Each call cuts from the first piece on. That costs little, because the number of pieces grows
 * only with the logarithm of n. */
bool piece_find(uint64_t number, size_t n, size_t m, size_t num_ranks, struct piece *piece) {
    const size_t min_rows = m ? MIN_PIECE_CELLS / m + 1 : n;
    *piece = (struct piece){0, 0};
    /* an empty array has one piece without rows, so that one rank creates the file */
    if (n == 0) return number == 0;
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

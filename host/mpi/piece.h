/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_MPI_PIECE_H
#define OUTERFILL_MPI_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows that one rank takes at once. */
struct piece {
    size_t row_begin, row_end;
};

/* The number-th piece of n rows of m cells for num_ranks ranks; false where there is none. The same everywhere. */
bool piece_find(uint64_t number, size_t n, size_t m, size_t num_ranks, struct piece *piece);

#endif

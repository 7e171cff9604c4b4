/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_MPI_PIECE_H
#define OUTERFILL_MPI_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The rows [row_begin, row_end), which one rank fills in one call. */
struct piece {
    size_t row_begin, row_end;
};

/* Finds piece `number`, counted from 0, of n rows of m cells for num_ranks ranks. Returns false if
 * there are fewer pieces. The result depends on the arguments only, so all ranks cut the rows in
 * the same way. An empty array has one piece. */
bool piece_find(uint64_t number, size_t n, size_t m, size_t num_ranks, struct piece *piece);

#endif

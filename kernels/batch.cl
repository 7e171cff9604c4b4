/* SPDX-License-Identifier: MIT
 *
 * The words of a body's text that computes a batch of cells, for CPUs. batch_body.c of the library
 * explains that text, and batch.c puts in front of this one:
 *     OUTERFILL_BATCH_CELLS   the number of cells of a batch at most, a multiple of the padding
 *     outerfill_flag          an integer as wide as `real`
 * and behind it:
 *     OUTERFILL_SWAPS         OUTERFILL_SWAP(type, array) of each array with a value for each cell
 *
 * Cells of a batch change places, so outerfill_place tells where in the row each one belongs. */

/* Loops go over a multiple of 16 cells, which is a multiple of every vector's length. So the
 * compiler needs no code for single cells at their end. */
#define OUTERFILL_PADDED(count) ((count) + 15 & ~15ul)

#define OUTERFILL_CELLS(id)                                                                        \
    for (ulong outerfill_cell = 0; outerfill_cell < outerfill_count_##id; outerfill_cell++)

#define OUTERFILL_SWAP(type, array)                                                                \
    {                                                                                              \
        const type outerfill_kept = array[outerfill_to];                                           \
        array[outerfill_to] = array[outerfill_from];                                               \
        array[outerfill_from] = outerfill_kept;                                                    \
    }

#define OUTERFILL_BATCH_FUNCTION                                                                   \
    static inline __attribute__((always_inline)) bool outerfill_compute_batch(                     \
        const real a, __global const real *outerfill_b, const long i, const long outerfill_j,      \
        const long n, const long m, const ulong outerfill_count,                                   \
        real (*outerfill_out)[OUTERFILL_BATCH_CELLS], ulong *outerfill_place

/* The text's names of what differs from cell to cell. */
#define b outerfill_array_b[outerfill_cell]
#define j (outerfill_j + (long)outerfill_place[outerfill_cell])

/* The padding's cells are copies of the first cell: they do what it does, store where it stores,
 * and may change places with any other cell. */
#define OUTERFILL_BEGIN_BATCH                                                                      \
    OUTERFILL_RARE_ARRAY                                                                           \
    const ulong outerfill_count_0 = OUTERFILL_PADDED(outerfill_count);                             \
    OUTERFILL_CELLS(0) {                                                                           \
        outerfill_place[outerfill_cell] = outerfill_cell < outerfill_count ? outerfill_cell : 0;   \
        outerfill_array_b[outerfill_cell] = outerfill_b[outerfill_place[outerfill_cell]];          \
        OUTERFILL_BEGIN_RARE                                                                       \
    }
#define OUTERFILL_END_BATCH                                                                        \
    OUTERFILL_RETURN_IF_RARE                                                                       \
    return true;

#define OUTERFILL_MASK_ALL OUTERFILL_CELLS(0) outerfill_mask_0[outerfill_cell] = 1;

/* At the beginning of a loop: its cells are those of a mask, or all. */
#define OUTERFILL_ENTER(id, mask_id, count_id)                                                     \
    ulong outerfill_count_##id = outerfill_count_##count_id;                                       \
    OUTERFILL_CELLS(id)                                                                            \
    outerfill_alive_##id[outerfill_cell] = outerfill_mask_##mask_id[outerfill_cell];
#define OUTERFILL_ENTER_ALL(id, count_id)                                                          \
    ulong outerfill_count_##id = outerfill_count_##count_id;                                       \
    OUTERFILL_CELLS(id) outerfill_alive_##id[outerfill_cell] = 1;

/* Behind a pass: leaves the loop if it has no cells any more. Brings those that it has to the front
 * if that spares a quarter of them. */
#define OUTERFILL_KEEP_ALIVE(id)                                                                   \
    {                                                                                              \
        OUTERFILL_RETURN_IF_RARE                                                                   \
        ulong outerfill_num_alive = 0;                                                             \
        OUTERFILL_CELLS(id) outerfill_num_alive += outerfill_alive_##id[outerfill_cell];           \
        if (!outerfill_num_alive) break;                                                           \
        const ulong outerfill_least = OUTERFILL_PADDED(outerfill_num_alive);                       \
        if (outerfill_least * 4 <= outerfill_count_##id * 3) {                                     \
            ulong outerfill_to = 0, outerfill_from = outerfill_count_##id;                         \
            for (;; outerfill_to++) {                                                              \
                while (outerfill_to < outerfill_num_alive && outerfill_alive_##id[outerfill_to])   \
                    outerfill_to++;                                                                \
                if (outerfill_to == outerfill_num_alive) break;                                    \
                while (!outerfill_alive_##id[--outerfill_from]) continue;                          \
                OUTERFILL_SWAPS                                                                    \
            }                                                                                      \
            outerfill_count_##id = outerfill_least;                                                \
        }                                                                                          \
    }

/* A huge angle: the batch is given up, and its cells are computed one by one. */
#ifdef OUTERFILL_RARE_IS_FLAGGED
#define outerfill_rare       (&outerfill_rares[outerfill_cell])
#define OUTERFILL_BEGIN_RARE outerfill_rares[outerfill_cell] = 0;
#define OUTERFILL_RARE_ARRAY long outerfill_rares[OUTERFILL_BATCH_CELLS];
#define OUTERFILL_RETURN_IF_RARE                                                                   \
    {                                                                                              \
        long outerfill_any_rare = 0;                                                               \
        OUTERFILL_CELLS(0) outerfill_any_rare |= outerfill_rares[outerfill_cell];                  \
        if (outerfill_any_rare) return false;                                                      \
    }
#else
#define OUTERFILL_RARE_ARRAY
#define OUTERFILL_BEGIN_RARE
#define OUTERFILL_RETURN_IF_RARE
#endif

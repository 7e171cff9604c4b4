/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_BATCH_H
#define OUTERFILL_PROGRAM_BATCH_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

/* The text of a body with loops as a function of a batch of cells: each statement runs for all
 * cells of the batch before the next one does, and each pass of a loop too. kernels/batch.cl has
 * the words that the text is made of. */
struct batch {
    size_t num_cells;            /* of a batch at most; 0: the body has no such form */
    char *arrays, *swaps, *code; /* OpenCL C; owned */
    const char *stop;            /* the statement in the body that has no such form, or NULL */
};

/* Reads a checked description. Sets num_cells to 0 if batches do not pay (there is no loop, or a
 * driver's function is called, which no compiler makes vectors of) or if the body has something
 * that this module does not know. Fails with OUTERFILL_OUT_OF_MEMORY; *batch is then empty. Any
 * thread may call it. */
outerfill_status batch_read(const outerfill_function_description *description, struct batch *batch,
                            outerfill_error *error);
void batch_free(struct batch *batch);

/* Writes kernels/batch.cl and the function outerfill_compute_batch. Errors remain in the stream. */
void batch_write(FILE *out, const outerfill_function_description *description,
                 const struct batch *batch);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_SOURCE_H
#define OUTERFILL_PROGRAM_SOURCE_H

#include "base/error.h"
#include "program/batch.h"

/* The prefix of the names of a preamble's functions. A compiler's messages may contain it. */
#define OWN_PREFIX "outerfill_own_"

/* Stands behind the name of a piece in a compiler's message about the piece's value. */
#define WHOLE_PIECE " as a whole"

/* What a program has besides the text as a function of one cell. */
struct source_form {
    const struct batch *batch; /* the text as a function of batches; or NULL */
    bool is_flagged; /* the text with the functions of kernels/flagged.cl, for cells or batches, if
                        the compiler takes our own mathematics */
};

/* Returns the cells of a work-item of the kernel fill_runs, a power of two. 1: the program has no
 * such kernel. Neighbours wait for one another, so this is 1 where one cell may cost much more than
 * another, and where the kernel has to tell which cell is at fault. */
size_t source_run_cells(const outerfill_function_description *description);

/* Returns the complete OpenCL C program of a description: the caller's text as a function of one
 * cell, and kernels/fill.cl. The result is a new string for the caller to free, or NULL if memory
 * ran out.
 *
 *   description   complete, and checked by user_text; is only read
 *   form          this description's
 *
 * The program depends on nothing but its arguments. Any thread may call this. */
char *source_create(const outerfill_function_description *description,
                    const struct source_form *form);

#endif

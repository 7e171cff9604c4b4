/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_BATCH_WRITER_H
#define OUTERFILL_PROGRAM_BATCH_WRITER_H

#include <stdio.h>

#include "program/batch_names.h"

#define BATCH_MAX_FRAMES 16

/* OpenCL C for formats with ids of masks and loops. */
#define BATCH_MASK  "outerfill_mask_%zu[outerfill_cell]"
#define BATCH_ALIVE "outerfill_alive_%zu[outerfill_cell]"
#define BATCH_CELLS "OUTERFILL_CELLS(%zu) {\n"

/* A list of statements that is being written. Its cells are those of its mask, among the first
 * outerfill_count_ID ones; or all of these. */
struct batch_frame {
    enum { BODY, LOOP, BRANCH } kind;
    bool has_mask, is_uniform; /* is_uniform: of a loop that counts alike for all cells */
    size_t mask_id, count_id;
    const char *end, *after; /* of the list, and where the text goes on */
    struct span step;        /* of a loop */
    struct span condition;   /* of a loop, at its end */
};

struct batch_writer {
    const char *at, *statement; /* in the body; the statement at work */
    struct batch_names names;
    struct batch_frame frames[BATCH_MAX_FRAMES];
    size_t num_frames, num_ids, cell_nbytes;
    bool is_chunk_open, is_unfit;
    FILE *arrays, *swaps, *code;
};

/* Returns the list that is being written. */
struct batch_frame *batch_writer_top(struct batch_writer *writer);

/* Begins a list inside of it. */
void batch_writer_push(struct batch_writer *writer, struct batch_frame frame);

/* Declares an array with a value for each cell. */
void batch_writer_add_array(struct batch_writer *writer, const char *type, const char *prefix,
                            struct token name);
void batch_writer_add_flags(struct batch_writer *writer, const char *prefix, size_t id);

/* Begins a loop over the cells of the list. */
void batch_writer_begin_cells(struct batch_writer *writer);

/* Begins or ends the loop over the cells in which statements without loops stand. */
void batch_writer_open_chunk(struct batch_writer *writer);
void batch_writer_close_chunk(struct batch_writer *writer);

/* Writes text as it is. */
void batch_writer_span(struct batch_writer *writer, struct span span);

/* Writes text without a loop of its own. inner_id is the innermost loop's that it stands in, or 0
 * between loops. */
void batch_writer_text(struct batch_writer *writer, struct span span, size_t inner_id);

/* Writes a declaration, without its semicolon, whose variables are seen up to scope_end. Returns
 * false if it is none. */
bool batch_writer_declaration(struct batch_writer *writer, struct span span, const char *scope_end);

/* Writes the body of a loop without another one inside, up to where its loop over the cells begins:
 * what has one value for all cells. */
void batch_writer_uniforms(struct batch_writer *writer, struct span body);

/* Writes the rest of that body. */
void batch_writer_pass(struct batch_writer *writer, struct span body, size_t id);

/* Writes a statement without loops. */
void batch_writer_statement(struct batch_writer *writer, struct span statement);

#endif

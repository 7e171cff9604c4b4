/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_SINK_BLOCKS_H
#define OUTERFILL_FILL_SINK_BLOCKS_H

#include "fill/fill.h"

/* What is made of a band whose results lie in memory for a while. Called by several threads for several bands at once, unless
 * they are wanted in order. */
typedef outerfill_status sink_consume(void *consumer, struct band band,
                                      const struct destination *destination,
                                      outerfill_error *error);

/* A sink of a few blocks of memory, each of which holds one band between the lane and the consumer. */
struct sink_blocks {
    struct sink sink;
    size_t num_blocks;
    struct sink_block *blocks;
    void *memory;
    size_t memory_nbytes, itemsize, plane_stride;
    bool in_order;
    size_t next_cell; /* in order: where the next band to be consumed begins */
    sink_consume *consume;
    void *consumer;
};

/* Every run lies in its block as in a file whose cell 0 begins at a page: page for page, so that it can be written directly. */
#define SINK_PAGE_NBYTES ((size_t)4096)

#define SINK_BLOCK_NBYTES                                                                          \
    ((size_t)16 << 20) /* a block, unless there is a reason for another size */

/* Creates the blocks for a fill: a few for each device of its context, of the size wished for, or smaller where its memory limit
 * says so. */
outerfill_status sink_blocks_create(struct sink_blocks *sink, const struct fill_request *request,
                                    size_t wished_nbytes, bool in_order, sink_consume *consume,
                                    void *consumer, outerfill_error *error);
/* Bands end, where rows let them, after so many rows of m columns as end with a page of the file, if each plane begins with
 * one: then no band shares a page with its neighbours. */
void sink_blocks_end_with_pages(struct sink_blocks *sink, size_t m);

void sink_blocks_destroy(struct sink_blocks *sink);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_SINK_BLOCKS_H
#define OUTERFILL_FILL_SINK_BLOCKS_H

#include "fill/request.h"
#include "fill/sink.h"

/* Consumes a band whose results are in a block; the block is reused after the call. Several
 * threads may call this at once for different bands, unless bands are wanted in order. A status
 * other than OUTERFILL_OK stops the fill. */
typedef outerfill_status sink_consume(void *consumer, struct band band,
                                      const struct destination *destination,
                                      outerfill_error *error);

/* A sink with a few blocks of memory. A block holds one band from the time when a lane takes it
 * until it is consumed. The sink owns the blocks; the fill's lock guards their states. */
struct sink_blocks {
    struct sink sink;
    size_t num_blocks;
    struct sink_block *blocks;
    size_t block_nbytes, itemsize, plane_nbytes, plane_stride;
    bool is_paged; /* runs lie in pages as in a file */
    bool in_order;
    size_t next_cell; /* in order: the first cell of the next band to consume */
    sink_consume *consume;
    void *consumer;
};

/* The blocks of a device. A lane holds two or three; the others are being consumed. */
#define SINK_BLOCKS_PER_DEVICE 4u

/* The usual size of a block. */
#define SINK_BLOCK_NBYTES ((size_t)16 << 20)

/* Creates a few blocks for each device of the fill's context. A block has about wished_nbytes
 * bytes, or a share of the caller's memory limit if there is one. A block holds at least a page
 * of each plane. Its memory is allocated with its first band, and pinned for the band's device if
 * that is wanted. If in_order is true, bands are consumed in cell order, beginning with the first
 * cell that the request wants. The request must have one consumer then, because several threads
 * would not keep the order.
 *
 * consumer is handed to consume untouched, and must outlive the sink. The caller releases the
 * sink with sink_blocks_destroy. Fails with OUTERFILL_OUT_OF_MEMORY, and then owns nothing. */
outerfill_status sink_blocks_create(struct sink_blocks *sink, const struct fill_request *request,
                                    size_t wished_nbytes, bool in_order, sink_consume *consume,
                                    void *consumer, outerfill_error *error);

/* Prepares the blocks for a file whose cell 0 begins at a page, before the first band. A run's
 * offset within a page is then the same in its block as in the file, so it can be written past the
 * page cache, page by page. Bands end at pages of the file where rows allow it, provided that each
 * plane begins at a page. Then no page belongs to two bands. A row has m cells, and m > 0. */
void sink_blocks_match_pages(struct sink_blocks *sink, size_t m);

/* Releases the blocks. If the sink is lost, their memory is kept until the process ends, because
 * a dead device may still write into it. */
void sink_blocks_destroy(struct sink_blocks *sink);

#endif

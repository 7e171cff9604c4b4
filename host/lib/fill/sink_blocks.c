/* SPDX-License-Identifier: MIT
 *
 * A sink with bounded memory. Lanes fill blocks and consumers empty them. While all blocks are
 * in use, lanes wait: this is the back-pressure on the devices.
 *
 * Lanes take bands, and with them blocks, in cell order. A band that fails frees its block and
 * is taken again before all later bands. So if bands are consumed in order, the band that all
 * others wait for always has a block, and the fill cannot deadlock.
 *
 * This module owns the blocks. It does not know what a consumer does. */
#include "fill/sink_blocks.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arithmetic.h"
#include "base/dtype.h"
#include "base/memory.h"
#include "device/function.h"

#define BLOCKS_SHARE 4u /* of the caller's limit; the rest is for the lane's own memory */

enum state { FREE, TAKEN, FINISHED, CONSUMED };

struct sink_block {
    char *memory;
    enum state state;
    struct band band;
};

/* Returns a free block. If all are in use, it returns the last block, whose state tells. */
static struct sink_block *find_free(const struct sink_blocks *sink) {
    size_t k = 0;
    while (k + 1 < sink->num_blocks && sink->blocks[k].state != FREE) k++;
    return &sink->blocks[k];
}

/* Returns the block of a band. The band must have one; bands are disjoint, so their first cells
 * differ. */
static struct sink_block *find_of(const struct sink_blocks *sink, struct band band) {
    size_t k = 0;
    while (k + 1 < sink->num_blocks &&
           (sink->blocks[k].state == FREE || sink->blocks[k].band.begin != band.begin))
        k++;
    return &sink->blocks[k];
}

static bool has_destination(const struct sink *sink) {
    return find_free((const struct sink_blocks *)sink)->state == FREE;
}

/* Returns a block's destination: the first plane begins at the same offset within a page as in
 * the file. */
static struct destination destination_of(const struct sink_blocks *sink,
                                         const struct sink_block *block) {
    const size_t in_page = block->band.begin * sink->itemsize % PAGE_NBYTES;
    return (struct destination){.planes = block->memory + in_page,
                                .plane_stride = sink->plane_stride};
}

static struct destination take(struct sink *sink, struct band band) {
    struct sink_blocks *blocks = (struct sink_blocks *)sink;
    struct sink_block *block = find_free(blocks);
    block->state = TAKEN;
    block->band = band;
    return destination_of(blocks, block);
}

static void release(struct sink *sink, struct band band) {
    find_of((struct sink_blocks *)sink, band)->state = FREE;
}

static void finish(struct sink *sink, struct band band) {
    find_of((struct sink_blocks *)sink, band)->state = FINISHED;
}

/* Gives the finished band with the lowest cells. If bands are consumed in order, it must also
 * begin where the band consumed last has ended. */
static bool next(struct sink *sink, struct band *band, struct destination *destination) {
    struct sink_blocks *blocks = (struct sink_blocks *)sink;
    struct sink_block *first = NULL;
    for (size_t k = 0; k < blocks->num_blocks; k++) {
        struct sink_block *block = &blocks->blocks[k];
        if (block->state == FINISHED && (!first || block->band.begin < first->band.begin))
            first = block;
    }
    if (!first || (blocks->in_order && first->band.begin != blocks->next_cell)) return false;
    first->state = CONSUMED;
    blocks->next_cell = first->band.end;
    *band = first->band;
    *destination = destination_of(blocks, first);
    return true;
}

static outerfill_status consume(const struct sink *sink, struct band band,
                                const struct destination *destination, outerfill_error *error) {
    const struct sink_blocks *blocks = (const struct sink_blocks *)sink;
    return blocks->consume(blocks->consumer, band, destination, error);
}

static const struct sink_kind kind = {.has_destination = has_destination,
                                      .take = take,
                                      .release = release,
                                      .finish = finish,
                                      .next = next,
                                      .consume = consume};

/* Chooses how many cells a band may have and how many bytes a block takes. Returns false if the
 * memory of all blocks overflows a size_t.
 *
 * The planes' distance in a block is the planes' distance in the file, modulo the page size. So
 * each plane's run has the same offset within a page as in the file. */
static bool choose_sizes(struct sink_blocks *sink, const struct fill_request *request,
                         size_t wished_nbytes, size_t *block_nbytes) {
    const size_t num_planes = request->function->num_planes,
                 plane_nbytes = request->n * request->m * sink->itemsize;
    const size_t limit = request->options.memory_nbytes;
    const size_t per_block = limit ? limit / BLOCKS_SHARE / SINK_BLOCKS_PER_DEVICE : wished_nbytes,
                 overhead = 3 * PAGE_NBYTES;
    size_t run_nbytes = per_block / num_planes > overhead ? per_block / num_planes - overhead : 0;
    if (run_nbytes < PAGE_NBYTES) run_nbytes = PAGE_NBYTES;
    if (run_nbytes > plane_nbytes) run_nbytes = plane_nbytes;
    sink->sink.max_cells = run_nbytes / sink->itemsize;
    sink->plane_stride =
        round_up(run_nbytes + PAGE_NBYTES, PAGE_NBYTES) + plane_nbytes % PAGE_NBYTES;
    *block_nbytes = round_up(sink->plane_stride * num_planes + 2 * PAGE_NBYTES, PAGE_NBYTES);
    return !__builtin_mul_overflow(*block_nbytes, sink->num_blocks, &sink->memory_nbytes);
}

outerfill_status sink_blocks_create(struct sink_blocks *sink, const struct fill_request *request,
                                    size_t wished_nbytes, bool in_order, sink_consume *consume_band,
                                    void *consumer, outerfill_error *error) {
    size_t block_nbytes;
    *sink = (struct sink_blocks){.sink = {.kind = &kind},
                                 .num_blocks = SINK_BLOCKS_PER_DEVICE *
                                               request->function->context->num_devices,
                                 .itemsize = outerfill_dtype_itemsize(request->function->dtype),
                                 .in_order = in_order,
                                 .next_cell = request->wanted.begin,
                                 .consume = consume_band,
                                 .consumer = consumer};
    const bool fits = choose_sizes(sink, request, wished_nbytes, &block_nbytes);
    /* A cell that a kernel leaves unwritten must not hold other memory of the process. */
    sink->memory = fits ? memory_zeroed(sink->memory_nbytes + PAGE_NBYTES) : NULL;
    sink->blocks = calloc(sink->num_blocks, sizeof *sink->blocks);
    if (!sink->memory || !sink->blocks) {
        sink_blocks_destroy(sink);
        return error_no_memory(error, "%zu blocks for bands of up to %zu cells", sink->num_blocks,
                               sink->sink.max_cells);
    }
    char *page =
        (char *)sink->memory + (PAGE_NBYTES - (uintptr_t)sink->memory % PAGE_NBYTES) % PAGE_NBYTES;
    for (size_t k = 0; k < sink->num_blocks; k++) sink->blocks[k].memory = page + k * block_nbytes;
    return OUTERFILL_OK;
}

void sink_blocks_end_with_pages(struct sink_blocks *sink, size_t m) {
    size_t x = PAGE_NBYTES, y = m * sink->itemsize % PAGE_NBYTES;
    while (y) { /* Euclid's algorithm: x becomes the greatest common divisor */
        const size_t rest = x % y;
        x = y;
        y = rest;
    }
    /* k rows end at a page if k * row bytes is a multiple of the page size. The smallest such k
     * is the page size divided by the common divisor of both. */
    sink->sink.row_step = PAGE_NBYTES / x;
}

void sink_blocks_destroy(struct sink_blocks *sink) {
    if (!sink->sink.is_lost) free(sink->memory);
    free(sink->blocks);
    sink->memory = NULL;
    sink->blocks = NULL;
}

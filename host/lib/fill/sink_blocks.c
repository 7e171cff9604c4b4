/* SPDX-License-Identifier: MIT
 *
 * A sink with bounded memory. Lanes fill blocks and consumers empty them. While all blocks are
 * in use, lanes wait: this is the back-pressure on the devices.
 *
 * Lanes take bands, and with them blocks, in cell order. A band that fails frees its block and
 * is taken again before all later bands. So if bands are consumed in order, the band that all
 * others wait for always has a block, and the fill cannot deadlock.
 *
 * A device with memory of its own reads results back into its blocks directly, because they are
 * pinned for it. A block that a dead device may still write into gets other memory.
 *
 * This module owns the blocks. It does not know what a consumer does. */
#include "fill/sink_blocks.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/arithmetic.h"
#include "base/dtype.h"
#include "base/memory.h"
#include "device/function.h"
#include "device/pinned.h"

#define BLOCKS_SHARE 4u /* of the caller's limit; the rest is for the lane's own memory */

enum state { FREE, TAKEN, FINISHED, CONSUMED };

struct sink_block {
    struct pinned memory;                    /* empty until the first band */
    const struct context_device *pinned_for; /* NULL: ordinary memory */
    enum state state;
    struct band band;
};

/* Memory that a device reads back into directly is better than new memory, and new memory is better
 * than another device's. Returns 0 for a block in use. */
static int suitability(const struct sink_block *block, const struct context_device *device) {
    if (block->state != FREE) return 0;
    if (!block->memory.host) return 2;
    return block->pinned_for == device ? 3 : 1;
}

/* Returns the free block that suits the device best. There is one. */
static struct sink_block *find_free(const struct sink_blocks *sink,
                                    const struct context_device *device) {
    struct sink_block *best = &sink->blocks[0];
    for (size_t k = 1; k < sink->num_blocks; k++)
        if (suitability(&sink->blocks[k], device) > suitability(best, device))
            best = &sink->blocks[k];
    return best;
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
    const struct sink_blocks *blocks = (const struct sink_blocks *)sink;
    size_t k = 0;
    while (k < blocks->num_blocks && blocks->blocks[k].state != FREE) k++;
    return k < blocks->num_blocks;
}

/* Returns where the first plane of the block's band begins: at a page, or in a page where it begins
 * in the file. */
static char *planes_of(const struct sink_blocks *sink, const struct sink_block *block) {
    const size_t in_page = sink->is_paged ? block->band.begin * sink->itemsize % PAGE_NBYTES : 0;
    char *memory = block->memory.host;
    return memory + -(uintptr_t)memory % PAGE_NBYTES + in_page;
}

static struct destination destination_of(const struct sink_blocks *sink, struct sink_block *block) {
    return (struct destination){.planes = block->memory.host ? planes_of(sink, block) : NULL,
                                .block = block,
                                .plane_stride = sink->plane_stride,
                                .pinned_for = block->pinned_for};
}

static struct destination take(struct sink *sink, struct band band,
                               const struct context_device *device) {
    struct sink_blocks *blocks = (struct sink_blocks *)sink;
    struct sink_block *block = find_free(blocks, device);
    block->state = TAKEN;
    block->band = band;
    if (!block->memory.host) block->pinned_for = device;
    return destination_of(blocks, block);
}

static bool allocate_pinned(struct sink_block *block, size_t nbytes) {
    return block->pinned_for && !pinned_allocate(&block->memory, block->pinned_for, nbytes, NULL);
}

/* Where no memory can be pinned, ordinary memory does. A mapped kernel writes into it, and a cell
 * that the kernel leaves unwritten must not hold other memory of the process. */
static outerfill_status allocate(struct sink *sink, struct destination *destination,
                                 outerfill_error *error) {
    const struct sink_blocks *blocks = (const struct sink_blocks *)sink;
    struct sink_block *block = destination->block;
    if (!allocate_pinned(block, blocks->block_nbytes)) {
        block->pinned_for = NULL;
        block->memory.host = memory_zeroed(blocks->block_nbytes);
    }
    *destination = destination_of(blocks, block);
    return block->memory.host ? OUTERFILL_OK
                              : error_no_memory(error, "block for a band of up to %zu cells",
                                                blocks->sink.max_cells);
}

static void release(struct sink *sink, struct band band) {
    find_of((struct sink_blocks *)sink, band)->state = FREE;
}

static void lose(struct sink *sink, struct band band) {
    struct sink_block *block = find_of((struct sink_blocks *)sink, band);
    *block = (struct sink_block){.state = FREE};
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
                                      .allocate = allocate,
                                      .release = release,
                                      .lose = lose,
                                      .finish = finish,
                                      .next = next,
                                      .consume = consume};

/* Chooses how many cells a band may have and how many bytes a block takes: of each plane up to a
 * page more for the offsets in a file, and a page to align the memory. Returns false if that
 * overflows a size_t. */
static bool choose_sizes(struct sink_blocks *sink, const struct fill_request *request,
                         size_t wished_nbytes) {
    const size_t num_planes = request->function->num_planes, limit = request->options.memory_nbytes;
    const size_t per_block = limit ? limit / BLOCKS_SHARE / SINK_BLOCKS_PER_DEVICE : wished_nbytes,
                 overhead = 3 * PAGE_NBYTES;
    size_t run_nbytes = per_block / num_planes > overhead ? per_block / num_planes - overhead : 0;
    if (run_nbytes < PAGE_NBYTES) run_nbytes = PAGE_NBYTES;
    if (run_nbytes > sink->plane_nbytes) run_nbytes = sink->plane_nbytes;
    sink->sink.max_cells = run_nbytes / sink->itemsize;
    sink->plane_stride = round_up(run_nbytes + PAGE_NBYTES, PAGE_NBYTES);
    return !__builtin_mul_overflow(sink->plane_stride + PAGE_NBYTES, num_planes,
                                   &sink->block_nbytes) &&
           !__builtin_add_overflow(sink->block_nbytes, 3 * PAGE_NBYTES, &sink->block_nbytes);
}

outerfill_status sink_blocks_create(struct sink_blocks *sink, const struct fill_request *request,
                                    size_t wished_nbytes, bool in_order, sink_consume *consume_band,
                                    void *consumer, outerfill_error *error) {
    const size_t itemsize = outerfill_dtype_itemsize(request->function->dtype);
    *sink = (struct sink_blocks){.sink = {.kind = &kind},
                                 .num_blocks = SINK_BLOCKS_PER_DEVICE *
                                               request->function->context->num_devices,
                                 .itemsize = itemsize,
                                 .plane_nbytes = request->n * request->m * itemsize,
                                 .in_order = in_order,
                                 .next_cell = request->wanted.begin,
                                 .consume = consume_band,
                                 .consumer = consumer};
    const bool fits = choose_sizes(sink, request, wished_nbytes);
    sink->blocks = fits ? calloc(sink->num_blocks, sizeof *sink->blocks) : NULL;
    return sink->blocks ? OUTERFILL_OK
                        : error_no_memory(error, "%zu blocks for bands of up to %zu cells",
                                          sink->num_blocks, sink->sink.max_cells);
}

/* The planes' distance in a block is the planes' distance in the file, modulo the page size. So
 * each plane's run has the same offset within a page as in the file. */
void sink_blocks_match_pages(struct sink_blocks *sink, size_t m) {
    sink->is_paged = true;
    sink->plane_stride += sink->plane_nbytes % PAGE_NBYTES;
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
    for (size_t k = 0; !sink->sink.is_lost && k < sink->num_blocks; k++) {
        struct sink_block *block = &sink->blocks[k];
        pinned_free(&block->memory, block->pinned_for);
    }
    free(sink->blocks);
    sink->blocks = NULL;
}

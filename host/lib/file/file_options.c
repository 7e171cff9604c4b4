/* SPDX-License-Identifier: MIT
 *
 * The options of an output file: checks them, and works out what follows from them and the shape.
 * Looks at no file. */
#include "file/file_options.h"

#include "base/options.h"
#include "fill/sink_blocks.h"

/* For tmpfs: a block of this size is still in the cache when it is written. */
#define MEMORY_BLOCK_NBYTES ((size_t)4 << 20)
/* From this number of planes on, blocks are twice as large, so that runs are not shorter than 1 MiB
 * (measured with 16 planes: 2.00 GB/s in runs of 1 MiB, 2.10 in runs of 2 MiB). */
#define MANY_PLANES 8u

static outerfill_status check(const outerfill_file_options *options, outerfill_error *error) {
    if ((unsigned)options->existing > OUTERFILL_EXISTING_REPLACE)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "invalid outerfill_file_options.existing %d (valid: 0 to %d)",
                         (int)options->existing, OUTERFILL_EXISTING_REPLACE);
    if ((unsigned)options->unfinished > OUTERFILL_UNFINISHED_RESTART)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "invalid outerfill_file_options.unfinished %d (valid: 0 to %d)",
                         (int)options->unfinished, OUTERFILL_UNFINISHED_RESTART);
    if (options->num_shards ? options->shard < 1 || options->shard > options->num_shards
                            : options->shard != 0)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "shard %zu of %zu: shards count from 1 to their number", options->shard,
                         options->num_shards);
    if (options->num_shards && options->unfinished == OUTERFILL_UNFINISHED_RESTART)
        return error_set(
            error, OUTERFILL_INVALID_ARGUMENT,
            "a shard cannot begin anew: others may be at work. Remove the unfinished file and its "
            "journals first");
    return OUTERFILL_OK;
}

outerfill_status file_options_read(outerfill_file_options *mine,
                                   const outerfill_file_options *options, outerfill_error *error) {
    const outerfill_status status = OPTIONS_COPY(mine, options, "outerfill_file_options", error);
    return status ? status : check(mine, error);
}

outerfill_unfinished file_options_unfinished(const outerfill_file_options *options) {
    return options->num_shards ? OUTERFILL_UNFINISHED_RESUME : options->unfinished;
}

/* n * k / num_shards, without overflow. */
static size_t shard_row(size_t n, size_t k, size_t num_shards) {
    return n / num_shards * k + n % num_shards * k / num_shards;
}

struct band file_options_shard_cells(const outerfill_file_options *options, size_t n, size_t m) {
    return (struct band){shard_row(n, options->shard - 1, options->num_shards) * m,
                         shard_row(n, options->shard, options->num_shards) * m};
}

size_t file_options_block_nbytes(size_t num_planes, bool is_in_memory) {
    if (is_in_memory) return MEMORY_BLOCK_NBYTES;
    return num_planes < MANY_PLANES ? SINK_BLOCK_NBYTES : 2 * SINK_BLOCK_NBYTES;
}

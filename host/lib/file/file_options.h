/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_FILE_OPTIONS_H
#define OUTERFILL_FILE_FILE_OPTIONS_H

#include <stdbool.h>

#include "base/error.h"
#include "fill/band.h"

/* What follows from the options of an output file, before any file is looked at. */

/* Copies the caller's options, which may be NULL, and checks them. Fails with
 * OUTERFILL_INVALID_ARGUMENT. */
outerfill_status file_options_read(outerfill_file_options *mine,
                                   const outerfill_file_options *options, outerfill_error *error);

/* Returns what becomes of an unfinished file. A shard always resumes it. */
outerfill_unfinished file_options_unfinished(const outerfill_file_options *options);

/* Returns the cells of the shard's rows, of an array with n rows of m cells. num_shards > 0. */
struct band file_options_shard_cells(const outerfill_file_options *options, size_t n, size_t m);

/* Returns the usual bytes of a block of bands on their way to the file. `is_in_memory`: the file
 * system is tmpfs. */
size_t file_options_block_nbytes(size_t num_planes, bool is_in_memory);

#endif

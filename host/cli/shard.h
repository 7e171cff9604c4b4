/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_SHARD_H
#define OUTERFILL_CLI_SHARD_H

#include <stddef.h>

/* Reads "K/N", shard K of N, counted from 1. Prints the sentence and returns the exit code where it is none. */
int shard_parse(const char *text, size_t *shard, size_t *num_shards);

/* Which shard this task of a Slurm job array is, from its environment. */
int shard_from_slurm(size_t *shard, size_t *num_shards);

#endif

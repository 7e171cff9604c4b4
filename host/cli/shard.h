/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_SHARD_H
#define OUTERFILL_CLI_SHARD_H

#include <stddef.h>

/* Reads "K/N": shard K of N, where K counts from 1. Reads "slurm" as the shard of this task of a
 * Slurm job array, from its environment. Returns 0, or the exit code after a message if the text is
 * anything else, or if the variables are missing or inconsistent. */
int shard_parse(const char *text, size_t *shard, size_t *num_shards);

/* The rows [*begin, *end) of n that shard `shard` of `number` fills, as the library cuts them. */
void shard_rows(size_t n, size_t shard, size_t number, size_t *begin, size_t *end);

#endif

/* SPDX-License-Identifier: MIT
 *
 * This module determines the part of the work for this process. The command line names it, or the
 * environment of a Slurm job array. The numbers of such an array may begin anywhere and increase in
 * any step.
 *
 * It holds no state. */
#include "shard.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

static int parse(const char *text, size_t *shard, size_t *num_shards) {
    int slash = 0, end = 0;
    const int num_fields = sscanf(text, "%18zu%n/%18zu%n", shard, &slash, num_shards, &end);
    const int is_written_so = num_fields == 2 && !text[end] &&
                              strspn(text, "0123456789") == (size_t)slash &&
                              strspn(text + slash + 1, "0123456789") == strlen(text + slash + 1);
    if (is_written_so && *shard >= 1 && *shard <= *num_shards) return EXIT_DONE;
    return command_misused(
        "fill", "a shard is K/N, such as 1/8 to 8/8 for eight processes, or slurm, not \"%s\"",
        text);
}

static int read_number(const char *name, unsigned long *number) {
    const char *text = getenv(name);
    char *end = NULL;
    if (text && isdigit((unsigned char)*text)) *number = strtoul(text, &end, 10);
    if (end && !*end) return EXIT_DONE;
    return command_fail(
        EXIT_BAD_INPUT,
        "--shard slurm goes with a Slurm job array (sbatch --array=1-8): %s is %s%s%s", name,
        text ? "\"" : "not set", text ? text : "", text ? "\"" : "");
}

/* All tasks of an array have the same step. It follows from the first number, the last number and
 * the number of tasks. */
static int read_environment(size_t *shard, size_t *num_shards) {
    unsigned long id = 0, first = 0, last = 0, count = 0;
    int code = read_number("SLURM_ARRAY_TASK_ID", &id);
    if (!code) code = read_number("SLURM_ARRAY_TASK_MIN", &first);
    if (!code) code = read_number("SLURM_ARRAY_TASK_MAX", &last);
    if (!code) code = read_number("SLURM_ARRAY_TASK_COUNT", &count);
    if (code) return code;
    const unsigned long step = count > 1 && last > first ? (last - first) / (count - 1) : 1;
    const int is_even =
        count >= 1 && step >= 1 && id >= first && id <= last && last - first == step * (count - 1);
    if (!is_even || (id - first) % step)
        return command_fail(EXIT_BAD_INPUT,
                            "--shard slurm needs a job array with even steps: task %lu of %lu, "
                            "from %lu to %lu, has not",
                            id, count, first, last);
    *shard = (id - first) / step + 1;
    *num_shards = count;
    return EXIT_DONE;
}

int shard_parse(const char *text, size_t *shard, size_t *num_shards) {
    if (strcmp(text, "slurm") == 0) return read_environment(shard, num_shards);
    return parse(text, shard, num_shards);
}

static size_t first_row(size_t n, size_t k, size_t number) {
    return n / number * k + n % number * k / number;
}

void shard_rows(size_t n, size_t shard, size_t number, size_t *begin, size_t *end) {
    *begin = first_row(n, shard - 1, number);
    *end = first_row(n, shard, number);
}

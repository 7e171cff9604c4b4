/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_FILL_ARGUMENTS_H
#define OUTERFILL_CLI_FILL_ARGUMENTS_H

#include <stdbool.h>

#include "outerfill.h"

/* The command line of `outerfill fill`. Pointers to const char point into argv. Only status_json
 * may point to status_path. */
struct fill_arguments {
    const char *a, *b; /* the operands */
    const char *expressions[OUTERFILL_MAX_PLANES];
    size_t num_expressions;
    const char *body_path, *preamble_path;
    char *body, *preamble; /* the contents of these files */
    size_t num_planes;     /* the value of -P; 0: not given */
    char *parameter_names[OUTERFILL_MAX_PARAMETERS];
    double parameter_values[OUTERFILL_MAX_PARAMETERS];
    size_t num_parameters;
    const char *output; /* NULL: print the array */
    const char *device; /* NULL: the default device */
    outerfill_dtype dtype;
    size_t memory_nbytes;
    bool quiet, progress, verbose, force, relaxed;
    bool resume, restart, dry_run;
    const char *shard_text;   /* the value of --shard, or NULL */
    size_t shard, num_shards; /* shard K of N; 0, 0: not a shard */
    double time_limit;        /* in seconds; 0: no limit */
    const char *status_json;  /* the name of a status file, or NULL */
    char *status_path;        /* owns an absolute name in status_json, or is NULL */
    size_t verify_cells;      /* 0: no verification */
};

/* Parses and checks the command line, and reads the texts of --body and --preamble. Returns 0, an
 * exit code after printing the reason, or -1 after printing the requested help. Call
 * fill_arguments_free in any case. `argv` must live as long as the arguments. */
int fill_arguments_parse(int argc, char **argv, struct fill_arguments *arguments);

/* Parses the arguments of a fill that continues. `begun` is the NULL-terminated command line from
 * the journal, and is valid in `folder`. `argv` holds the options given now, which take
 * precedence and whose file names are relative to the present folder. `output` is the absolute
 * name of the output file.
 *
 * Changes the present folder to `folder`. Returns and ownership are those of
 * fill_arguments_parse. */
int fill_arguments_parse_resumed(char **begun, const char *folder, const char *output, int argc,
                                 char **argv, struct fill_arguments *arguments);
/* Frees the names and texts that the arguments own. The struct itself belongs to the caller. */
void fill_arguments_free(struct fill_arguments *arguments);

/* Returns the number of planes; 2 for the default functions. */
size_t fill_arguments_num_planes(const struct fill_arguments *arguments);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_FILL_ARGUMENTS_H
#define OUTERFILL_CLI_FILL_ARGUMENTS_H

#include <stdbool.h>

#include "outerfill.h"

/* What the command line of `outerfill fill` says. */
struct fill_arguments {
    const char *a, *b; /* the operands */
    const char *expressions[OUTERFILL_MAX_PLANES];
    size_t num_expressions;
    const char *body_path, *preamble_path;
    char *body, *preamble; /* the texts in these files */
    size_t num_planes;     /* -P; 0: not given */
    char *parameter_names[OUTERFILL_MAX_PARAMETERS];
    double parameter_values[OUTERFILL_MAX_PARAMETERS];
    size_t num_parameters;
    const char *output; /* NULL: print */
    const char *device; /* NULL: default */
    outerfill_dtype dtype;
    size_t memory_nbytes;
    bool quiet, progress, verbose, force, relaxed;
    bool resume, restart, dry_run;
    const char *shard_text;   /* of --shard, or NULL */
    size_t shard, num_shards; /* 0, 0: not a shard */
    double time_limit;        /* in seconds; 0: none */
    const char *status_json;  /* a file's name, or NULL */
    char *status_path;        /* the same as an absolute name, where it was made one */
    size_t verify_cells;      /* 0: none */
};

/* Reads and checks the command line, and the files that it names as texts. The exit code, or -1 where help was asked for and
 * given. Release with fill_arguments_free in any case. */
int fill_arguments_parse(int argc, char **argv, struct fill_arguments *arguments);

/* The same for a fill that goes on: the options that it was begun with, as its journal has them (`begun`, NULL-terminated, in
 * `folder`), and the given ones, which win and whose files are in the present folder. Leaves the process in `folder`. */
int fill_arguments_parse_resumed(char **begun, const char *folder, const char *output, int argc,
                                 char **argv, struct fill_arguments *arguments);
void fill_arguments_free(struct fill_arguments *arguments);

#endif

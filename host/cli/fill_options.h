/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_FILL_OPTIONS_H
#define OUTERFILL_CLI_FILL_OPTIONS_H

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
    bool resume, restart, dry_run, print_program;
    const char *shard_text;   /* the value of --shard, or NULL */
    size_t shard, num_shards; /* shard K of N; 0, 0: not a shard */
    double time_limit;        /* in seconds; 0: no limit */
    bool limit_is_inherited;  /* time_limit is that of an earlier call */
    const char *status_json;  /* the name of a status file, or NULL */
    bool no_status;           /* --status-json none, which lifts that of an earlier call */
    bool status_is_inherited; /* status_json is that of an earlier call */
    char *status_path;        /* owns an absolute name in status_json, or is NULL */
    size_t verify_cells;      /* 0: no verification */
    bool same_device_bits;    /* like devices only */
    bool profile;             /* print what each device did */
    bool keep_inputs;         /* in the folder OUT.npy.inputs */
    char *kept_paths[4];      /* owns the names in a, b, body_path and preamble_path that are
                               * those of kept inputs; the others are NULL */
};

/* Adds the options and operands of one command line to the arguments, which point into `argv`.
 * Checks each by itself, and not what goes together. Returns 0, an exit code after printing the
 * reason, or -1 after printing the requested help. */
int fill_options_read(int argc, char **argv, struct fill_arguments *arguments);

#endif

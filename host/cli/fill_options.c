/* SPDX-License-Identifier: MIT
 *
 * This module reads the options and operands of one command line of `outerfill fill`. Each option
 * whose value needs a check has a small function. Which options go together is checked in
 * fill_arguments. */
#include "fill_options.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "duration.h"
#include "nbytes.h"
#include "parameter.h"

#define SHORT_OPTIONS        "-:e:P:p:o:h"
#define DEFAULT_VERIFY_CELLS 1000
#define MAX_VERIFY_CELLS     100000000ull

enum {
    OPERAND = 1, /* getopt_long returns it if its short options begin with '-' */
    OPTION_BODY = 256,
    OPTION_PREAMBLE,
    OPTION_DTYPE,
    OPTION_DEVICE,
    OPTION_MEMORY,
    OPTION_FORCE,
    OPTION_QUIET,
    OPTION_PROGRESS,
    OPTION_RELAXED,
    OPTION_VERBOSE,
    OPTION_RESUME,
    OPTION_RESTART,
    OPTION_DRY_RUN,
    OPTION_PRINT_PROGRAM,
    OPTION_SHARD,
    OPTION_TIME_LIMIT,
    OPTION_STATUS_JSON,
    OPTION_VERIFY,
    OPTION_KEEP_INPUTS,
    OPTION_SAME_DEVICE_BITS,
    OPTION_PROFILE
};

static const struct option options[] = {
    {"expression", required_argument, NULL, 'e'},
    {"body", required_argument, NULL, OPTION_BODY},
    {"planes", required_argument, NULL, 'P'},
    {"preamble", required_argument, NULL, OPTION_PREAMBLE},
    {"parameter", required_argument, NULL, 'p'},
    {"output", required_argument, NULL, 'o'},
    {"dtype", required_argument, NULL, OPTION_DTYPE},
    {"device", required_argument, NULL, OPTION_DEVICE},
    {"memory", required_argument, NULL, OPTION_MEMORY},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"progress", no_argument, NULL, OPTION_PROGRESS},
    {"relaxed", no_argument, NULL, OPTION_RELAXED},
    {"verbose", no_argument, NULL, OPTION_VERBOSE},
    {"resume", no_argument, NULL, OPTION_RESUME},
    {"restart", no_argument, NULL, OPTION_RESTART},
    {"dry-run", no_argument, NULL, OPTION_DRY_RUN},
    {"print-program", no_argument, NULL, OPTION_PRINT_PROGRAM},
    {"shard", required_argument, NULL, OPTION_SHARD},
    {"time-limit", required_argument, NULL, OPTION_TIME_LIMIT},
    {"status-json", required_argument, NULL, OPTION_STATUS_JSON},
    {"verify", optional_argument, NULL, OPTION_VERIFY},
    {"keep-inputs", no_argument, NULL, OPTION_KEEP_INPUTS},
    {"same-device-bits", no_argument, NULL, OPTION_SAME_DEVICE_BITS},
    {"profile", no_argument, NULL, OPTION_PROFILE},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* ---- Single options ---- */

static int add_expression(struct fill_arguments *arguments, const char *value) {
    if (arguments->num_expressions == OUTERFILL_MAX_PLANES)
        return command_misused("fill", "there are more than %d expressions", OUTERFILL_MAX_PLANES);
    arguments->expressions[arguments->num_expressions++] = value;
    return EXIT_DONE;
}

static int add_parameter(struct fill_arguments *arguments, const char *value) {
    const size_t k = arguments->num_parameters;
    if (k == OUTERFILL_MAX_PARAMETERS)
        return command_misused("fill", "there are more than %d parameters",
                               OUTERFILL_MAX_PARAMETERS);
    const int code =
        parameter_parse(value, &arguments->parameter_names[k], &arguments->parameter_values[k]);
    if (!code) arguments->num_parameters++;
    return code;
}

static int set_planes(struct fill_arguments *arguments, const char *value) {
    char *end;
    const unsigned long number = strtoul(value, &end, 10);
    if (!isdigit((unsigned char)*value) || *end || number < 1 || number > OUTERFILL_MAX_PLANES)
        return command_misused("fill", "the number of planes is from 1 to %d, not \"%s\"",
                               OUTERFILL_MAX_PLANES, value);
    arguments->num_planes = number;
    return EXIT_DONE;
}

static int set_dtype(struct fill_arguments *arguments, const char *value) {
    static const outerfill_dtype dtypes[] = {OUTERFILL_FLOAT64, OUTERFILL_FLOAT32};
    for (size_t k = 0; k < sizeof dtypes / sizeof *dtypes; k++) {
        if (strcmp(value, outerfill_dtype_name(dtypes[k])) != 0) continue;
        arguments->dtype = dtypes[k];
        return EXIT_DONE;
    }
    return command_misused("fill", "the dtype is float64 or float32, not \"%s\"", value);
}

static int set_memory(struct fill_arguments *arguments, const char *value) {
    if (nbytes_parse(value, &arguments->memory_nbytes)) return EXIT_DONE;
    return command_misused(
        "fill", "the memory limit is a number of bytes such as 512M or 2G, not \"%s\"", value);
}

static int set_output(struct fill_arguments *arguments, const char *value) {
    if (!*value) return command_misused("fill", "the output's name is empty");
    arguments->output = value;
    return EXIT_DONE;
}

static int set_time_limit(struct fill_arguments *arguments, const char *value) {
    if (duration_parse(value, &arguments->time_limit)) return EXIT_DONE;
    arguments->time_limit = 0;
    if (strcmp(value, "none") == 0) return EXIT_DONE;
    return command_misused(
        "fill",
        "the time limit is none, or a duration such as 90s, 30m, 2h, 1.5d or 2:30:00, not \"%s\"",
        value);
}

/* The number of cells is optional, and getopt_long finds an optional value only behind '='. So this
 * function takes the next word if it consists of digits. */
static int set_verify(struct fill_arguments *arguments, int argc, char **argv, const char *value) {
    char *end;
    if (!value && optind < argc && argv[optind][strspn(argv[optind], "0123456789")] == '\0' &&
        *argv[optind])
        value = argv[optind++];
    const unsigned long long number = value ? strtoull(value, &end, 10) : DEFAULT_VERIFY_CELLS;
    if (value &&
        (!isdigit((unsigned char)*value) || *end || number < 1 || number > MAX_VERIFY_CELLS))
        return command_misused("fill",
                               "the number of cells to verify is from 1 to %llu, not \"%s\"",
                               MAX_VERIFY_CELLS, value);
    arguments->verify_cells = (size_t)number;
    return EXIT_DONE;
}

static int take_operand(struct fill_arguments *arguments, const char *operand) {
    if (arguments->b)
        return command_misused("fill", "there are more than two operands: '%s' is one too many",
                               operand);
    *(arguments->a ? &arguments->b : &arguments->a) = operand;
    return EXIT_DONE;
}

static int set_option(struct fill_arguments *arguments, int option, const char *value) {
    switch (option) {
    case OPERAND: return take_operand(arguments, value);
    case 'e': return add_expression(arguments, value);
    case 'p': return add_parameter(arguments, value);
    case 'P': return set_planes(arguments, value);
    case 'o': return set_output(arguments, value);
    case OPTION_DTYPE: return set_dtype(arguments, value);
    case OPTION_MEMORY: return set_memory(arguments, value);
    case OPTION_BODY: arguments->body_path = value; break;
    case OPTION_PREAMBLE: arguments->preamble_path = value; break;
    case OPTION_DEVICE: arguments->device = value; break;
    case OPTION_FORCE: arguments->force = true; break;
    case OPTION_QUIET: arguments->quiet = true; break;
    case OPTION_PROGRESS: arguments->progress = true; break;
    case OPTION_RELAXED: arguments->relaxed = true; break;
    case OPTION_VERBOSE: arguments->verbose = true; break;
    case OPTION_RESUME: arguments->resume = true; break;
    case OPTION_RESTART: arguments->restart = true; break;
    case OPTION_DRY_RUN: arguments->dry_run = true; break;
    case OPTION_PRINT_PROGRAM: arguments->print_program = true; break;
    case OPTION_SHARD: arguments->shard_text = value; break;
    case OPTION_TIME_LIMIT: return set_time_limit(arguments, value);
    case OPTION_STATUS_JSON:
        arguments->no_status = strcmp(value, "none") == 0;
        arguments->status_json = arguments->no_status ? NULL : value;
        break;
    case OPTION_KEEP_INPUTS: arguments->keep_inputs = true; break;
    case OPTION_SAME_DEVICE_BITS: arguments->same_device_bits = true; break;
    case OPTION_PROFILE: arguments->profile = true; break;
    }
    return EXIT_DONE;
}

/* ---- All of them ---- */

/* Returns OPERAND for an operand, and sets optarg to it. "-:COLUMN" is one, but getopt_long would
 * read it as options. */
static int next_option(int argc, char **argv) {
    if (optind >= argc || strncmp(argv[optind], "-:", 2) != 0)
        return getopt_long(argc, argv, SHORT_OPTIONS, options, NULL);
    optarg = argv[optind++];
    return OPERAND;
}

/* Makes getopt_long forget the arguments of an earlier call: an optind of 0 asks for that, and an
 * argc of 1 reads no argument yet. */
static void start_again(char **argv) {
    optind = 0;
    getopt_long(1, argv, SHORT_OPTIONS, options, NULL);
}

int fill_options_read(int argc, char **argv, struct fill_arguments *arguments) {
    int option, code = EXIT_DONE;
    opterr = 0;
    start_again(argv); /* because resume parses two command lines */
    while (!code && (option = next_option(argc, argv)) != -1) {
        if (option == 'h') {
            char *topic[] = {"help", "fill", NULL};
            return command_help(2, topic) ? EXIT_FILE_FAILED : -1;
        }
        if (option == '?' || option == ':')
            code = command_bad_option("fill", option, argv);
        else if (option == OPTION_VERIFY)
            code = set_verify(arguments, argc, argv, optarg);
        else
            code = set_option(arguments, option, optarg);
    }
    while (!code && optind < argc) code = take_operand(arguments, argv[optind++]);
    return code;
}

/* SPDX-License-Identifier: MIT
 *
 * This module parses the command line of `outerfill fill`, and the one that `outerfill resume`
 * combines. Each option whose value needs a check has a small function.
 *
 * It owns the copies of the names and texts that it makes. It opens no device. It leaves to the
 * library the checks that the library makes itself, such as those of texts and names. */
#include "fill_arguments.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "duration.h"
#include "identifier.h"
#include "nbytes.h"
#include "operand.h"
#include "parameter.h"
#include "shard.h"
#include "text_file.h"

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
    OPTION_SHARD,
    OPTION_TIME_LIMIT,
    OPTION_STATUS_JSON,
    OPTION_VERIFY
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
    {"shard", required_argument, NULL, OPTION_SHARD},
    {"time-limit", required_argument, NULL, OPTION_TIME_LIMIT},
    {"status-json", required_argument, NULL, OPTION_STATUS_JSON},
    {"verify", optional_argument, NULL, OPTION_VERIFY},
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
    return command_misused(
        "fill", "the time limit is a duration such as 90s, 30m, 2h, 1.5d or 2:30:00, not \"%s\"",
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
    case OPTION_SHARD: arguments->shard_text = value; break;
    case OPTION_TIME_LIMIT: return set_time_limit(arguments, value);
    case OPTION_STATUS_JSON: arguments->status_json = value; break;
    }
    return EXIT_DONE;
}

/* ---- What belongs together ---- */

static int check_combination(const struct fill_arguments *arguments) {
    if (!arguments->a || !arguments->b)
        return command_misused("fill", "two operands are needed, A and B; there %s",
                               arguments->a ? "is one" : "are none");
    if (operand_is_standard_input(arguments->a) && operand_is_standard_input(arguments->b))
        return command_misused("fill", "only one of A and B can be standard input");
    if (arguments->body_path && arguments->num_expressions)
        return command_misused(
            "fill", "--body and -e exclude each other: a function is a body or expressions");
    if (!arguments->body_path && arguments->num_planes)
        return command_misused("fill", "-P goes with --body only: each -e is a plane already");
    if (arguments->relaxed && !arguments->body_path && !arguments->num_expressions)
        return command_misused("fill",
                               "--relaxed goes with -e or --body: a + b and a * b are exact");
    if (arguments->quiet && arguments->verbose)
        return command_misused("fill", "--quiet and --verbose exclude each other");
    if (arguments->quiet && arguments->progress)
        return command_misused("fill", "--quiet and --progress exclude each other");
    return EXIT_DONE;
}

/* Checks the options that need an output file, and those that exclude each other. */
static int check_file_options(const struct fill_arguments *arguments) {
    if (!arguments->output && (arguments->resume || arguments->restart || arguments->num_shards))
        return command_misused("fill", "%s goes with an output file: -o OUT.npy",
                               arguments->num_shards ? "--shard"
                               : arguments->resume   ? "--resume"
                                                     : "--restart");
    if (arguments->resume && arguments->restart)
        return command_misused("fill", "--resume and --restart exclude each other");
    if (arguments->num_shards && arguments->restart)
        return command_misused("fill", "--shard and --restart exclude each other: other shards may "
                                       "be at work; remove OUT.npy.part");
    if (arguments->relaxed && arguments->verify_cells)
        return command_misused("fill", "--relaxed and --verify exclude each other: relaxed results "
                                       "may differ from launch to launch");
    if (arguments->status_json && !*arguments->status_json)
        return command_misused("fill", "the name of the status file is empty");
    return EXIT_DONE;
}

/* Refuses a parameter whose name no text contains, because the user has probably misspelt it. Also
 * refuses a name that is given twice. */
static int check_parameters_used(const struct fill_arguments *arguments) {
    for (size_t k = 0; k < arguments->num_parameters; k++) {
        const char *name = arguments->parameter_names[k];
        bool used = identifier_occurs(arguments->body, name) ||
                    identifier_occurs(arguments->preamble, name);
        for (size_t p = 0; p < arguments->num_expressions; p++)
            used |= identifier_occurs(arguments->expressions[p], name);
        if (!used)
            return command_misused(
                "fill", "parameter \"%s\" is unknown: no expression, body or preamble uses it",
                name);
        for (size_t earlier = 0; earlier < k; earlier++)
            if (strcmp(arguments->parameter_names[earlier], name) == 0)
                return command_misused("fill", "parameter \"%s\" is given twice", name);
    }
    return EXIT_DONE;
}

/* Without -P the body tells its number of planes. */
static int count_planes(struct fill_arguments *arguments) {
    if (!arguments->body || arguments->num_planes) return EXIT_DONE;
    arguments->num_planes = outerfill_body_num_planes(arguments->body, arguments->preamble);
    if (arguments->num_planes) return EXIT_DONE;
    return command_misused("fill", "the number of planes of the body is not clear: give it with -P "
                                   "PLANES, or write each use of out as out[0], out[1], ...");
}

static int read_texts(struct fill_arguments *arguments) {
    int code = EXIT_DONE;
    if (arguments->body_path) code = text_file_read(arguments->body_path, &arguments->body);
    if (!code && arguments->preamble_path)
        code = text_file_read(arguments->preamble_path, &arguments->preamble);
    if (!code) code = check_parameters_used(arguments);
    return code ? code : count_planes(arguments);
}

/* Returns OPERAND for an operand, and sets optarg to it. "-:COLUMN" is one, but getopt_long would
 * read it as options. */
static int next_option(int argc, char **argv) {
    const int next = optind ? optind : 1;
    if (next >= argc || strncmp(argv[next], "-:", 2) != 0)
        return getopt_long(argc, argv, "-:e:P:p:o:h", options, NULL);
    optarg = argv[next];
    optind = next + 1;
    return OPERAND;
}

/* Adds the options and operands of one command line to the arguments. Returns -1 after it printed
 * the requested help, otherwise an exit code. */
static int read_options(int argc, char **argv, struct fill_arguments *arguments) {
    int option, code = EXIT_DONE;
    opterr = 0;
    optind = 0; /* 0 makes getopt_long start again, because resume parses two command lines */
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

static int check(struct fill_arguments *arguments) {
    int code = arguments->shard_text
                   ? shard_parse(arguments->shard_text, &arguments->shard, &arguments->num_shards)
                   : EXIT_DONE;
    if (!code) code = check_combination(arguments);
    if (!code) code = check_file_options(arguments);
    return code ? code : read_texts(arguments);
}

int fill_arguments_parse(int argc, char **argv, struct fill_arguments *arguments) {
    *arguments = (struct fill_arguments){.dtype = OUTERFILL_FLOAT64};
    const int code = read_options(argc, argv, arguments);
    return code ? code : check(arguments);
}

/* ---- Going on ---- */

/* Reads the options after `resume OUT.npy`. The three options for the amount of messages count as
 * one choice: any one of these options replaces the stored choice. */
static int read_options_of_now(int argc, char **argv, struct fill_arguments *arguments) {
    const bool quiet = arguments->quiet, progress = arguments->progress,
               verbose = arguments->verbose;
    arguments->quiet = arguments->progress = arguments->verbose = false;
    const int code = read_options(argc, argv, arguments);
    if (arguments->quiet || arguments->progress || arguments->verbose) return code;
    arguments->quiet = quiet;
    arguments->progress = progress;
    arguments->verbose = verbose;
    return code;
}

/* Makes the name of the status file absolute, before the process changes its folder. */
static int keep_status_path(struct fill_arguments *arguments) {
    char *folder =
        arguments->status_json && *arguments->status_json != '/' ? getcwd(NULL, 0) : NULL;
    if (!folder || !*arguments->status_json) {
        free(folder);
        return EXIT_DONE;
    }
    if (asprintf(&arguments->status_path, "%s/%s", folder, arguments->status_json) < 0)
        arguments->status_path = NULL;
    free(folder);
    if (!arguments->status_path)
        return command_fail(EXIT_DEVICE_FAILED, "no memory for the name of the status file");
    arguments->status_json = arguments->status_path;
    return EXIT_DONE;
}

static int enter(const char *folder) {
    if (chdir(folder) == 0) return EXIT_DONE;
    return command_fail(EXIT_FILE_FAILED,
                        "the folder \"%s\", in which the fill was begun, cannot be entered: %s. "
                        "Give the whole command again, with "
                        "--resume",
                        folder, strerror(errno));
}

int fill_arguments_parse_resumed(char **begun, const char *folder, const char *output, int argc,
                                 char **argv, struct fill_arguments *arguments) {
    int num_begun = 0;
    while (begun[num_begun]) num_begun++;
    *arguments = (struct fill_arguments){.dtype = OUTERFILL_FLOAT64};
    int code = read_options(num_begun, begun, arguments);
    /* One process finishes the whole file, even if shards began it. */
    arguments->shard_text = NULL;
    arguments->restart = false;
    arguments->resume = true;
    arguments->output = output;
    /* A stored name of a status file is relative to `folder`, which the process enters below. A
     * name given now is relative to the present folder. So only a name given now becomes
     * absolute. */
    const char *status_then = arguments->status_json;
    arguments->status_json = NULL;
    if (!code) code = read_options_of_now(argc, argv, arguments);
    if (!code) code = keep_status_path(arguments);
    if (!arguments->status_json) arguments->status_json = status_then;
    if (!code && arguments->a &&
        (operand_is_standard_input(arguments->a) ||
         (arguments->b && operand_is_standard_input(arguments->b))))
        code = command_fail(
            EXIT_BAD_INPUT,
            "an input came from standard input, which cannot be read again: give the whole command "
            "once more, with --resume");
    if (!code) code = enter(folder);
    return code ? code : check(arguments);
}

void fill_arguments_free(struct fill_arguments *arguments) {
    for (size_t k = 0; k < arguments->num_parameters; k++) free(arguments->parameter_names[k]);
    free(arguments->body);
    free(arguments->preamble);
    free(arguments->status_path);
}

size_t fill_arguments_num_planes(const struct fill_arguments *arguments) {
    if (arguments->body) return arguments->num_planes;
    return arguments->num_expressions ? arguments->num_expressions : 2;
}

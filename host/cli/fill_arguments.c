/* SPDX-License-Identifier: MIT
 *
 * This module checks that the options of `outerfill fill` go together, reads the texts that they
 * name, and combines the command line of `outerfill resume`.
 *
 * It owns the copies of the names and texts that it makes. It opens no device. It leaves to the
 * library the checks that the library makes itself, such as those of texts and names. */
#include "fill_arguments.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "begun_folder.h"
#include "command.h"
#include "fill_options.h"
#include "identifier.h"
#include "input_pipe.h"
#include "kept_inputs.h"
#include "operand.h"
#include "shard.h"
#include "text_file.h"

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
    const char *option = arguments->num_shards    ? "--shard"
                         : arguments->resume      ? "--resume"
                         : arguments->restart     ? "--restart"
                         : arguments->keep_inputs ? "--keep-inputs"
                                                  : NULL;
    if (!arguments->output && option)
        return command_misused("fill", "%s goes with an output file: -o OUT.npy", option);
    if (arguments->resume && arguments->restart)
        return command_misused("fill", "--resume and --restart exclude each other");
    if (arguments->num_shards && arguments->restart)
        return command_misused("fill",
                               "--shard and --restart exclude each other: other shards may be at "
                               "work; if none is, remove \"%s.part\" and \"%s.journal*\"",
                               arguments->output, arguments->output);
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

static int check(struct fill_arguments *arguments) {
    int code = arguments->shard_text
                   ? shard_parse(arguments->shard_text, &arguments->shard, &arguments->num_shards)
                   : EXIT_DONE;
    if (!code) code = check_combination(arguments);
    if (!code) code = check_file_options(arguments);
    /* A fill that goes on keeps what was kept, and removes it in the end. */
    if (!code && arguments->resume) arguments->keep_inputs |= kept_inputs_exist(arguments->output);
    return code ? code : read_texts(arguments);
}

int fill_arguments_parse(int argc, char **argv, struct fill_arguments *arguments) {
    *arguments = (struct fill_arguments){.dtype = OUTERFILL_FLOAT64};
    const int code = fill_options_read(argc, argv, arguments);
    return code ? code : check(arguments);
}

/* ---- Going on ---- */

/* Refuses options that would change what the file is to hold. The options for the dtype and the
 * planes change nothing if they name the same. A file of a text is refused even if it is the same:
 * it would be looked for in the folder in which the fill was begun. */
static int check_same_fill(const struct fill_arguments *then, const struct fill_arguments *now) {
    const char *option = now->num_expressions > then->num_expressions ? "-e"
                         : now->body_path != then->body_path          ? "--body"
                         : now->preamble_path != then->preamble_path  ? "--preamble"
                         : now->num_parameters > then->num_parameters ? "-p"
                         : now->num_planes != then->num_planes        ? "-P"
                         : now->dtype != then->dtype                  ? "--dtype"
                         : now->relaxed && !then->relaxed             ? "--relaxed"
                                                                      : NULL;
    if (!option) return EXIT_DONE;
    return command_misused(
        "resume",
        "resume keeps what is computed: leave %s out, or begin another file with "
        "'outerfill fill'",
        option);
}

/* Reads the options after `resume OUT.npy`, whose file name is argv[0]. */
static int read_checked(int argc, char **argv, struct fill_arguments *arguments) {
    const struct fill_arguments then = *arguments;
    arguments->output = arguments->a = arguments->b = NULL;
    const int code = fill_options_read(argc, argv, arguments);
    if (code) return code;
    if (arguments->a)
        return command_misused("resume",
                               "resume reads the inputs of the first call again: leave '%s' out",
                               arguments->a);
    if (arguments->output)
        return command_misused(
            "resume",
            "resume writes \"%s\" and no other file: leave -o out, or begin a new fill with "
            "'outerfill fill' and -o",
            argv[0]);
    arguments->output = then.output;
    arguments->a = then.a;
    arguments->b = then.b;
    return check_same_fill(&then, arguments);
}

/* The three options for the amount of messages count as one choice: any one of these options
 * replaces the stored choice. */
static int read_options_of_now(int argc, char **argv, struct fill_arguments *arguments) {
    const bool quiet = arguments->quiet, progress = arguments->progress,
               verbose = arguments->verbose;
    arguments->quiet = arguments->progress = arguments->verbose = false;
    const int code = read_checked(argc, argv, arguments);
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

int fill_arguments_parse_resumed(char **begun, const char *folder, const char *output, int argc,
                                 char **argv, struct fill_arguments *arguments) {
    int num_begun = 0;
    while (begun[num_begun]) num_begun++;
    *arguments = (struct fill_arguments){.dtype = OUTERFILL_FLOAT64};
    int code = fill_options_read(num_begun, begun, arguments);
    /* One process finishes the whole file, even if shards began it. */
    const char *output_then = arguments->output;
    const bool was_kept = arguments->keep_inputs;
    arguments->shard_text = NULL;
    arguments->restart = false;
    arguments->output = output;
    /* A stored name of a status file is relative to the folder that the process enters below. A
     * name given now is relative to the present folder. So only a name given now becomes
     * absolute. */
    const char *status_then = arguments->status_json;
    const double limit_then = arguments->time_limit;
    arguments->status_json = NULL;
    arguments->time_limit = -1;
    if (!code) code = read_options_of_now(argc, argv, arguments);
    arguments->resume = !arguments->restart;
    if (!code) code = keep_status_path(arguments);
    arguments->limit_is_inherited = limit_then > 0 && arguments->time_limit < 0;
    if (arguments->time_limit < 0) arguments->time_limit = limit_then;
    arguments->status_is_inherited =
        status_then && !arguments->status_json && !arguments->no_status;
    if (arguments->status_is_inherited) arguments->status_json = status_then;
    /* A later call than the first may have kept them. */
    const bool is_kept =
        was_kept || (!code && input_pipe_find(arguments) && kept_inputs_exist(output));
    if (!code && is_kept) code = kept_inputs_use(arguments);
    arguments->keep_inputs |= is_kept;
    if (!code) code = begun_folder_enter(folder, output_then, arguments);
    /* A named pipe is found only in the folder of the inputs. Reading it would wait for ever. */
    if (!code && !is_kept && input_pipe_find(arguments))
        code = command_fail(EXIT_BAD_INPUT, "an input came from standard input or a pipe, which "
                                            "cannot be read again: give the whole "
                                            "command once more, with --resume");
    return code ? code : check(arguments);
}

void fill_arguments_free(struct fill_arguments *arguments) {
    for (size_t k = 0; k < arguments->num_parameters; k++) free(arguments->parameter_names[k]);
    free(arguments->body);
    free(arguments->preamble);
    free(arguments->status_path);
    for (size_t k = 0; k < sizeof arguments->kept_paths / sizeof *arguments->kept_paths; k++)
        free(arguments->kept_paths[k]);
}

size_t fill_arguments_num_planes(const struct fill_arguments *arguments) {
    if (arguments->body) return arguments->num_planes;
    return arguments->num_expressions ? arguments->num_expressions : 2;
}

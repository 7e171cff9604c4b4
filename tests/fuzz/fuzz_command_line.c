/* SPDX-License-Identifier: MIT
 *
 * The command line of `outerfill fill`, an argument a line, as a note in a journal has it: first the folder, then the
 * arguments. A line "SLURM_ARRAY_TASK_ID=3" or its like stands for the environment, and what follows a line "resume" is added
 * to a fill that goes on. No file is read: a text is its own file's name. */
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "fill_arguments.h"
#include "fuzz.h"
#include "note.h"
#include "text_file.h"
#include "vector.h"

/* In place of the command's. */
int text_file_read(const char *path, char **text) {
    *text = strdup(path);
    require(*text);
    return EXIT_DONE;
}

int text_file_write(const char *path, const char *text) {
    (void)text;
    return command_fail(EXIT_FILE_FAILED, "\"%s\" is written by no command line", path);
}

static char **read_lines(const uint8_t *bytes, size_t nbytes) {
    static const char heading[] = "outerfill 1\n";
    char *note = calloc(1, sizeof heading + nbytes);
    require(note);
    memcpy(note, heading, strlen(heading));
    memcpy(note + strlen(heading), bytes, nbytes);
    char **lines = note_read(note);
    require(lines);
    free(note);
    return lines;
}

static int count(char **lines) {
    int number = 0;
    while (lines[number]) number++;
    return number;
}

/* A note of the lines is read as the same lines. */
static void check_note(char **lines) {
    char *note = note_create(lines[0], count(lines) - 1, lines + 1);
    char **again = note ? note_read(note) : NULL;
    require(again && count(again) == count(lines));
    for (int k = 0; lines[k]; k++) require(strcmp(lines[k], again[k]) == 0);
    free(again);
    free(note);
}

/* What holds of arguments that are accepted. */
static void check_arguments(const struct fill_arguments *arguments) {
    struct vector_range range;
    const char *const operands[] = {arguments->a, arguments->b};
    for (int k = 0; k < 2; k++) {
        require(operands[k]);
        double two[2];
        if (!vector_is_range(operands[k]) || vector_range_parse(operands[k], &range)) continue;
        range.n = range.n < 2 ? range.n : 2;
        vector_range_compute(&range, two);
    }
    require(arguments->num_shards == 0 ||
            (arguments->shard >= 1 && arguments->shard <= arguments->num_shards));
    require(arguments->time_limit >= 0 && arguments->time_limit < 1e9);
    require(!arguments->body == !arguments->num_planes &&
            arguments->num_planes <= OUTERFILL_MAX_PLANES);
    require(arguments->num_expressions <= OUTERFILL_MAX_PLANES &&
            arguments->num_parameters <= OUTERFILL_MAX_PARAMETERS);
}

static void check_parsed(int code, struct fill_arguments *arguments) {
    require(code == EXIT_DONE || code == EXIT_BAD_INPUT || code == EXIT_FILE_FAILED || code == -1);
    require(code != EXIT_BAD_INPUT || command_said()[0]);
    if (code == EXIT_DONE) check_arguments(arguments);
    fill_arguments_free(arguments);
}

static void parse(char **lines) {
    struct fill_arguments arguments;
    char now[] = "resume";
    int end = 1;
    while (lines[end] && strcmp(lines[end], now) != 0) end++;
    char **then = lines[end] ? lines + end : NULL;
    lines[end] = NULL; /* the arguments before it */
    check_parsed(fill_arguments_parse(end, lines, &arguments), &arguments);
    if (!then) return;
    *then = now;
    char **begun = calloc((size_t)end + 1, sizeof *begun);
    require(begun);
    memcpy(begun, lines, (size_t)end * sizeof *begun);
    check_parsed(fill_arguments_parse_resumed(begun, ".", "out.npy", count(then), then, &arguments),
                 &arguments);
    free(begun);
}

static const char *const variables[] = {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN",
                                        "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_COUNT"};
#define NUM_VARIABLES (sizeof variables / sizeof *variables)

/* Puts the first lines into the environment, as long as they belong there; the next. */
static char **set_environment(char **lines) {
    for (;; lines++) {
        const char *equals = *lines ? strchr(*lines, '=') : NULL;
        const size_t length = equals ? (size_t)(equals - *lines) : 0;
        size_t k = 0;
        while (k < NUM_VARIABLES &&
               (strlen(variables[k]) != length || strncmp(*lines, variables[k], length) != 0))
            k++;
        if (k == NUM_VARIABLES) return lines;
        require(putenv(*lines) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nbytes) {
    char **all = read_lines(bytes, nbytes), **lines = set_environment(all);
    if (*lines) check_note(lines);
    if (*lines) parse(lines);
    for (size_t k = 0; k < NUM_VARIABLES; k++) unsetenv(variables[k]);
    free(all);
    return 0;
}

/* SPDX-License-Identifier: MIT
 *
 * This module finds inputs that can be read only once: standard input, pipes, terminals and
 * sockets. A fill with such an input cannot be repeated from its arguments alone.
 *
 * It asks the file system for the kinds of files. It opens none. */
#include "input_pipe.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "operand.h"
#include "vector.h"

static bool begins_with(const char *text, const char *begin) {
    return strncmp(text, begin, strlen(begin)) == 0;
}

/* What the shell has redirected a descriptor to is gone with this process. */
static bool is_descriptor(const char *path) {
    return begins_with(path, "/dev/fd/") || begins_with(path, "/dev/stdin") ||
           begins_with(path, "/proc/self/fd/");
}

static bool is_pipe(const char *path) {
    struct stat facts;
    if (!path) return false;
    if (operand_is_standard_input(path) || is_descriptor(path)) return true;
    return stat(path, &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

static bool operand_is_pipe(const char *text) {
    struct operand operand;
    if (!text || vector_is_range(text)) return false;
    if (operand_is_standard_input(text)) return true;
    operand_split(text, &operand);
    return is_pipe(operand.path);
}

bool input_pipe_is_word(const char *word, const char *folder) {
    char path[PATH_MAX];
    const char *value = begins_with(word, "--") ? strchr(word, '=') : NULL;
    if (value) word = value + 1;
    if (*word == '/' || operand_is_standard_input(word)) return operand_is_pipe(word);
    if (snprintf(path, sizeof path, "%s/%s", folder, word) >= (int)sizeof path) return false;
    return operand_is_pipe(path);
}

const char *input_pipe_find(const struct fill_arguments *arguments) {
    if (operand_is_pipe(arguments->a)) return "A";
    if (operand_is_pipe(arguments->b)) return "B";
    if (is_pipe(arguments->body_path)) return "the body";
    return is_pipe(arguments->preamble_path) ? "the preamble" : NULL;
}

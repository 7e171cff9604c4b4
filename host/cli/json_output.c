/* SPDX-License-Identifier: MIT
 *
 * This module prints JSON on standard output, whole or not at all.
 *
 * Without memory, jansson 2.14 can stop in the middle of a stream or leave out a name. This happens
 * when it writes to a stream or to a growing string. It cannot happen in a buffer of the right
 * size, so this module measures the text first. */
#include "json_output.h"

#include <stdio.h>
#include <stdlib.h>

#include "command.h"

json_t *json_output_whole(json_t *list, size_t num_items) {
    if (json_array_size(list) == num_items) return list;
    json_decref(list);
    return NULL;
}

static char *text_of(const json_t *value) {
    const size_t nbytes = json_dumpb(value, NULL, 0, JSON_INDENT(2));
    char *text = nbytes ? malloc(nbytes + 1) : NULL;
    if (text && json_dumpb(value, text, nbytes, JSON_INDENT(2)) == nbytes) {
        text[nbytes] = '\0';
        return text;
    }
    free(text);
    return NULL;
}

int json_output_print(json_t *value, const char *what) {
    char *text = value ? text_of(value) : NULL;
    json_decref(value);
    if (!text) return command_fail(EXIT_DEVICE_FAILED, "no memory for the JSON of %s", what);
    puts(text);
    free(text);
    return command_flush_output();
}

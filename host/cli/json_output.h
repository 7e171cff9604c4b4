/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_JSON_OUTPUT_H
#define OUTERFILL_CLI_JSON_OUTPUT_H

#include <jansson.h>

/* The list where it has so many items; NULL, and it is released, where some of them, or the list, found no memory. */
json_t *json_output_whole(json_t *list, size_t num_items);

/* Prints a value whole or not at all, and releases it; NULL is one that found no memory. The exit code, after a sentence about
 * `what` where it is not 0. */
int json_output_print(json_t *value, const char *what);

#endif

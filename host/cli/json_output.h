/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_JSON_OUTPUT_H
#define OUTERFILL_CLI_JSON_OUTPUT_H

#include <jansson.h>

/* Checks that a list is complete. Returns the list if it has num_items items. Otherwise memory ran
 * out while the list grew: releases it and returns NULL. `list` may be NULL. */
json_t *json_output_whole(json_t *list, size_t num_items);

/* Prints a value and releases it. NULL means that memory ran out. Returns the exit
 * code. `what` names the value in the message of a failure, and then nothing of the value is
 * printed. */
int json_output_print(json_t *value, const char *what);

#endif

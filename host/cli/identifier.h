/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_IDENTIFIER_H
#define OUTERFILL_CLI_IDENTIFIER_H

#include <stdbool.h>

/* Returns whether `text` contains `name` as a whole identifier of C, also in a comment. `text` may
 * be NULL, and then contains nothing. */
bool identifier_occurs(const char *text, const char *name);

#endif

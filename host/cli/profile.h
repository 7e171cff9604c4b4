/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_PROFILE_H
#define OUTERFILL_CLI_PROFILE_H

#include <stdbool.h>

#include "outerfill.h"

/* Returns an array of zeros with an element for each device of the context, for the caller to free.
 * Returns NULL if memory runs out. */
outerfill_profile *profile_create(const outerfill_context *context);

/* Whether a device of the context reads results back. */
bool profile_reads_back(const outerfill_context *context);

/* Prints to standard error which devices took much longer to bring the results back than to compute
 * them, and that the CPU may be faster. */
void profile_print_hints(const outerfill_profile *profiles, const outerfill_context *context);

/* Prints what the devices did in a fill by the function to standard error: a line for each device,
 * and a line for each of its times that is not 0. */
void profile_print(const outerfill_profile *profiles, const outerfill_context *context,
                   const outerfill_function *function);

#endif

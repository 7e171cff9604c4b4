/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_BATCH_WANTED_H
#define OUTERFILL_PROGRAM_BATCH_WANTED_H

#include <stdbool.h>

#include "outerfill.h"

/* Returns whether the body has loops that should run for a batch of cells: they call nothing that
 * keeps a compiler from making vectors, and have no jumps but break, continue and return. */
bool batch_is_wanted(const outerfill_function_description *description);

#endif

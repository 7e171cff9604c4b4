/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_SLOW_CODE_H
#define OUTERFILL_PROGRAM_SLOW_CODE_H

#include "program/batch.h"
#include "program/warnings.h"

/* Finds what in a checked text keeps compilers for CPUs from vector code, as far as that is known:
 * no compiler tells.
 *
 *   batch     the description's batches
 *   is_ours   whether the device has our own mathematical functions
 *   found     gets the first such place, or nothing
 *
 * Adds nothing if memory ran out. Any thread may call it. */
void slow_code_find(const outerfill_function_description *description, const struct batch *batch,
                    bool is_ours, struct warnings *found);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_FLAGGED_H
#define OUTERFILL_PROGRAM_FLAGGED_H

#include <stdbool.h>

#include "outerfill.h"

/* Returns whether the text calls a function of kernels/flagged.cl. Returns false also if memory ran
 * out. */
bool flagged_is_called(const outerfill_function_description *description);

/* Returns whether the text should also be compiled with the functions of kernels/flagged.cl: it
 * calls one of them, and it has no loop, which a meaningless result could keep from ending. Returns
 * false also if memory ran out. */
bool flagged_is_wanted(const outerfill_function_description *description);

#endif

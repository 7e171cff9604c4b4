/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_FLAGGED_H
#define OUTERFILL_PROGRAM_FLAGGED_H

#include <stdbool.h>
#include <stdio.h>

#include "outerfill.h"
#include "program/definitions.h"

/* Returns whether the text calls a function of kernels/flagged.cl. Returns false also if memory ran
 * out. */
bool flagged_is_called(const outerfill_function_description *description);

/* Returns whether the text should also be compiled with the functions of kernels/flagged.cl: it
 * calls one of them, and it has no loop, which a meaningless result could keep from ending. Returns
 * false also if memory ran out. */
bool flagged_is_wanted(const outerfill_function_description *description);

/* Returns whether the preamble's helper functions can flag too. Otherwise those that call such a
 * function take its branch. */
bool flagged_helpers_can(const outerfill_function_description *description,
                         const struct definitions *definitions);

/* Writes the helper functions of the preamble once more, as functions that flag. Behind this, their
 * names stand for these. Errors remain in the stream. */
void flagged_write_helpers(FILE *out, const char *preamble, const struct definitions *definitions);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_INTEGERS_H
#define OUTERFILL_PROGRAM_INTEGERS_H

#include "program/warnings.h"

/* Warns about arithmetic of integers that somebody meant as arithmetic of reals: 1/2*a, i/n, i^2,
 * 100000*100000*a, 1<<40; and about chained comparisons, 0 < a < 2. Works on the description's
 * pieces, and compiles nothing. Any thread may call it. */
void integers_check(const outerfill_function_description *description, struct warnings *warnings);

#endif

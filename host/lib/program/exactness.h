/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_EXACTNESS_H
#define OUTERFILL_PROGRAM_EXACTNESS_H

#include <stdbool.h>

#include "outerfill.h"

/* Returns whether every device surely computes the same bits: the texts call no function, divide
 * nothing and have no preamble, so that only + - * and comparisons are left. Any thread may call
 * it. */
bool exactness_is_sure(const outerfill_function_description *description);

#endif

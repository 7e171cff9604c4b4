/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_COMMENTS_H
#define OUTERFILL_PROGRAM_COMMENTS_H

#include "program/warnings.h"

/* Warns about a comment in a body that somebody may have meant as a quotient, as in Python:
 * `out[0] = a // 2`, and the statement goes on in the next line. Any thread may call it. */
void comments_check(const outerfill_function_description *description, struct warnings *warnings);

#endif

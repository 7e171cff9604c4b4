/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_SPELLINGS_H
#define OUTERFILL_PROGRAM_SPELLINGS_H

#include <stdbool.h>

#include "program/tokens.h"

/* Returns what OpenCL C has for a word of NumPy, MATLAB or C, such as log for ln; NULL if the word
 * is not known. The string is static. */
const char *spelling_in_opencl(struct token word);

/* Returns whether the word is a module or class in front of a function's name, as np in np.exp. */
bool spelling_is_module(struct token word);

/* Returns whether the word is a function of C's float or long double, such as expf. */
bool spelling_has_suffix(struct token word);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_LINT_H
#define OUTERFILL_PROGRAM_LINT_H

#include "base/error.h"

/* Refuse what compiles and must not run. The texts have passed the checks of user_text. Each check
 * fails with OUTERFILL_INVALID_ARGUMENT, with the position of the fault, or with
 * OUTERFILL_OUT_OF_MEMORY. Any thread may call them. */

/* Refuses a body that writes or reads out[K] with a literal K beyond the last plane. The write
 * would change other memory. */
outerfill_status lint_body(const char *body, size_t num_planes, outerfill_error *error);

/* Returns the largest literal subscript of `out` in the body, plus one. Returns 0 if there is none,
 * if it is beyond the largest number of planes, or if another use of `out` leaves the number
 * open. A preamble, which may be NULL, leaves it open if it mentions `out`, for example in a
 * macro. */
size_t lint_count_planes(const char *body, const char *preamble);

/* Refuses a preamble with a function that calls itself, also through others. OpenCL has no
 * recursion, and PoCL's compiler ends the process. The preprocessor is not run, so a call that a
 * macro makes is not found. A preamble with overloaded functions is not checked, because calls of
 * the same name may then mean another function. */
outerfill_status lint_preamble(const char *preamble, outerfill_error *error);

#endif

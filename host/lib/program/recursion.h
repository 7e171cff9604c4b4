/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_RECURSION_H
#define OUTERFILL_PROGRAM_RECURSION_H

#include "base/error.h"

/* Refuses a preamble with a function that calls itself, also through others. OpenCL has no
 * recursion, and PoCL's compiler ends the process. The preprocessor is not run, so a call that a
 * macro makes is not found. A preamble with overloaded functions is not checked, because calls of
 * the same name may then mean another function. Fails with OUTERFILL_INVALID_ARGUMENT, with the
 * position of the call, or with OUTERFILL_OUT_OF_MEMORY. Any thread may call it. */
outerfill_status recursion_check(const char *preamble, outerfill_error *error);

#endif

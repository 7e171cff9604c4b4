/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_INPUT_KIND_H
#define OUTERFILL_CLI_INPUT_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "operand.h"

/* Refuses an input that is neither text nor an .npy file, such as an archive. `bytes` is the
 * beginning of the input, and `name` its name in messages. Returns 0, or the exit code after a
 * message. */
int input_kind_check(const unsigned char *bytes, size_t nbytes, const char *name,
                     const struct operand *operand);

#endif

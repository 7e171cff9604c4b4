/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_INPUT_PIPE_H
#define OUTERFILL_CLI_INPUT_PIPE_H

#include "fill_options.h"

/* Returns the name of the first input that cannot be read a second time: "A", "B", "the body" or
 * "the preamble". NULL: all can. */
const char *input_pipe_find(const struct fill_arguments *arguments);

/* Returns whether a word of a command line, which was given in `folder`, names an input that a
 * later process cannot read: "-", "/dev/fd/63", which a shell writes for <(...), or a named
 * pipe. */
bool input_pipe_is_word(const char *word, const char *folder);

#endif

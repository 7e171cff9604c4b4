/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_FILL_ARGUMENTS_H
#define OUTERFILL_CLI_FILL_ARGUMENTS_H

#include "fill_options.h"

/* Parses and checks the command line, and reads the texts of --body and --preamble. Returns 0, an
 * exit code after printing the reason, or -1 after printing the requested help. Call
 * fill_arguments_free in any case. `argv` must live as long as the arguments. */
int fill_arguments_parse(int argc, char **argv, struct fill_arguments *arguments);

/* Parses the arguments of a fill that continues. `begun` is the NULL-terminated command line from
 * the journal, and is valid in `folder`. `argv` holds the options given now, which take
 * precedence and whose file names are relative to the present folder. `output` is the absolute
 * name of the output file.
 *
 * Changes the present folder to `folder`, or to the folder that it became if it was moved together
 * with the output. Returns and ownership are those of
 * fill_arguments_parse. */
int fill_arguments_parse_resumed(char **begun, const char *folder, const char *output, int argc,
                                 char **argv, struct fill_arguments *arguments);

/* Frees the names and texts that the arguments own. The struct itself belongs to the caller. */
void fill_arguments_free(struct fill_arguments *arguments);

/* Returns the number of planes; 2 for the default functions. */
size_t fill_arguments_num_planes(const struct fill_arguments *arguments);

#endif

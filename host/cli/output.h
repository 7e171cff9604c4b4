/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_OUTPUT_H
#define OUTERFILL_CLI_OUTPUT_H

#include "fill_arguments.h"

/* The files that a fill writes: may it begin? The functions that return an int return 0, or an
 * exit code after a message. */

/* Refuses an output and a status file that would overwrite an input or each other. */
int output_check_names(const struct fill_arguments *arguments);

/* Says why the status file cannot be written, and returns `code`. */
int output_fail_status(const struct fill_arguments *arguments, const char *reason, int code);

/* Returns the output file's options for the library, without a note. */
outerfill_file_options output_options(const struct fill_arguments *arguments);

/* Plans the output file, whose name must be given, with output_options and callbacks. Give 0 for
 * n and m while the inputs are not read. Refuses a file as output_refuse does. *plan receives the
 * plan, which the caller releases with outerfill_free; it is NULL after a refusal. */
int output_plan(const struct fill_arguments *arguments, const outerfill_file_options *options,
                size_t n, size_t m, outerfill_file_plan **plan);

/* Refuses a file that exists, is unfinished or is being written, unless an option allows it, and a
 * file system without the space: what the plan's verdict says. */
int output_refuse(const struct fill_arguments *arguments, const outerfill_file_plan *plan);

/* Writes what to do about a full disk: to free some space, and how to go on then. */
void output_advise_space(const struct fill_arguments *arguments, char *text, size_t text_nbytes);

#endif

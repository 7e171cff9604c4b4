/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_KEPT_INPUTS_H
#define OUTERFILL_CLI_KEPT_INPUTS_H

#include "fill_options.h"
#include "vector.h"

/* The inputs that --keep-inputs keeps beside an unfinished file OUT.npy, in the folder
 * OUT.npy.inputs: the values of A and B in the dtype of the fill, and the texts of --body and
 * --preamble. */

/* Writes the inputs into the folder. `is_begun` says that an earlier fill or another shard has
 * begun the same file: then the inputs that are there must be the same as these. Returns 0, or the
 * exit code after a message. */
int kept_inputs_write(const struct fill_arguments *arguments, const struct vector *a,
                      const struct vector *b, bool is_begun);

/* Replaces the inputs of a fill that is resumed by the names of the kept inputs. Returns 0, or the
 * exit code after a message. */
int kept_inputs_use(struct fill_arguments *arguments);

/* Whether there is such a folder with values beside the output. */
bool kept_inputs_exist(const char *output);

/* Removes the folder after the file is complete. What cannot be removed stays without a word. */
void kept_inputs_remove(const char *output);

/* Removes the folder if this process has created it for a file of which nothing is left. */
void kept_inputs_remove_new(void);

/* Whether a word of a noted command line is --keep-inputs or an abbreviation of it. */
bool kept_inputs_is_option(const char *word);

#endif

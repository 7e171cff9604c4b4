/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_BEGUN_FOLDER_H
#define OUTERFILL_CLI_BEGUN_FOLDER_H

#include "fill_options.h"

/* Changes the present folder to the one in which the relative names of a resumed fill's inputs are
 * valid. `folder` is where the fill was begun, and `begun` is the name of its output then, or NULL.
 * The arguments are those of the resumed fill, with the present absolute name of the output.
 *
 * If the output has another folder now, its inputs may have been moved along. So the function looks
 * there first. Returns 0, or an exit code after printing the reason. */
int begun_folder_enter(const char *folder, const char *begun,
                       const struct fill_arguments *arguments);

#endif

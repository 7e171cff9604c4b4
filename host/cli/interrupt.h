/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_INTERRUPT_H
#define OUTERFILL_CLI_INTERRUPT_H

#include <stdbool.h>

/* From here on SIGINT, SIGTERM and SIGHUP, less those that the caller has ignored, end the command at once with its exit code. */
void interrupt_end_at_once(void);

/* From here on the first of them is noted, for the fill to end in order, and the second, or two seconds, end the command at once.
 * Called before the first OpenCL call: drivers replace handlers and create threads. */
void interrupt_note(void);
bool interrupt_is_wanted(void);

/* A file that is removed before the command ends at once; NULL: none. */
void interrupt_set_file(const char *path);

#endif

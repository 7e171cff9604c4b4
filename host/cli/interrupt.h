/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_INTERRUPT_H
#define OUTERFILL_CLI_INTERRUPT_H

#include <stdbool.h>

/* From here on SIGINT, SIGTERM and SIGHUP, less those that the caller has ignored, end the command at once with its exit code. */
void interrupt_end_at_once(void);

/* From here on the first of them, or the end of the time limit (in seconds; 0: none), is noted, for the fill to end in order;
 * the next, or two seconds more, end the command at once. SIGUSR1 asks for the status. Called before the first OpenCL call:
 * drivers replace handlers and create threads. False where there is no thread to wait for them: they would have no effect
 * then. */
bool interrupt_note(double time_limit);

/* The exit code that the command is to end with, or 0 where it is to go on. */
int interrupt_code(void);

/* Whether SIGUSR1 came since the last call. */
bool interrupt_asks_for_status(void);

/* The output file of the fill that is at work, for what is said and left where the command ends at once; NULL: none. */
void interrupt_set_output(const char *path, bool is_shard);

/* What is to be called before the command ends at once; NULL: nothing. Called while holding the word. */
void interrupt_report_end(void (*function)(int code));

/* The sentence about what an interrupted fill of a file has left, and what to do with it. */
void interrupt_describe(const char *path, bool is_shard, char *text, unsigned long text_nbytes);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_INTERRUPT_H
#define OUTERFILL_CLI_INTERRUPT_H

#include <stdbool.h>

/* Notes what an earlier fill has finished of the output, for a command that ends before its own
 * fill begins. Call it before the functions below. */
void interrupt_note_earlier(const char *path);

/* Writes what is finished of the output, and the next step. Returns false if that is nothing. */
bool interrupt_kept(const char *path, char *text, unsigned long text_nbytes);

/* Returns the noted sentence, with the next step of the user, or "". */
const char *interrupt_earlier(void);

/* From this call on, SIGINT, SIGTERM and SIGHUP end the command at once with EXIT_INTERRUPTED.
 * Signals that the caller of the command ignores stay ignored. */
void interrupt_end_at_once(void);

/* From this call on, the first of these signals, or the end of the time limit, asks the fill to
 * stop in order. interrupt_code then returns its exit code. The second signal, or two more seconds,
 * ends the command at once. SIGUSR1 asks for the status.
 *
 * `time_limit` is in seconds; 0 means no limit. `is_inherited`: an earlier call has set it. Call
 * it before the first OpenCL call, because drivers replace handlers and create threads. Returns
 * false if the waiting thread cannot be created: the signals would then have no effect. */
bool interrupt_note(double time_limit, bool is_inherited);

/* Says why the command ends with the exit code of an interruption. */
const char *interrupt_why(int exit_code);

/* The exit code to end with, or 0 if the command is to continue. Any thread may call it. */
int interrupt_code(void);

/* Whether SIGUSR1 arrived since the last call. Any thread may call it. */
bool interrupt_asks_for_status(void);

/* Sets the output file that the running fill writes, for the message of a sudden end; NULL: no
 * file. The string must live until the next call. Any thread may call it. */
void interrupt_set_output(const char *path);

/* Sets a function that runs before a sudden end; NULL: no function. It runs in the waiting thread,
 * which holds the lock on the last sentence. Hold that lock during this call. */
void interrupt_report_end(void (*function)(int code));

/* Writes a sentence about the rest of an interrupted fill, and about the next step of the user.
 * Removes the files of a fill that finished no band, except if other processes write them too. */
void interrupt_describe(const char *path, char *text, unsigned long text_nbytes);

#endif

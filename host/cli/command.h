/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_COMMAND_H
#define OUTERFILL_CLI_COMMAND_H

#include <stdbool.h>

#include "outerfill.h"

/* The exit codes. Their texts in `outerfill help` must agree. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_BAD_INPUT = 2,
    EXIT_NO_DEVICE = 3,
    EXIT_BUILD_FAILED = 4,
    EXIT_DEVICE_FAILED = 5,
    EXIT_FILE_FAILED = 6,
    EXIT_TIME_LIMIT = 7,
    EXIT_MISMATCH = 8,
    EXIT_INTERRUPTED = 130
};

/* The name in front of every message. It is "outerfill" until somebody changes it. */
extern const char *command_name;

/* The subcommands. argv[0] is the name of the subcommand. Each returns the exit code, and has
 * already printed the reason of a failure. */
int command_fill(int argc, char **argv);
int command_resume(int argc, char **argv);
int command_status(int argc, char **argv);
int command_devices(int argc, char **argv);
int command_help(int argc, char **argv);
int command_driver_ended(int argc, char **argv);

/* The lock on the last sentence. A thread must hold it to decide how the command ends, and to read
 * or change the data that the last message reports. Two threads compete for it: the command's own
 * thread, and the thread that waits for signals.
 *
 * command_hold waits for the lock. command_hold_within waits at most `seconds` and returns false
 * when the time is over. command_release gives the lock back. A thread may take the lock several
 * times.
 *
 * command_fail, command_misused and command_fail_library take the lock and keep it for ever. So the
 * other thread cannot print a second reason after the first. */
void command_hold(void);
bool command_hold_within(int seconds);
void command_release(void);

/* Prints the command's name and the sentence on standard error. Returns `code`, so a function can
 * end with `return command_fail(...)`. Keeps the lock on the last sentence. */
int command_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As command_fail, with the exit code for bad input. A second line names the help of the
 * subcommand. `subcommand` may be empty: then the line names the general help. */
int command_misused(const char *subcommand, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* As command_fail, with the message of a library error and its exit code. The compiler's log
 * follows, each line indented by four blanks. error->status must not be OUTERFILL_OK. */
int command_fail_library(const outerfill_error *error);

/* The exit code for a failed open, read or write with this errno. ENOMEM counts as a lack of
 * memory, every other errno as a file failure. */
int command_code_of_errno(int reason);

/* The text of the last message, without the command's name. It is empty before the first message.
 * The string lives as long as the process. Hold the lock while you read it. */
const char *command_said(void);

/* Writes a file name so that a POSIX shell reads it as one word. Quotes surround it only if they
 * are necessary, and "./" precedes a leading '-'. A name too long for `text_nbytes` is cut off. */
void command_quote(const char *word, char *text, size_t text_nbytes);

/* Prints why getopt_long returned `result`, which is '?' or ':'. Returns the exit code for bad
 * input. Call it before the next getopt_long, because it reads optind and optopt. */
int command_bad_option(const char *subcommand, int result, char **argv);

/* Flushes standard output. Returns EXIT_DONE if the system accepted everything, otherwise
 * EXIT_FILE_FAILED. Prints no message for a closed pipe. */
int command_flush_output(void);

#endif

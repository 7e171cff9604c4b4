/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_COMMAND_H
#define OUTERFILL_CLI_COMMAND_H

#include <stdbool.h>

#include "outerfill.h"

/* The exit codes, as --help lists them. */
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

/* The program's name, which stands before all that it says; "outerfill" at first. */
extern const char *command_name;

/* The subcommands. argv[0] is the subcommand's name; the result is the exit code. */
int command_fill(int argc, char **argv);
int command_resume(int argc, char **argv);
int command_status(int argc, char **argv);
int command_devices(int argc, char **argv);
int command_help(int argc, char **argv);
int command_driver_ended(int argc, char **argv);

/* Who holds the word may say how the command ends, and read and change what is said then: the command's own thread, or the one
 * that waits for signals. It can be held more than once. command_fail and its like take it and keep it: after that sentence there
 * is no other. command_hold_within gives up after some seconds, and returns whether it has the word. */
void command_hold(void);
bool command_hold_within(int seconds);
void command_release(void);

/* Prints "outerfill: " and the sentence to standard error, and returns code, so that a failing function ends with
 * `return command_fail(...)`. */
int command_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for wrong usage, with a line that points to the help of the subcommand. */
int command_misused(const char *subcommand, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for what the library says; the compiler's log follows, indented. */
int command_fail_library(const outerfill_error *error);

/* The exit code for a file that cannot be opened, read or written for the reason of an errno: memory that was not there is
 * memory. */
int command_code_of_errno(int reason);

/* The last sentence that was said. */
const char *command_said(void);

/* Writes a file's name as a POSIX shell takes it, in quotes where that is needed. */
void command_quote(const char *word, char *text, size_t text_nbytes);

/* Says why getopt_long returned '?' or ':' for argv. */
int command_bad_option(const char *subcommand, int result, char **argv);

/* Makes sure that standard output took everything. */
int command_flush_output(void);

#endif

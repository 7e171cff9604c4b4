/* SPDX-License-Identifier: MIT
 *
 * This module prints the messages of the command. A failure is one sentence on standard error,
 * followed by an exit code of enum exit_code.
 *
 * It owns the lock on the last sentence and the text of that sentence. It translates the library's
 * statuses into exit codes. It knows nothing about fills and files. */
#include "command.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "log_line.h"

const char *command_name = "outerfill";

/* The lock is recursive, because a thread that already holds it may print another sentence. `said`
 * is the last sentence, without the command's name. */
static pthread_mutex_t last_word = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static char said[4800];

void command_hold(void) {
    pthread_mutex_lock(&last_word);
}

bool command_hold_within(int seconds) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    return pthread_mutex_timedlock(&last_word, &until) == 0;
}

void command_release(void) {
    pthread_mutex_unlock(&last_word);
}

const char *command_said(void) {
    return said;
}

/* A message stays on one line, although it may quote arbitrary file names. So '?' replaces each
 * control character except the tab. The caller keeps the lock. */
static void print_sentence(const char *format, va_list arguments) {
    command_hold();
    vsnprintf(said, sizeof said, format, arguments);
    for (char *c = said; *c; c++)
        if (*c != '\t' && iscntrl((unsigned char)*c)) *c = '?';
    log_line_stamp();
    fprintf(stderr, "%s: %s\n", command_name, said);
}

void command_quote(const char *word, char *text, size_t text_nbytes) {
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+,:=@%-";
    const bool is_plain = *word && *word != '-' && !word[strspn(word, plain)];
    size_t length = (size_t)snprintf(text, text_nbytes, "%s%s", *word == '-' ? "./" : "",
                                     is_plain ? word : "'");
    for (; !is_plain && *word && length + 6 < text_nbytes; word++)
        length += (size_t)snprintf(text + length, text_nbytes - length,
                                   *word == '\'' ? "'\\''" : "%c", *word);
    if (!is_plain) snprintf(text + length, text_nbytes - length, "'");
}

int command_fail(int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_sentence(format, arguments);
    va_end(arguments);
    return code;
}

int command_misused(const char *subcommand, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_sentence(format, arguments);
    va_end(arguments);
    fprintf(stderr, "Try 'outerfill help%s%s'.\n", *subcommand ? " " : "", subcommand);
    return EXIT_BAD_INPUT;
}

/* The rows match enum outerfill_status. Memory and device failures share one exit code. */
static const int exit_codes[] = {
    [OUTERFILL_OK] = EXIT_DONE,
    [OUTERFILL_INVALID_ARGUMENT] = EXIT_BAD_INPUT,
    [OUTERFILL_NO_DEVICE] = EXIT_NO_DEVICE,
    [OUTERFILL_BUILD_FAILED] = EXIT_BUILD_FAILED,
    [OUTERFILL_OUT_OF_MEMORY] = EXIT_DEVICE_FAILED,
    [OUTERFILL_DEVICE_FAILED] = EXIT_DEVICE_FAILED,
    [OUTERFILL_FILE_FAILED] = EXIT_FILE_FAILED,
    [OUTERFILL_CANCELLED] = EXIT_INTERRUPTED,
    [OUTERFILL_AFTER_FORK] = EXIT_DEVICE_FAILED,
    [OUTERFILL_MISMATCH] = EXIT_MISMATCH,
    [OUTERFILL_STILL_WRITING] = EXIT_DEVICE_FAILED,
};

int command_code_of_errno(int reason) {
    return reason == ENOMEM ? EXIT_DEVICE_FAILED : EXIT_FILE_FAILED;
}

int command_fail_library(const outerfill_error *error) {
    command_hold();
    snprintf(said, sizeof said, "%s", error->message);
    log_line_stamp();
    fprintf(stderr, "%s: %s\n", command_name, said);
    for (const char *line = error->log; *line;) {
        const int length = (int)strcspn(line, "\n");
        fprintf(stderr, "    %.*s\n", length, line);
        line += length;
        line += *line == '\n';
    }
    return exit_codes[error->status];
}

int command_bad_option(const char *subcommand, int result, char **argv) {
    const char *given = argv[optind - 1];
    if (result == ':') return command_misused(subcommand, "option '%s' needs a value", given);
    if (optopt && strncmp(given, "--", 2) != 0)
        return command_misused(subcommand, "there is no option '-%c'", optopt);
    if (optopt) return command_misused(subcommand, "option '%s' takes no value", given);
    return command_misused(subcommand, "there is no option '%s', or it is ambiguous", given);
}

int command_flush_output(void) {
    if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_DONE;
    if (errno == EPIPE)
        /* The reader closed the pipe, as head does. It has what it wanted, so a message would only
         * disturb. */
        return EXIT_FILE_FAILED;
    return command_fail(EXIT_FILE_FAILED, "cannot write to standard output: %s", strerror(errno));
}

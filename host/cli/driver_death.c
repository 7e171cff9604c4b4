/* SPDX-License-Identifier: MIT
 *
 * A driver that ends the process: PoCL calls abort() where its cache is damaged or memory runs out while it compiles, and a damaged
 * kernel in its cache is a SIGSEGV or a SIGBUS. To find that out beforehand would take a trial in a child, 0.1 s for every fill. So the
 * dying process starts the command anew in its own place, with execv, which may be called from a signal handler: `driver_ended.c`
 * is a healthy process then, says what happened and what to do, and puts files in order. The ordinary way costs six system calls. */
#include "driver_death.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "driver_output.h"

static const struct {
    int number;
    const char *name;
} deadly[] = {{SIGABRT, "SIGABRT"}, {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGILL, "SIGILL"}, {SIGFPE, "SIGFPE"}};
#define NUM_DEADLY (sizeof deadly / sizeof *deadly)

/* The process's one command, read by signal handlers. */
static struct driver_deed deed;
static atomic_bool is_watched;
static atomic_int ending_thread;
static bool is_enabled, is_ours[NUM_DEADLY];
static char stack[1 << 16]; /* for a function that calls itself until the compiler's stack is full */

static void end_as(const char *how) {
    static const char sentence[] = "outerfill: the OpenCL driver ended the process\n";
    int first = 0;
    const int self = gettid();
    if (!atomic_compare_exchange_strong(&ending_thread, &first, self)) {
        if (first == self) _exit(EXIT_DEVICE_FAILED); /* even this has failed */
        for (;;) pause();                             /* another thread died first, and ends this one */
    }
    const char *const arguments[] = {command_name,
                                     "driver-ended",
                                     how,
                                     deed.name,
                                     deed.output ? deed.output : "",
                                     deed.is_shard ? "shard" : "whole",
                                     deed.status_path ? deed.status_path : "",
                                     NULL};
    driver_output_print_held();
    execv("/proc/self/exe", (char *const *)arguments);
    const ssize_t written = write(STDERR_FILENO, sentence, sizeof sentence - 1);
    (void)written; /* there is nobody else to tell */
    _exit(EXIT_DEVICE_FAILED);
}

static void die(int number) {
    size_t k = 0;
    while (k + 1 < NUM_DEADLY && deadly[k].number != number) k++;
    end_as(deadly[k].name);
}

/* LLVM's handler of SIGABRT stands before ours while it compiles, and behind it the C library asks nobody any more. So the calls
 * themselves are taken, from drivers too: the command exports these two names of the C library. */
#define EXPORTED __attribute__((visibility("default"), noreturn))

EXPORTED void abort(void) {
    if (atomic_load(&is_watched)) die(SIGABRT);
    raise(SIGABRT);
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
    _exit(EXIT_DEVICE_FAILED);
}

EXPORTED void __assert_fail(const char *assertion, const char *file, unsigned line, const char *function) {
    fprintf(stderr, "%s:%u: %s: assertion '%s' failed\n", file, line, function, assertion);
    abort();
}

static void end_at_exit(void) {
    if (atomic_load(&is_watched)) end_as("exit");
}

void driver_death_enable(void) {
    const stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    is_enabled = true;
    sigaltstack(&alternative, NULL);
    atexit(end_at_exit);
    for (size_t k = 0; k < NUM_DEADLY; k++) { /* not those that a sanitizer has taken */
        struct sigaction action;
        is_ours[k] = sigaction(deadly[k].number, NULL, &action) == 0 && action.sa_handler == SIG_DFL;
    }
}

void driver_death_watch(struct driver_deed present) {
    const struct sigaction action = {.sa_handler = die, .sa_flags = SA_ONSTACK | SA_NODEFER};
    if (!is_enabled) return;
    deed = present;
    atomic_store(&is_watched, true);
    for (size_t k = 0; k < NUM_DEADLY; k++)
        if (is_ours[k]) sigaction(deadly[k].number, &action, NULL);
}

void driver_death_over(void) {
    atomic_store(&is_watched, false);
    for (size_t k = 0; k < NUM_DEADLY; k++)
        if (is_ours[k]) signal(deadly[k].number, SIG_DFL);
}

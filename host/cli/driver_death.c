/* SPDX-License-Identifier: MIT
 *
 * A driver that ends the process: PoCL calls abort() where its cache is damaged or memory runs out while it compiles, and a
 * damaged kernel in its cache is a SIGSEGV or a SIGBUS. To find that out beforehand would take a trial in a child, 0.1 s for
 * every fill. So the dying process starts the command anew in its own place, with execv, which may be called from a signal
 * handler: `driver_ended.c` is a healthy process then, says what happened and what to do, and puts files in order. The ordinary
 * way costs a dozen system calls.
 *
 * Handlers that drivers set later win: PoCL's of SIGFPE makes a division by zero harmless, and LLVM's of SIGSEGV puts ours back
 * and lets the instruction fail again. */
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
} deadly[] = {{SIGABRT, "SIGABRT"},
              {SIGSEGV, "SIGSEGV"},
              {SIGBUS, "SIGBUS"},
              {SIGILL, "SIGILL"},
              {SIGFPE, "SIGFPE"}};
#define NUM_DEADLY (sizeof deadly / sizeof *deadly)

/* LLVM takes these as well when it first compiles, and the first one of each is lost then. */
static const int lost[] = {SIGQUIT, SIGTRAP, SIGSYS, SIGXCPU};
#define NUM_LOST (sizeof lost / sizeof *lost)
static struct sigaction before[NUM_LOST];

/* The process's one command, read by signal handlers. */
static struct driver_deed deed;
static atomic_bool is_watched;
static atomic_int ending_thread;
static pid_t process; /* that is watched; 0: none */
static bool takes_abort;
static char stack[1 << 16]; /* for what has filled the first thread's own */

static bool is_watching(void) {
    return atomic_load(&is_watched) && getpid() == process;
}

/* The one that died first and ends all others; 0: the calling one is the first. */
static int first_thread(void) {
    int first = 0;
    return atomic_compare_exchange_strong(&ending_thread, &first, gettid()) ? 0 : first;
}

static void end_as(const char *how) {
    static const char sentence[] = "outerfill: the OpenCL driver ended the process\n";
    if (first_thread() == gettid()) _exit(EXIT_DEVICE_FAILED); /* even this has failed */
    while (atomic_load(&ending_thread) != gettid()) pause();
    const char *const arguments[] = {command_name,
                                     "driver-ended",
                                     how,
                                     deed.name,
                                     deed.output ? deed.output : "",
                                     deed.is_shard ? "shard" : "whole",
                                     deed.status_path ? deed.status_path : "",
                                     NULL};
    driver_output_release(true);
    execv("/proc/self/exe", (char *const *)arguments);
    const ssize_t written = write(STDERR_FILENO, sentence, sizeof sentence - 1);
    (void)written; /* there is nobody else to tell */
    _exit(EXIT_DEVICE_FAILED);
}

/* As it would be without us: where nothing is watched, or in a child that a driver has forked. */
static void end_plainly(int number) {
    signal(number, SIG_DFL);
    raise(number);
}

/* A signal that another process sends says nothing of the driver. */
static void die(int number, siginfo_t *info, void *unused) {
    size_t k = 0;
    const bool is_sent = info->si_code <= 0 && info->si_pid != getpid();
    (void)unused;
    while (k + 1 < NUM_DEADLY && deadly[k].number != number) k++;
    if (is_watching() && !is_sent)
        end_as(deadly[k].name);
    else
        end_plainly(number);
}

static const struct sigaction ours = {.sa_sigaction = die,
                                      .sa_flags = SA_ONSTACK | SA_NODEFER | SA_SIGINFO};

/* LLVM's handler of SIGABRT stands before ours while it compiles, and behind it the C library asks nobody any more. So the calls
 * themselves are taken, from drivers too: the command exports these two names of the C library. */
#define EXPORTED __attribute__((visibility("default"), noreturn))

EXPORTED void abort(void) {
    if (is_watching()) end_as("SIGABRT");
    raise(SIGABRT);
    end_plainly(SIGABRT);
    _exit(EXIT_DEVICE_FAILED);
}

/* NOLINTNEXTLINE(bugprone-reserved-identifier): the C library's name */
EXPORTED void __assert_fail(const char *assertion, const char *file, unsigned line,
                            const char *function) {
    fprintf(stderr, "%s:%u: %s: assertion '%s' failed\n", file, line, function, assertion);
    abort();
}

static void end_at_exit(void) {
    if (is_watching()) end_as("exit");
}

void driver_death_enable(void) {
    const stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    process = getpid();
    sigaltstack(&alternative, NULL);
    atexit(end_at_exit);
    for (size_t k = 0; k < NUM_LOST; k++) sigaction(lost[k], NULL, &before[k]);
    for (size_t k = 0; k < NUM_DEADLY; k++) {
        struct sigaction action; /* a sanitizer's stay */
        if (sigaction(deadly[k].number, NULL, &action) || action.sa_handler != SIG_DFL) continue;
        sigaction(deadly[k].number, &ours, NULL);
        takes_abort |= deadly[k].number == SIGABRT;
    }
}

/* LLVM's handlers are reset when they are entered, before they put ours back: a second thread that fails in between ends the
 * process by the signal itself. PoCL's of SIGFPE stays. */
static void take_back(void) {
    for (size_t k = 0; k < NUM_DEADLY; k++) {
        struct sigaction action;
        if (sigaction(deadly[k].number, NULL, &action) == 0 &&
            (action.sa_flags & (int)SA_RESETHAND))
            sigaction(deadly[k].number, &ours, NULL);
    }
}

void driver_death_watch(struct driver_deed present) {
    if (!process) return;
    deed = present;
    atomic_store(&is_watched, true);
    if (takes_abort) sigaction(SIGABRT, &ours, NULL);
    take_back();
    for (size_t k = 0; k < NUM_LOST; k++) sigaction(lost[k], &before[k], NULL);
}

void driver_death_over(void) {
    atomic_store(&is_watched, false);
}

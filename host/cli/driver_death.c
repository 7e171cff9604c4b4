/* SPDX-License-Identifier: MIT
 *
 * This module turns a driver's crash into a message. PoCL calls abort() if its cache is damaged, or
 * if memory runs out while it compiles. A damaged kernel in the cache causes SIGSEGV or SIGBUS.
 *
 * The dying process replaces itself by a new run of the command, with execv, which a signal handler
 * may call. That healthy process (driver_ended.c) prints the reason and the remedy, and tidies up
 * the files. An ordinary run pays a dozen system calls.
 *
 * Two other ways were rejected. A trial in a child process would find the crash in advance, but
 * would delay every fill (0.1 s). A parent process that starts the work and waits would need half
 * of this code. But then a shell or a batch system would know another process than the one that
 * works: kill -9 and kill -STOP would hit the parent alone, and the file would stay locked. */
#include "driver_death.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "driver_output.h"
#include "log_line.h"
#include "next_step.h"

static const struct {
    int number;
    const char *name;
} deadly[] = {{SIGABRT, "SIGABRT"},
              {SIGSEGV, "SIGSEGV"},
              {SIGBUS, "SIGBUS"},
              {SIGILL, "SIGILL"},
              {SIGFPE, "SIGFPE"}};
#define NUM_DEADLY (sizeof deadly / sizeof *deadly)

/* LLVM also handles these signals as soon as it first compiles, and then swallows the first signal
 * of each kind. So `before` keeps the earlier handlers, and driver_death_watch restores them. */
static const int lost[] = {SIGQUIT, SIGTRAP, SIGSYS, SIGXCPU};
#define NUM_LOST (sizeof lost / sizeof *lost)
static struct sigaction before[NUM_LOST];

/* The state below belongs to the process's only command. Signal handlers read it. */
static struct driver_deed deed;
static atomic_bool is_watched;
static atomic_int ending_thread;
static pid_t process; /* the process that driver_death_enable was called in; 0: not yet called */
static bool takes_abort;
/* The handlers run here, because the stack of the first thread may be full. */
static char stack[1 << 16];

static bool is_watching(void) {
    return atomic_load(&is_watched) && getpid() == process;
}

/* The thread that fails first ends all other threads. Returns 0 in its first call. Every later
 * call, in any thread, returns the number of that first thread. */
static int first_thread(void) {
    int first = 0;
    return atomic_compare_exchange_strong(&ending_thread, &first, gettid()) ? 0 : first;
}

/* Replaces the process by `COMMAND driver-ended ...`. Every other thread that fails waits here
 * until execv ends it. */
static void end_as(const char *how) {
    static const char sentence[] = "outerfill: the OpenCL driver ended the process\n";
    char time[LOG_LINE_TIME_NBYTES];
    /* The same thread failed again, inside this function. */
    if (first_thread() == gettid()) _exit(EXIT_DEVICE_FAILED);
    while (atomic_load(&ending_thread) != gettid()) pause();
    const char *const arguments[] = {command_name,
                                     "driver-ended",
                                     how,
                                     deed.name,
                                     deed.output ? deed.output : "",
                                     next_step_word(),
                                     deed.status_path ? deed.status_path : "",
                                     deed.is_early ? "early" : "late",
                                     log_line_is_log() ? "log" : "plain",
                                     NULL};
    driver_output_release(true);
    execv("/proc/self/exe", (char *const *)arguments);
    /* GCOVR_EXCL_START: no test makes execv fail */
    log_line_time(time);
    /* A failure of these writes cannot be reported anywhere. */
    const ssize_t written[] = {write(STDERR_FILENO, time, strlen(time)),
                               write(STDERR_FILENO, sentence, sizeof sentence - 1)};
    (void)written;
    _exit(EXIT_DEVICE_FAILED);
    /* GCOVR_EXCL_STOP */
}

/* Ends the process by the signal's default action. This applies while nothing is watched, and in a
 * child process that a driver forked. */
/* GCOVR_EXCL_START: the counters of a killed process are lost */
static void end_plainly(int number) {
    signal(number, SIG_DFL);
    raise(number);
}
/* GCOVR_EXCL_STOP */

/* A signal from another process tells nothing about the driver. si_code is 0 or less for such
 * signals. The process's own abort() sends one too, but with its own si_pid. */
static void die(int number, siginfo_t *info, void *unused) {
    size_t k = 0;
    const bool is_sent = info->si_code <= 0 && info->si_pid != getpid();
    (void)unused;
    while (k + 1 < NUM_DEADLY && deadly[k].number != number) k++;
    if (is_watching() && !is_sent)
        end_as(deadly[k].name);
    else
        end_plainly(number); /* GCOVR_EXCL_LINE: the counters of a killed process are lost */
}

/* A handler that a driver installs later takes precedence. PoCL's handler of SIGFPE makes a
 * division by zero harmless. LLVM's handler of SIGSEGV restores ours and repeats the failing
 * instruction. */
static const struct sigaction ours = {.sa_sigaction = die,
                                      .sa_flags = SA_ONSTACK | SA_NODEFER | SA_SIGINFO};

/* While LLVM compiles, its handler of SIGABRT replaces ours, and the C library then ends the
 * process without calling ours. So the command defines abort and __assert_fail itself and exports
 * them. Drivers then call these definitions too. */
#define EXPORTED __attribute__((visibility("default"), noreturn))

EXPORTED void abort(void) {
    if (is_watching()) end_as("SIGABRT");
    /* GCOVR_EXCL_START: the counters of a killed process are lost */
    raise(SIGABRT);
    end_plainly(SIGABRT);
    _exit(EXIT_DEVICE_FAILED);
    /* GCOVR_EXCL_STOP */
}

/* NOLINTNEXTLINE(bugprone-reserved-identifier): the C library's name */
EXPORTED void __assert_fail(const char *assertion, const char *file, unsigned line,
                            const char *function) {
    log_line_stamp();
    fprintf(stderr, "%s:%u: %s: assertion '%s' failed\n", file, line, function, assertion);
    abort();
}

/* A driver may also call exit(). */
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
        struct sigaction action; /* Handlers that a sanitizer installed are kept. */
        if (sigaction(deadly[k].number, NULL, &action) || action.sa_handler != SIG_DFL) continue;
        sigaction(deadly[k].number, &ours, NULL);
        takes_abort |= deadly[k].number == SIGABRT;
    }
}

/* LLVM's handlers have SA_RESETHAND: the system resets them on entry, before they restore ours. A
 * second thread that fails in between would end the process by the plain signal. So ours replace
 * them early. PoCL's handler of SIGFPE lacks SA_RESETHAND and stays. */
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

/* SPDX-License-Identifier: MIT
 *
 * Signals that ask for the end. While the command only reads, they end it. While it computes, a thread waits for them, since
 * PoCL replaces signal handlers: it tells the fill to stop, and where a single launch takes too long for that (a body with an
 * endless loop), ends the process itself, without the file that was being written. */
#include "interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "command.h"

#define PATIENCE_SECONDS 2

static const int ends[] = {SIGINT, SIGTERM, SIGHUP};

/* The state of the process's one command, read by a signal handler and a thread. */
static atomic_bool is_wanted;
static _Atomic(const char *) file;
static sigset_t awaited;

static void end(const char *sentence, size_t length) {
    const char *path = atomic_load(&file);
    if (path) unlink(path);
    const ssize_t written = write(STDERR_FILENO, sentence, length);
    (void)written; /* there is nobody else to tell */
    _exit(EXIT_INTERRUPTED);
}

static void end_at_once(int signal_number) {
    static const char sentence[] = "outerfill: interrupted: nothing was computed yet\n";
    (void)signal_number;
    end(sentence, sizeof sentence - 1);
}

static void note(int signal_number) {
    (void)signal_number;
    atomic_store(&is_wanted, true);
}

/* Those that the caller ignores, as nohup and a shell's background jobs do, stay ignored. */
static void handle(void (*handler)(int)) {
    sigemptyset(&awaited);
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        struct sigaction action;
        if (sigaction(ends[k], NULL, &action) || action.sa_handler == SIG_IGN) continue;
        action = (struct sigaction){.sa_handler = handler};
        sigaction(ends[k], &action, NULL);
        sigaddset(&awaited, ends[k]);
    }
}

void interrupt_end_at_once(void) {
    handle(end_at_once);
}

static void *wait_for_signals(void *unused) {
    static const char sentence[] = "outerfill: interrupted: stopped in the middle of a launch, no file was written\n";
    const struct timespec patience = {PATIENCE_SECONDS, 0};
    int signal_number;
    (void)unused;
    sigwait(&awaited, &signal_number);
    atomic_store(&is_wanted, true);
    sigtimedwait(&awaited, NULL, &patience);
    end(sentence, sizeof sentence - 1);
    return NULL;
}

/* Blocked in every thread; the handler is for the case that a driver unblocks them. */
void interrupt_note(void) {
    sigset_t all;
    pthread_t thread;
    handle(note);
    sigemptyset(&all);
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) sigaddset(&all, ends[k]);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    if (pthread_create(&thread, NULL, wait_for_signals, NULL) == 0) pthread_detach(thread);
}

bool interrupt_is_wanted(void) {
    return atomic_load(&is_wanted);
}

void interrupt_set_file(const char *path) {
    atomic_store(&file, path);
}

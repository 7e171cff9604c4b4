/* SPDX-License-Identifier: MIT
 *
 * This module ends the command on a signal or at the time limit. While the command only reads its
 * inputs, a signal handler ends it at once.
 *
 * While the command computes, a thread waits for the signals, because PoCL replaces signal
 * handlers. The thread tells the fill to stop. If a launch does not end, as with an endless loop in
 * a body, the thread ends the process. Finished bands are on record by then and are kept.
 *
 * It owns the exit code of an interruption. It must not call OpenCL. */
#include "interrupt.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "progress.h"
#include "driver_output.h"
#include "kept_inputs.h"
#include "log_line.h"
#include "next_step.h"

#define PATIENCE_SECONDS 2

/* These signals end the command. */
static const int ends[] = {SIGINT, SIGTERM, SIGHUP};

/* The state belongs to the process's only command. Signal handlers and the waiting thread read
 * it. */
static atomic_int code;
static atomic_bool asks_for_status;
static _Atomic(const char *) output;
static sigset_t awaited;
static void (*report)(int code); /* called with the lock on the last sentence held */
static double limit;             /* in seconds of the monotonic clock; 0: no limit */
static bool limit_is_inherited;  /* from an earlier call, which is told */
/* What an earlier fill has finished of the output, and the next step; "": nothing. It is written
 * before the handlers that read it are installed. */
static char earlier[4400];

/* ---- What is left ---- */

/* Removes the files of a fill that finished no band. The caller excludes files that other processes
 * may be writing. */
static void remove_empty(const char *path) {
    char name[4200];
    const char *const endings[] = {"part", "journal"};
    for (size_t k = 0; k < sizeof endings / sizeof *endings; k++)
        if (snprintf(name, sizeof name, "%s.%s", path, endings[k]) < (int)sizeof name) unlink(name);
}

static double percent(const outerfill_file_status *run) {
    return progress_percent((double)run->cells_done, (double)run->n * (double)run->m);
}

bool interrupt_kept(const char *path, char *text, unsigned long text_nbytes) {
    outerfill_file_status *run;
    if (outerfill_file_status_create(path, &run, NULL)) return false;
    const bool is_kept = run->state != OUTERFILL_FILE_COMPLETE && run->cells_done;
    if (is_kept) next_step_describe_kept(path, percent(run), text, text_nbytes);
    outerfill_free(run);
    return is_kept;
}

void interrupt_note_earlier(const char *path) {
    earlier[0] = '\0';
    interrupt_kept(path, earlier, sizeof earlier);
}

const char *interrupt_earlier(void) {
    return earlier;
}

static bool has_part(const char *path) {
    char name[4200];
    return snprintf(name, sizeof name, "%s.part", path) < (int)sizeof name &&
           access(name, F_OK) == 0;
}

void interrupt_describe(const char *path, char *text, unsigned long text_nbytes) {
    outerfill_file_status *run;
    outerfill_error error;
    const bool is_there = outerfill_file_status_create(path, &run, &error) == OUTERFILL_OK;
    /* A complete file is an older one that the fill was to replace, or the new one after the last
     * step. */
    if (is_there && run->state == OUTERFILL_FILE_COMPLETE)
        snprintf(
            text, text_nbytes,
            "the file that is there is complete: the old one or, if all was done, the new one");
    else if (!is_there && (error.system_code || has_part(path)))
        snprintf(text, text_nbytes, "%s", error.message);
    else if (!is_there || !run->cells_done)
        snprintf(text, text_nbytes, "no file was written");
    else
        next_step_describe_kept(path, percent(run), text, text_nbytes);
    if (is_there && !next_step_is_shared() && run->state != OUTERFILL_FILE_COMPLETE &&
        !run->cells_done)
        remove_empty(path);
    kept_inputs_remove_new();
    if (is_there) outerfill_free(run);
}

const char *interrupt_why(int exit_code) {
    if (exit_code != EXIT_TIME_LIMIT) return "interrupted";
    return limit_is_inherited ? "the time limit of the earlier call is over (--time-limit none "
                                "lifts it)"
                              : "the time limit is over";
}

/* ---- The end ---- */

/* Ends the process with a message. If the command keeps the lock, it has printed its last sentence
 * and is tidying up. It gets PATIENCE_SECONDS more for that, and the process then ends without a
 * message. */
static void end(const char *why) {
    char left[4400] = "nothing is printed";
    if (!command_hold_within(PATIENCE_SECONDS)) _exit(atomic_load(&code));
    const char *path = atomic_load(&output);
    if (path) interrupt_describe(path, left, sizeof left);
    /* Text that is kept back shows that the driver was compiling. It would appear behind the
     * sentence, so it is dropped. */
    if (driver_output_release(false))
        command_fail(EXIT_DONE, "%s: stopped while the function was compiled; nothing %s%s%s", why,
                     *earlier ? "new was computed" : "was computed yet", *earlier ? "; " : "",
                     earlier);
    else
        command_fail(EXIT_DONE, "%s: stopped in the middle of a launch; %s", why, left);
    if (report) report(atomic_load(&code));
    _exit(atomic_load(&code));
}

/* A signal handler may call these functions. One write keeps the line whole in a log that other
 * processes write too. */
static void end_at_once(int signal_number) {
    char text[LOG_LINE_TIME_NBYTES + sizeof earlier + 64];
    (void)signal_number;
    log_line_time(text);
    strcat(text, "outerfill: interrupted: nothing ");
    strcat(text, *earlier ? "new was computed; " : "was computed yet");
    strcat(text, earlier);
    strcat(text, "\n");
    const ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written; /* the failure of this write cannot be reported anywhere */
    _exit(EXIT_INTERRUPTED);
}

/* GCOVR_EXCL_START: it runs only if a signal comes before interrupt_note blocks it */
static void note(int signal_number) {
    (void)signal_number;
    atomic_store(&code, EXIT_INTERRUPTED);
}
/* GCOVR_EXCL_STOP */

static void ask(int signal_number) {
    (void)signal_number;
    atomic_store(&asks_for_status, true);
}

/* Installs the handlers. Signals that the parent process ignores stay ignored, as nohup and
 * background jobs of a shell expect. */
static void handle(void (*handler)(int)) {
    sigemptyset(&awaited);
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        struct sigaction action;
        if (sigaction(ends[k], NULL, &action) || action.sa_handler == SIG_IGN) continue;
        action = (struct sigaction){.sa_handler = handler};
        sigaction(ends[k], &action, NULL);
        sigaddset(&awaited, ends[k]);
    }
    const struct sigaction action = {.sa_handler = ask, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    sigaddset(&awaited, SIGUSR1);
}

void interrupt_end_at_once(void) {
    handle(end_at_once);
}

/* ---- The thread ---- */

/* Waits for a signal until a moment of the monotonic clock; 0 waits for ever. Returns the signal's
 * number, or 0 at that moment. Answers SIGUSR1 meanwhile. */
static int await_signal(double until) {
    for (;;) {
        const double rest = until > 0 ? until - progress_now() : 3600;
        const struct timespec pause = {(time_t)(rest > 0 ? rest : 0),
                                       (long)(rest > 0 ? 1e9 * (rest - (double)(time_t)rest) : 0)};
        const int number = sigtimedwait(&awaited, NULL, &pause);
        if (number == SIGUSR1) ask(number);
        if (number > 0 && number != SIGUSR1) return number;
        if (number < 0 && errno == EAGAIN && until > 0 && progress_now() >= until) return 0;
    }
}

/* The first signal or the time limit asks the fill to stop. The second signal, or PATIENCE_SECONDS
 * without an end, ends the process. */
static void *wait_for_signals(void *unused) {
    (void)unused;
    const bool is_signal = await_signal(limit) > 0;
    atomic_store(&code, is_signal ? EXIT_INTERRUPTED : EXIT_TIME_LIMIT);
    const bool is_second = await_signal(progress_now() + PATIENCE_SECONDS) > 0;
    if (is_second) atomic_store(&code, EXIT_INTERRUPTED);
    end(interrupt_why(atomic_load(&code)));
    return NULL; /* GCOVR_EXCL_LINE: end does not return */
}

/* Blocks the signals in this thread. Threads inherit the mask, so all threads of the process block
 * the signals. The handlers are there for a driver that unblocks them. */
bool interrupt_note(double time_limit, bool is_inherited) {
    sigset_t all;
    pthread_t thread;
    limit_is_inherited = is_inherited;
    limit = time_limit > 0 ? progress_now() + time_limit : 0;
    handle(note);
    sigemptyset(&all);
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) sigaddset(&all, ends[k]);
    sigaddset(&all, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    const bool is_created = pthread_create(&thread, NULL, wait_for_signals, NULL) == 0;
    if (is_created) pthread_detach(thread);
    return is_created;
}

int interrupt_code(void) {
    return atomic_load(&code);
}

bool interrupt_asks_for_status(void) {
    return atomic_exchange(&asks_for_status, false);
}

void interrupt_report_end(void (*function)(int code)) {
    report = function;
}

void interrupt_set_output(const char *path) {
    atomic_store(&output, path);
}

/* SPDX-License-Identifier: MIT */
#include "writes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define EXPORTED    __attribute__((visibility("default")))
#define DATA_OFFSET 4096
/* A fill reports ten times a second. If it does not, it has ended or failed, and waits for its threads. */
#define PATIENCE_NANOSECONDS (300L * 1000 * 1000)
/* For a callback that stops the fill to return, also on a busy machine. */
#define STOPPING_NANOSECONDS (100L * 1000 * 1000)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, hook_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static atomic_int is_holding, is_paused, is_stopping, num_allowed;
static pthread_t owner;
static writes_hook *hook;
static void *hook_data;
static int hook_in_place;

/* ---- Who may write ---- */

/* Call with the mutex locked. */
static void set_locked(int holds, int pauses, int allows) {
    is_holding = holds;
    is_paused = pauses;
    num_allowed = allows;
    owner = pthread_self();
    pthread_cond_broadcast(&changed);
}

static void set(int holds, int pauses, int allows) {
    pthread_mutex_lock(&mutex);
    set_locked(holds, pauses, allows);
    pthread_mutex_unlock(&mutex);
}

void writes_hold_others(void) {
    set(1, 0, 0);
}

void writes_pause_others(void) {
    set(is_holding, 1, 0);
}

void writes_allow_one(void) {
    set(is_holding, 0, 1);
}

void writes_stop(void) {
    set(is_holding, 0, 0);
    is_stopping = is_holding;
}

void writes_release(void) {
    set(0, 0, 0);
    is_stopping = 0;
}

/* Call with the mutex locked. */
static int wait_for_change(void) {
    struct timespec until;
    if (is_paused) return pthread_cond_wait(&changed, &mutex);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += is_stopping ? STOPPING_NANOSECONDS : PATIENCE_NANOSECONDS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return pthread_cond_timedwait(&changed, &mutex, &until);
}

/* The fill has been stopped by the time that its own thread writes again. */
static void await_turn(void) {
    int code = 0;
    pthread_mutex_lock(&mutex);
    const int is_owner = pthread_equal(owner, pthread_self());
    if (is_owner && is_stopping) {
        set_locked(0, 0, 0);
        is_stopping = 0;
    }
    while (!code && is_holding && !is_owner && !num_allowed) code = wait_for_change();
    if (!is_owner) num_allowed = 0;
    pthread_mutex_unlock(&mutex);
}

/* ---- What is written ---- */

void writes_set_hook(writes_hook *new_hook, void *data, int in_place) {
    hook = new_hook;
    hook_data = data;
    hook_in_place = in_place;
}

/* Whether the descriptor is a PATH.part, and not a journal. */
static int is_part(int fd) {
    char link[40], name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, name, sizeof name);
    return length > 5 && memcmp(name + length - 5, ".part", 5) == 0;
}

static ssize_t write_through_hook(int fd, const void *bytes, size_t nbytes, off_t offset) {
    unsigned char *copy = hook_in_place ? (void *)(size_t)bytes : malloc(nbytes);
    if (copy == NULL) return errno = ENOMEM, -1;
    if (!hook_in_place) memcpy(copy, bytes, nbytes);
    pthread_mutex_lock(&hook_mutex);
    hook(copy, nbytes, (size_t)offset, hook_data);
    pthread_mutex_unlock(&hook_mutex);
    const ssize_t written = syscall(SYS_pwrite64, fd, copy, nbytes, offset);
    if (!hook_in_place) free(copy);
    return written;
}

EXPORTED ssize_t pwrite(int fd, const void *bytes, size_t nbytes, off_t offset) {
    if (!is_holding && !hook) return syscall(SYS_pwrite64, fd, bytes, nbytes, offset);
    if (offset < DATA_OFFSET || !is_part(fd))
        return syscall(SYS_pwrite64, fd, bytes, nbytes, offset);
    await_turn();
    return hook ? write_through_hook(fd, bytes, nbytes, offset)
                : syscall(SYS_pwrite64, fd, bytes, nbytes, offset);
}

/* Past the page cache a run is written in up to three pieces, so that is refused while there is a hook. */
EXPORTED int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, int) : 0;
    va_end(arguments);
    if (hook && (flags & O_DIRECT)) return errno = EINVAL, -1;
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* SPDX-License-Identifier: MIT
 *
 * A library to be preloaded: a pwrite that really writes less than it was asked to, as a disk that fills up, a network file
 * system or a death in the middle do; a tracer can only claim it. Knows nothing of outerfill. What is set in the environment:
 *
 *     SHORT_WRITES_MOST   bytes that a call writes at most
 *     SHORT_WRITES_DISK   bytes that all calls together can write; what goes beyond fails with ENOSPC
 *     SHORT_WRITES_KILL   the number of the call, from 1, that writes half of its bytes and then kills the process
 *     SHORT_WRITES_LOG    a file that gets a line for each call that was changed: without one, this library was not there
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR_NBYTES ((size_t)512) /* direct writes are of whole ones */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static size_t num_calls, num_written;

static size_t setting(const char *name, size_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static void log_line(const char *line) {
    const char *path = getenv("SHORT_WRITES_LOG");
    const int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
    if (fd < 0 || write(fd, line, strlen(line)) < 0) abort();
    close(fd);
}

static ssize_t write_some(int fd, const void *bytes, size_t nbytes, off_t offset) {
    ssize_t (*next)(int, const void *, size_t, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pwrite");
    const ssize_t written = next(fd, bytes, nbytes, offset);
    if (written > 0) num_written += (size_t)written;
    return written;
}

static size_t whole_sectors(int fd, size_t nbytes) {
    return fcntl(fd, F_GETFL) & O_DIRECT ? nbytes / SECTOR_NBYTES * SECTOR_NBYTES : nbytes;
}

static ssize_t write_less(int fd, const void *bytes, size_t nbytes, off_t offset) {
    const size_t most = setting("SHORT_WRITES_MOST", SIZE_MAX),
                 disk = setting("SHORT_WRITES_DISK", SIZE_MAX);
    const size_t room = whole_sectors(fd, disk > num_written ? disk - num_written : 0);
    if (++num_calls == setting("SHORT_WRITES_KILL", 0)) {
        log_line("killed\n");
        write_some(fd, bytes, whole_sectors(fd, nbytes / 2), offset);
        raise(SIGKILL);
    }
    if (nbytes > room) log_line("full\n");
    if (nbytes > room && !room) return errno = ENOSPC, -1;
    if (nbytes > most) log_line("short\n");
    if (nbytes > room) nbytes = room;
    return write_some(fd, bytes, nbytes > most ? most : nbytes, offset);
}

/* One at a time, so that the calls of all threads have one order and the disk one number of bytes. */
__attribute__((visibility("default"))) ssize_t pwrite(int fd, const void *bytes, size_t nbytes,
                                                      off_t offset) {
    pthread_mutex_lock(&mutex);
    const ssize_t written = write_less(fd, bytes, nbytes, offset);
    pthread_mutex_unlock(&mutex);
    return written;
}

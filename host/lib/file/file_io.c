/* SPDX-License-Identifier: MIT
 *
 * System calls on files. Each function repeats its call until the work is done or a lasting error
 * occurs: signals and short transfers do not reach the caller. The module owns no descriptor: a
 * caller of file_open must close it. The module knows nothing about arrays, journals or error
 * messages. */
#include "file/file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The body of a function: repeats `call` while signals interrupt it, then returns 0 or its
 * errno. */
#define UNTIL_DONE(call)                                                                           \
    int code;                                                                                      \
    do code = (call) ? errno : 0;                                                                  \
    while (code == EINTR);                                                                         \
    return code

static int open_until_done(const char *path, int flags) {
    int fd;
    do fd = open(path, flags | O_CLOEXEC, 0666);
    while (fd < 0 && errno == EINTR);
    return fd;
}

int file_open(const char *path, int flags) {
    const int fd = open_until_done(path, flags);
    if (fd < 0 || fd > STDERR_FILENO) return fd;
    const int above = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), code = errno;
    close(fd);
    errno = code;
    return above;
}

int file_write(int fd, const void *bytes, size_t nbytes, uint64_t offset) {
    for (size_t done = 0; done < nbytes;) {
        const ssize_t written =
            pwrite(fd, (const char *)bytes + done, nbytes - done, (off_t)(offset + done));
        if (written < 0 && errno != EINTR) return errno;
        if (written == 0) return ENOSPC;
        if (written > 0) done += (size_t)written;
    }
    return 0;
}

int file_read(int fd, void *bytes, size_t nbytes, uint64_t offset) {
    for (size_t done = 0; done < nbytes;) {
        const ssize_t got = pread(fd, (char *)bytes + done, nbytes - done, (off_t)(offset + done));
        if (got < 0 && errno != EINTR) return errno;
        if (got == 0) memset((char *)bytes + done, 0, nbytes - done);
        if (got == 0) return 0;
        if (got > 0) done += (size_t)got;
    }
    return 0;
}

int file_sync(int fd) {
    UNTIL_DONE(fsync(fd));
}

int file_sync_data(int fd) {
    UNTIL_DONE(fdatasync(fd));
}

int file_truncate(int fd, uint64_t nbytes) {
    UNTIL_DONE(ftruncate(fd, (off_t)nbytes));
}

static int allocate(int fd, uint64_t nbytes) {
    UNTIL_DONE(fallocate(fd, 0, 0, (off_t)nbytes));
}

int file_reserve(int fd, uint64_t nbytes) {
    const int code = allocate(fd, nbytes);
    return code == EOPNOTSUPP || code == ENOSYS ? file_truncate(fd, nbytes) : code;
}

/* Two failures count as success, because nothing more can be done. With EINVAL, the file system
 * cannot synchronise a folder. With EACCES, the user may not read the folder. */
int file_sync_folder(const char *path) {
    /* An array is used instead of malloc. The file may have its final name already, and then a lack
     * of memory must not make the fill fail. */
    char copy[PATH_MAX];
    if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy) return ENAMETOOLONG;
    const int fd = open_until_done(dirname(copy), O_RDONLY | O_DIRECTORY), failed = errno;
    if (fd < 0) return failed == EACCES ? 0 : failed;
    const int code = file_sync(fd);
    close(fd);
    return code == EINVAL ? 0 : code;
}

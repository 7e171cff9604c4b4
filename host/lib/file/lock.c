/* SPDX-License-Identifier: MIT
 *
 * Locks between processes, as open file description locks on single bytes of a file. Each enum lock
 * is the offset of the locked byte. The byte's content does not matter, and the file may be empty.
 * The module owns nothing, because the open file owns its locks. It does not know what the file
 * holds. */
#include "file/lock.h"

#include <errno.h>
#include <fcntl.h>

static struct flock describe(enum lock lock, short type) {
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = lock, .l_len = 1};
}

static int set(int fd, int command, enum lock lock, enum lock_how how) {
    int failed, code;
    do {
        struct flock wish = describe(lock, how == LOCK_SHARED ? F_RDLCK : F_WRLCK);
        failed = fcntl(fd, command, &wish);
        code = failed ? errno : 0;
    } while (code == EINTR);
    /* POSIX allows both codes for a lock that another holds */
    return code == EACCES ? EAGAIN : code;
}

int lock_await(int fd, enum lock lock, enum lock_how how) {
    return set(fd, F_OFD_SETLKW, lock, how);
}

int lock_try(int fd, enum lock lock, enum lock_how how) {
    return set(fd, F_OFD_SETLK, lock, how);
}

void lock_release(int fd, enum lock lock) {
    struct flock wish = describe(lock, F_UNLCK);
    fcntl(fd, F_OFD_SETLK, &wish);
}

bool lock_is_held(int fd, enum lock lock) {
    struct flock other = describe(lock, F_WRLCK);
    return fcntl(fd, F_OFD_GETLK, &other) == 0 && other.l_type != F_UNLCK;
}

/* SPDX-License-Identifier: MIT
 *
 * The mark of a complete file: an extended attribute with the fingerprint of its fill. A shard that
 * is started again after the file is complete finds no journal any more, and knows the file by its
 * mark. The mark holds the time of the last change, so that a file that somebody has changed since
 * has none. The module owns nothing. */
#include "file/mark.h"

#include <stdint.h>
#include <sys/stat.h>
#include <sys/xattr.h>

static const char name[] = "user.outerfill.fingerprint";

struct mark {
    struct fingerprint fingerprint;
    int64_t seconds, nanoseconds; /* of the file's last change, since 1970 */
};

void mark_write(int fd, const struct fingerprint *fingerprint) {
    struct stat facts;
    if (fstat(fd, &facts)) return;
    const struct mark mark = {*fingerprint, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec};
    fsetxattr(fd, name, &mark, sizeof mark, 0);
}

bool mark_read(const char *path, struct fingerprint *fingerprint) {
    struct mark mark;
    struct stat facts;
    if (stat(path, &facts) || getxattr(path, name, &mark, sizeof mark) != (ssize_t)sizeof mark)
        return false;
    *fingerprint = mark.fingerprint;
    return mark.fingerprint.format == FINGERPRINT_FORMAT && mark.seconds == facts.st_mtim.tv_sec &&
           mark.nanoseconds == facts.st_mtim.tv_nsec;
}

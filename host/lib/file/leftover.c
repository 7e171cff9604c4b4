/* SPDX-License-Identifier: MIT
 *
 * Judges a PATH.part that is there already by its first page. Only a file that an earlier fill has
 * left may be written or emptied. The module owns nothing. It knows no journals, and does not look
 * at the data behind the header. */
#include "file/leftover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file_io.h"
#include "file/lock.h"
#include "file/npy.h"

static bool is_zero(const unsigned char *bytes, size_t nbytes) {
    for (size_t k = 0; k < nbytes; k++)
        if (bytes[k]) return false;
    return true;
}

/* After a power loss the header may be zeros, because it did not reach the disk. */
static void judge_header(const unsigned char header[NPY_DATA_OFFSET], struct leftover *leftover) {
    const bool is_whole = leftover->nbytes >= NPY_DATA_OFFSET;
    const size_t nbytes = is_whole ? NPY_DATA_OFFSET : (size_t)leftover->nbytes;
    const bool begins = npy_begins_own_header(header, nbytes);
    leftover->is_new = !is_whole && begins;
    leftover->is_foreign = !begins && !(is_whole && is_zero(header, nbytes));
    leftover->is_damaged =
        !leftover->is_new && !npy_read_own_header(header, &leftover->dtype, &leftover->num_planes,
                                                  &leftover->n, &leftover->m);
}

/* A file with a second name is not plain, because writing would change it under both names. */
int leftover_read(int fd, struct leftover *leftover) {
    unsigned char header[NPY_DATA_OFFSET];
    struct stat facts;
    *leftover = (struct leftover){.is_foreign = true, .is_damaged = true};
    if (fstat(fd, &facts)) return errno;
    leftover->is_plain = S_ISREG(facts.st_mode) && facts.st_nlink == 1;
    if (!leftover->is_plain) return 0;
    leftover->nbytes = (uint64_t)facts.st_size;
    const int code = file_read(fd, header, sizeof header, 0);
    if (!code) judge_header(header, leftover);
    return code;
}

int leftover_look(const char *name, struct leftover *leftover) {
    *leftover = (struct leftover){.is_foreign = true, .is_damaged = true};
    const int fd = file_open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) return errno == ELOOP ? 0 : errno; /* a symbolic link is not a plain file */
    const int code = leftover_read(fd, leftover);
    leftover->is_settling = lock_is_held(fd, LOCK_SETUP);
    leftover->is_filled = lock_is_held(fd, LOCK_RUN);
    close(fd);
    return code;
}

outerfill_status leftover_refuse(const char *name, outerfill_error *error) {
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" is in the way, and it is not what a fill left behind: move it, or "
                     "choose another name",
                     name);
}

outerfill_status leftover_check_shape(const struct leftover *leftover, const char *name,
                                      outerfill_dtype dtype, size_t num_planes, size_t n, size_t m,
                                      outerfill_error *error) {
    char shape[200] = "", type[64] = "";
    if (leftover->is_new || leftover->is_damaged || leftover->is_unread) return OUTERFILL_OK;
    if (leftover->num_planes != num_planes || leftover->n != n || leftover->m != m)
        snprintf(shape, sizeof shape, "its shape is (%zu, %zu, %zu) and not (%zu, %zu, %zu)",
                 leftover->num_planes, leftover->n, leftover->m, num_planes, n, m);
    if (leftover->dtype != dtype)
        snprintf(type, sizeof type, "its dtype is %s and not %s",
                 outerfill_dtype_name(leftover->dtype), outerfill_dtype_name(dtype));
    if (!*shape && !*type) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                     "\"%s\" belongs to another fill: %s%s%s; move it away, or begin anew", name,
                     shape, *shape && *type ? ", and " : "", type);
}

/* SPDX-License-Identifier: MIT
 *
 * The file of a fill, from its first name to its last. It is PATH.part until it is complete: locked against a second writer,
 * its space reserved before any work is done, written past the page cache where the file system has a way (a disk took 1.5 to 2
 * GB/s so, and 0.4 through a mapping), and at last given its name. What was there under that name is not touched before. */
#include "part.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "file_io.h"
#include "lock.h"
#include "npy.h"

#define PIECE_NBYTES ((size_t)4 << 20) /* of a write: from two threads a disk took 1.8 to 1.9 GB/s, of 1 MiB 1.6 to 1.7 */

static outerfill_status file_error(const char *verb, const char *path, int code, outerfill_error *error) {
    return error_set_file(error, verb, path, code);
}

outerfill_status part_error(const struct part *part, const char *verb, int code, outerfill_error *error) {
    return file_error(verb, part->part_path, code, error);
}

/* ---- The name ---- */

static outerfill_status refuse_existing(const char *path, outerfill_error *error) {
    return error_set(error, OUTERFILL_FILE_FAILED, "\"%s\" exists already and is kept: choose another name, or ask to replace it",
                     path);
}

static outerfill_status check_existing(struct part *part, const char *path, outerfill_existing existing, outerfill_error *error) {
    struct stat facts;
    if (path[strlen(path) - 1] == '/') return file_error(part->verb, path, EISDIR, error);
    if (stat(path, &facts)) {
        if (errno != ENOENT) return file_error(part->verb, path, errno, error);
        if (lstat(path, &facts)) return OUTERFILL_OK;
        return error_set(error, OUTERFILL_FILE_FAILED, "cannot %s \"%s\": it is a symbolic link to a file that is not there",
                         part->verb, path);
    }
    if (S_ISDIR(facts.st_mode)) return file_error(part->verb, path, EISDIR, error);
    if (!S_ISREG(facts.st_mode))
        return error_set(error, OUTERFILL_FILE_FAILED, "cannot %s \"%s\": it exists and is not a regular file", part->verb, path);
    if (existing == OUTERFILL_EXISTING_KEEP) return refuse_existing(path, error);
    part->replaces = true;
    part->mode = facts.st_mode & 0777;
    return OUTERFILL_OK;
}

/* The folder's real path and the name in it, so that a chdir during the fill does no harm. */
static char *absolute_path(const char *path) {
    char *copy_of_folder = strdup(path), *copy_of_name = strdup(path), *absolute = NULL;
    char *folder = copy_of_folder ? realpath(dirname(copy_of_folder), NULL) : NULL;
    int code = folder && !copy_of_name ? ENOMEM : errno;
    if (folder && copy_of_name && asprintf(&absolute, "%s/%s", folder, basename(copy_of_name)) < 0) {
        absolute = NULL;
        code = ENOMEM;
    }
    free(folder);
    free(copy_of_folder);
    free(copy_of_name);
    errno = code;
    return absolute;
}

static outerfill_status choose_names(struct part *part, outerfill_error *error) {
    part->path = part->replaces ? realpath(part->given_path, NULL) : absolute_path(part->given_path);
    if (!part->path) return file_error(part->verb, part->given_path, errno, error);
    if (asprintf(&part->part_path, "%s.part", part->path) >= 0) return OUTERFILL_OK;
    part->part_path = NULL;
    return error_set(error, OUTERFILL_OUT_OF_MEMORY, "the name \"%s\" found no memory", part->given_path);
}

outerfill_status part_init(struct part *part, const char *verb, const char *path, outerfill_existing existing, size_t data_nbytes,
                           outerfill_error *error) {
    *part = (struct part){.verb = verb, .given_path = path, .fd = -1, .direct_fd = -1};
    if (__builtin_add_overflow(data_nbytes, NPY_DATA_OFFSET, &part->nbytes) || part->nbytes > PTRDIFF_MAX)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT, "a file of %zu bytes of data is too large", data_nbytes);
    outerfill_status status = check_existing(part, path, existing, error);
    if (!status) status = choose_names(part, error);
    if (status) part_close(part);
    return status;
}

/* ---- Opening ---- */

static bool is_still_named(const struct part *part) {
    struct stat opened, named;
    return fstat(part->fd, &opened) == 0 && stat(part->part_path, &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

static outerfill_status take_locks(const struct part *part, bool is_shared, outerfill_error *error) {
    int code = lock_await(part->fd, LOCK_SETUP, LOCK_EXCLUSIVE);
    if (!code) code = lock_try(part->fd, LOCK_RUN, is_shared ? LOCK_SHARED : LOCK_EXCLUSIVE);
    if (!code) return OUTERFILL_OK;
    if (code != EAGAIN) return part_error(part, "lock", code, error);
    return error_set(error, OUTERFILL_FILE_FAILED, "\"%s\" is being written by another fill: wait for it, or choose another name",
                     part->part_path);
}

/* A file of that name is used only where it can be nothing but what a fill has left behind: empty, or with a header of
 * ours or the beginning of one, or with zeros in its place, where the power failed before it reached the disk. */
static outerfill_status check_leftover(struct part *part, outerfill_error *error) {
    static const unsigned char zeros[NPY_DATA_OFFSET];
    unsigned char header[NPY_DATA_OFFSET];
    struct stat facts;
    if (fstat(part->fd, &facts)) return part_error(part, "read", errno, error);
    const bool is_plain = S_ISREG(facts.st_mode) && facts.st_nlink == 1;
    const int code = is_plain && facts.st_size ? file_read(part->fd, header, sizeof header, 0) : 0;
    if (code) return part_error(part, "read", code, error);
    part->is_new = is_plain && facts.st_size < (off_t)sizeof header && npy_begins_own_header(header, (size_t)facts.st_size);
    if (part->is_new) return OUTERFILL_OK;
    const bool is_ours = is_plain && facts.st_size >= (off_t)sizeof header &&
                         (npy_is_own_header(header) || memcmp(header, zeros, sizeof zeros) == 0);
    if (is_ours) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" is in the way, and it is not what a fill left behind: move it, or choose another name",
                     part->part_path);
}

/* The locks decide who may write; the file may have been renamed or removed by its previous owner just before we got them. */
outerfill_status part_open(struct part *part, bool is_shared, outerfill_error *error) {
    outerfill_status status;
    if (part->replaces && access(part->path, W_OK)) return file_error("replace", part->given_path, errno, error);
    do {
        if (part->fd >= 0) close(part->fd);
        part->fd = file_open(part->part_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
        if (part->fd < 0) return part_error(part, "create", errno, error);
        status = take_locks(part, is_shared, error);
    } while (!status && !is_still_named(part));
    if (!status) status = check_leftover(part, error);
    if (!status && part->replaces) fchmod(part->fd, (part->mode & 0666) | 0600); /* no more may read it than the old one */
    if (status || part->replaces || access(part->path, F_OK)) return status;
    if (part->is_new) part_remove(part); /* while we waited, the previous owner has completed it */
    return refuse_existing(part->given_path, error);
}

outerfill_status part_clear(struct part *part, outerfill_error *error) {
    const int code = file_truncate(part->fd, 0);
    part->is_new = true;
    return code ? part_error(part, "truncate", code, error) : OUTERFILL_OK;
}

/* ---- Header and space ---- */

static outerfill_status no_space(const struct part *part, size_t missing, int code, outerfill_error *error) {
    struct statvfs disk;
    if (code != ENOSPC && code != EDQUOT) return part_error(part, "reserve the space of", code, error);
    const unsigned long long free_nbytes = fstatvfs(part->fd, &disk) ? 0 : (unsigned long long)disk.f_bavail * disk.f_frsize;
    return error_set(error, OUTERFILL_FILE_FAILED, "\"%s\" needs %zu bytes, and its file system has %llu bytes free: %s",
                     part->given_path, missing, free_nbytes, strerror(code));
}

/* Asks first: some file systems fill up before they say that there is not enough. A tmpfs without limit has no blocks at all. */
static outerfill_status reserve(const struct part *part, outerfill_error *error) {
    struct statvfs disk;
    struct stat facts;
    const size_t there = fstat(part->fd, &facts) ? 0 : (size_t)facts.st_blocks * 512;
    const size_t missing = part->nbytes > there ? part->nbytes - there : 0;
    const bool has_limit = fstatvfs(part->fd, &disk) == 0 && disk.f_blocks && disk.f_frsize;
    if (has_limit && missing && missing / disk.f_frsize >= disk.f_bavail) return no_space(part, missing, ENOSPC, error);
    /* reserving 160 MB of tmpfs took 60 ms, and writing it afterwards 100 */
    int code = part->is_in_memory ? 0 : file_reserve(part->fd, part->nbytes);
    if (!code) code = file_truncate(part->fd, part->nbytes); /* what is left of an earlier fill may be longer */
    return code ? no_space(part, missing, code, error) : OUTERFILL_OK;
}

static outerfill_status check_header(struct part *part, const unsigned char *header, outerfill_error *error) {
    unsigned char there[NPY_DATA_OFFSET];
    const int code = file_read(part->fd, there, sizeof there, 0);
    if (code) return part_error(part, "read", code, error);
    if (!npy_is_own_header(there) || memcmp(there, header, sizeof there) == 0) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_INVALID_ARGUMENT, "\"%s\" is not of this dtype and shape: it belongs to another fill",
                     part->part_path);
}

static bool is_in_memory(int fd) {
    struct statfs disk;
    return fstatfs(fd, &disk) == 0 && disk.f_type == TMPFS_MAGIC;
}

static void open_direct(struct part *part) {
    if (!part->write && !part->is_in_memory)
        part->direct_fd = file_open(part->part_path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_DIRECT);
    part->is_direct = part->direct_fd >= 0;
}

/* The space is asked for behind the header: a killed fill leaves a file that can be told to be ours. */
outerfill_status part_prepare(struct part *part, const unsigned char *header, outerfill_error *error) {
    part->is_in_memory = is_in_memory(part->fd);
    outerfill_status status = part->is_new ? OUTERFILL_OK : check_header(part, header, error);
    const int code = status ? 0 : file_write(part->fd, header, NPY_DATA_OFFSET, 0);
    if (code == ENOSPC || code == EDQUOT) return no_space(part, part->nbytes, code, error);
    if (code) return part_error(part, "write", code, error);
    if (!status) status = reserve(part, error);
    if (!status) open_direct(part);
    return status;
}

/* ---- Data ---- */

static size_t least(size_t x, size_t y) {
    return x < y ? x : y;
}

/* Some file systems let a file be opened for direct writes and refuse the first one: then, from there on, through the page
 * cache. */
static int write_piece(struct part *part, bool direct, const char *bytes, size_t nbytes, uint64_t offset) {
    if (direct && part->is_direct) {
        const int code = file_write(part->direct_fd, bytes, nbytes, offset);
        if (code != EINVAL) return code;
        part->is_direct = false;
    }
    const int code = file_write(part->fd, bytes, nbytes, offset);
    /* the disk begins at once: what waits in the cache counts as this process's memory in some batch systems */
    if (!code && nbytes >= PART_PAGE_NBYTES) sync_file_range(part->fd, (off_t)offset, (off_t)nbytes, SYNC_FILE_RANGE_WRITE);
    return code;
}

static int write_pieces(struct part *part, bool direct, const char *bytes, size_t nbytes, uint64_t offset) {
    int code = 0;
    for (size_t done = 0; !code && done < nbytes; done += PIECE_NBYTES)
        code = write_piece(part, direct, bytes + done, least(PIECE_NBYTES, nbytes - done), offset + done);
    return code;
}

/* Whole pages directly; the rests before and behind them, which share their pages with other runs, through the page cache. */
int part_write(struct part *part, const void *bytes, size_t nbytes, uint64_t offset) {
    if (part->write) return part->write(bytes, nbytes, offset, part->write_data);
    const char *from = bytes;
    const bool is_level = (uintptr_t)from % PART_PAGE_NBYTES == offset % PART_PAGE_NBYTES;
    const size_t head = least(nbytes, (PART_PAGE_NBYTES - offset % PART_PAGE_NBYTES) % PART_PAGE_NBYTES);
    const size_t pages = (nbytes - head) / PART_PAGE_NBYTES * PART_PAGE_NBYTES, tail = nbytes - head - pages;
    if (!is_level || !part->is_direct || !pages) return write_pieces(part, false, from, nbytes, offset);
    int code = file_write(part->fd, from, head, offset);
    if (!code) code = write_pieces(part, true, from + head, pages, offset + head);
    return code ? code : file_write(part->fd, from + head + pages, tail, offset + head + pages);
}

int part_read(struct part *part, void *bytes, size_t nbytes, uint64_t offset, const char **data) {
    const size_t before = offset % PART_PAGE_NBYTES,
                 pages = (before + nbytes + PART_PAGE_NBYTES - 1) / PART_PAGE_NBYTES * PART_PAGE_NBYTES;
    *data = (char *)bytes + before;
    if (part->is_direct) {
        const int code = file_read(part->direct_fd, bytes, pages, offset - before);
        if (code != EINVAL) return code;
    }
    return file_read(part->fd, (char *)bytes + before, nbytes, offset);
}

/* ---- The end ---- */

/* Where nothing was to be replaced, nothing is, also when a file came there meanwhile. */
static int rename_part(const struct part *part) {
    int failed;
    do
        failed = part->replaces ? rename(part->part_path, part->path)
                                : renameat2(AT_FDCWD, part->part_path, AT_FDCWD, part->path, RENAME_NOREPLACE);
    while (failed && errno == EINTR);
    if (!failed) return 0;
    if (part->replaces || (errno != EINVAL && errno != ENOSYS)) return errno;
    if (link(part->part_path, part->path) == 0) return unlink(part->part_path) && errno != ENOENT ? errno : 0;
    if (errno == EEXIST) return errno;
    return rename(part->part_path, part->path) ? errno : 0;
}

outerfill_status part_publish(struct part *part, outerfill_error *error) {
    if (part->replaces) fchmod(part->fd, part->mode);
    const int renamed = rename_part(part);
    if (renamed) return file_error("give its name to", part->given_path, renamed, error);
    const int synchronised = file_sync_folder(part->path);
    return synchronised ? file_error("synchronise the folder of", part->given_path, synchronised, error) : OUTERFILL_OK;
}

void part_drop_second_name(const struct part *part) {
    struct stat named, part_named;
    const bool is_same = stat(part->path, &named) == 0 && lstat(part->part_path, &part_named) == 0 &&
                         named.st_dev == part_named.st_dev && named.st_ino == part_named.st_ino;
    if (is_same) unlink(part->part_path);
}

void part_remove(struct part *part) {
    if (part->fd >= 0) unlink(part->part_path);
}

void part_close(struct part *part) {
    if (part->direct_fd >= 0) close(part->direct_fd);
    if (part->fd >= 0) close(part->fd);
    free(part->path);
    free(part->part_path);
    *part = (struct part){.fd = -1, .direct_fd = -1};
}

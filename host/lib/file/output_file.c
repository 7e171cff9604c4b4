/* SPDX-License-Identifier: MIT
 *
 * The file of a fill, from its first name to its last. It is PATH.part until it is complete: locked against a second writer,
 * its space reserved before any work is done, written past the page cache where the file system has a way (a disk took 1.5 to 2
 * GB/s so, and 0.4 through a mapping), and at last given its name. What was there under that name is not touched before. */
#include "file/output_file.h"

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

#include "file/file_io.h"
#include "file/lock.h"
#include "file/npy.h"

#define PIECE_NBYTES                                                                               \
    ((size_t)4                                                                                     \
     << 20) /* of a write: from two threads a disk took 1.8 to 1.9 GB/s, of 1 MiB 1.6 to 1.7 */

static outerfill_status file_error(const char *verb, const char *path, int code,
                                   outerfill_error *error) {
    return error_set_file(error, verb, path, code);
}

outerfill_status output_file_error(const struct output_file *output, const char *verb, int code,
                                   outerfill_error *error) {
    return file_error(verb, output->part_path, code, error);
}

/* ---- The name ---- */

static outerfill_status refuse_existing(const char *path, outerfill_error *error) {
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" exists already and is kept: choose another name, or ask to replace it",
                     path);
}

static outerfill_status check_existing(struct output_file *output, const char *path,
                                       outerfill_existing existing, outerfill_error *error) {
    struct stat facts;
    if (path[strlen(path) - 1] == '/') return file_error(output->verb, path, EISDIR, error);
    if (stat(path, &facts)) {
        if (errno != ENOENT) return file_error(output->verb, path, errno, error);
        if (lstat(path, &facts)) return OUTERFILL_OK;
        return error_set(error, OUTERFILL_FILE_FAILED,
                         "cannot %s \"%s\": it is a symbolic link to a file that is not there",
                         output->verb, path);
    }
    if (S_ISDIR(facts.st_mode)) return file_error(output->verb, path, EISDIR, error);
    if (!S_ISREG(facts.st_mode))
        return error_set(error, OUTERFILL_FILE_FAILED,
                         "cannot %s \"%s\": it exists and is not a regular file", output->verb,
                         path);
    if (existing == OUTERFILL_EXISTING_KEEP) return refuse_existing(path, error);
    output->replaces = true;
    output->mode = facts.st_mode & 0777;
    return OUTERFILL_OK;
}

/* The folder's real path and the name in it, so that a chdir during the fill does no harm. */
static char *absolute_path(const char *path) {
    char *copy_of_folder = strdup(path), *copy_of_name = strdup(path), *absolute = NULL;
    char *folder = copy_of_folder ? realpath(dirname(copy_of_folder), NULL) : NULL;
    int code = folder && !copy_of_name ? ENOMEM : errno;
    if (folder && copy_of_name &&
        asprintf(&absolute, "%s/%s", folder, basename(copy_of_name)) < 0) {
        absolute = NULL;
        code = ENOMEM;
    }
    free(folder);
    free(copy_of_folder);
    free(copy_of_name);
    errno = code;
    return absolute;
}

static outerfill_status choose_names(struct output_file *output, outerfill_error *error) {
    output->path =
        output->replaces ? realpath(output->given_path, NULL) : absolute_path(output->given_path);
    if (!output->path) return file_error(output->verb, output->given_path, errno, error);
    if (asprintf(&output->part_path, "%s.part", output->path) >= 0) return OUTERFILL_OK;
    output->part_path = NULL;
    return error_set(error, OUTERFILL_OUT_OF_MEMORY, "the name \"%s\" found no memory",
                     output->given_path);
}

outerfill_status output_file_init(struct output_file *output, const char *verb, const char *path,
                                  outerfill_existing existing, size_t data_nbytes,
                                  outerfill_error *error) {
    *output = (struct output_file){.verb = verb, .given_path = path, .fd = -1, .direct_fd = -1};
    if (__builtin_add_overflow(data_nbytes, NPY_DATA_OFFSET, &output->nbytes) ||
        output->nbytes > PTRDIFF_MAX)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "a file of %zu bytes of data is too large", data_nbytes);
    outerfill_status status = check_existing(output, path, existing, error);
    if (!status) status = choose_names(output, error);
    if (status) output_file_close(output);
    return status;
}

/* ---- Opening ---- */

static bool is_still_named(const struct output_file *output) {
    struct stat opened, named;
    return fstat(output->fd, &opened) == 0 && stat(output->part_path, &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

static outerfill_status take_locks(const struct output_file *output, bool is_shared,
                                   outerfill_error *error) {
    int code = lock_await(output->fd, LOCK_SETUP, LOCK_EXCLUSIVE);
    if (!code) code = lock_try(output->fd, LOCK_RUN, is_shared ? LOCK_SHARED : LOCK_EXCLUSIVE);
    if (!code) return OUTERFILL_OK;
    if (code != EAGAIN) return output_file_error(output, "lock", code, error);
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" is being written by another fill: wait for it, or choose another name",
                     output->part_path);
}

/* A file of that name is used only where it can be nothing but what a fill has left behind: empty, or with a header of
 * ours or the beginning of one, or with zeros in its place, where the power failed before it reached the disk. */
static outerfill_status check_leftover(struct output_file *output, outerfill_error *error) {
    static const unsigned char zeros[NPY_DATA_OFFSET];
    unsigned char header[NPY_DATA_OFFSET];
    struct stat facts;
    if (fstat(output->fd, &facts)) return output_file_error(output, "read", errno, error);
    const bool is_plain = S_ISREG(facts.st_mode) && facts.st_nlink == 1;
    const int code =
        is_plain && facts.st_size ? file_read(output->fd, header, sizeof header, 0) : 0;
    if (code) return output_file_error(output, "read", code, error);
    output->is_new = is_plain && facts.st_size < (off_t)sizeof header &&
                     npy_begins_own_header(header, (size_t)facts.st_size);
    if (output->is_new) return OUTERFILL_OK;
    const bool is_ours = is_plain && facts.st_size >= (off_t)sizeof header &&
                         (npy_is_own_header(header) || memcmp(header, zeros, sizeof zeros) == 0);
    if (is_ours) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" is in the way, and it is not what a fill left behind: move it, or "
                     "choose another name",
                     output->part_path);
}

/* The locks decide who may write; the file may have been renamed or removed by its previous owner just before we got them. */
outerfill_status output_file_open(struct output_file *output, bool is_shared,
                                  outerfill_error *error) {
    outerfill_status status;
    if (output->replaces && access(output->path, W_OK))
        return file_error("replace", output->given_path, errno, error);
    do {
        if (output->fd >= 0) close(output->fd);
        output->fd = file_open(output->part_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
        if (output->fd < 0) return output_file_error(output, "create", errno, error);
        status = take_locks(output, is_shared, error);
    } while (!status && !is_still_named(output));
    if (!status) status = check_leftover(output, error);
    if (!status && output->replaces)
        fchmod(output->fd, (output->mode & 0666) | 0600); /* no more may read it than the old one */
    if (status || output->replaces || access(output->path, F_OK)) return status;
    if (output->is_new)
        output_file_remove(output); /* while we waited, the previous owner has completed it */
    return refuse_existing(output->given_path, error);
}

outerfill_status output_file_clear(struct output_file *output, outerfill_error *error) {
    const int code = file_truncate(output->fd, 0);
    output->is_new = true;
    return code ? output_file_error(output, "truncate", code, error) : OUTERFILL_OK;
}

/* ---- Header and space ---- */

static outerfill_status no_space(const struct output_file *output, size_t missing, int code,
                                 outerfill_error *error) {
    struct statvfs disk;
    if (code != ENOSPC && code != EDQUOT)
        return output_file_error(output, "reserve the space of", code, error);
    const unsigned long long free_nbytes =
        fstatvfs(output->fd, &disk) ? 0 : (unsigned long long)disk.f_bavail * disk.f_frsize;
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" needs %zu bytes, and its file system has %llu bytes free: %s",
                     output->given_path, missing, free_nbytes, strerror(code));
}

/* Asks first: some file systems fill up before they say that there is not enough. A tmpfs without limit has no blocks at all. */
static outerfill_status reserve(const struct output_file *output, outerfill_error *error) {
    struct statvfs disk;
    struct stat facts;
    const size_t there = fstat(output->fd, &facts) ? 0 : (size_t)facts.st_blocks * 512;
    const size_t missing = output->nbytes > there ? output->nbytes - there : 0;
    const bool has_limit = fstatvfs(output->fd, &disk) == 0 && disk.f_blocks && disk.f_frsize;
    if (has_limit && missing && missing / disk.f_frsize >= disk.f_bavail)
        return no_space(output, missing, ENOSPC, error);
    /* reserving 160 MB of tmpfs took 60 ms, and writing it afterwards 100 */
    int code = output->is_in_memory ? 0 : file_reserve(output->fd, output->nbytes);
    if (!code)
        code = file_truncate(output->fd,
                             output->nbytes); /* what is left of an earlier fill may be longer */
    return code ? no_space(output, missing, code, error) : OUTERFILL_OK;
}

static outerfill_status check_header(struct output_file *output, const unsigned char *header,
                                     outerfill_error *error) {
    unsigned char there[NPY_DATA_OFFSET];
    const int code = file_read(output->fd, there, sizeof there, 0);
    if (code) return output_file_error(output, "read", code, error);
    if (!npy_is_own_header(there) || memcmp(there, header, sizeof there) == 0) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                     "\"%s\" is not of this dtype and shape: it belongs to another fill",
                     output->part_path);
}

static bool is_in_memory(int fd) {
    struct statfs disk;
    return fstatfs(fd, &disk) == 0 && disk.f_type == TMPFS_MAGIC;
}

static void open_direct(struct output_file *output) {
    if (!output->write && !output->is_in_memory)
        output->direct_fd =
            file_open(output->part_path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_DIRECT);
    output->is_direct = output->direct_fd >= 0;
}

/* The space is asked for behind the header: a killed fill leaves a file that can be told to be ours. */
outerfill_status output_file_prepare(struct output_file *output, const unsigned char *header,
                                     outerfill_error *error) {
    output->is_in_memory = is_in_memory(output->fd);
    outerfill_status status = output->is_new ? OUTERFILL_OK : check_header(output, header, error);
    const int code = status ? 0 : file_write(output->fd, header, NPY_DATA_OFFSET, 0);
    if (code == ENOSPC || code == EDQUOT) return no_space(output, output->nbytes, code, error);
    if (code) return output_file_error(output, "write", code, error);
    if (!status) status = reserve(output, error);
    if (!status) open_direct(output);
    return status;
}

/* ---- Data ---- */

static size_t least(size_t x, size_t y) {
    return x < y ? x : y;
}

/* Some file systems let a file be opened for direct writes and refuse the first one: then, from there on, through the page
 * cache. */
static int write_piece(struct output_file *output, bool direct, const char *bytes, size_t nbytes,
                       uint64_t offset) {
    if (direct && output->is_direct) {
        const int code = file_write(output->direct_fd, bytes, nbytes, offset);
        if (code != EINVAL) return code;
        output->is_direct = false;
    }
    const int code = file_write(output->fd, bytes, nbytes, offset);
    /* the disk begins at once: what waits in the cache counts as this process's memory in some batch systems */
    if (!code && nbytes >= PAGE_NBYTES)
        sync_file_range(output->fd, (off_t)offset, (off_t)nbytes, SYNC_FILE_RANGE_WRITE);
    return code;
}

static int write_pieces(struct output_file *output, bool direct, const char *bytes, size_t nbytes,
                        uint64_t offset) {
    int code = 0;
    for (size_t done = 0; !code && done < nbytes; done += PIECE_NBYTES)
        code = write_piece(output, direct, bytes + done, least(PIECE_NBYTES, nbytes - done),
                           offset + done);
    return code;
}

/* Whole pages directly; the rests before and behind them, which share their pages with other runs, through the page cache. */
int output_file_write(struct output_file *output, const void *bytes, size_t nbytes,
                      uint64_t offset) {
    if (output->write) return output->write(bytes, nbytes, offset, output->write_data);
    const char *from = bytes;
    const bool is_level = (uintptr_t)from % PAGE_NBYTES == offset % PAGE_NBYTES;
    const size_t head = least(nbytes, (PAGE_NBYTES - offset % PAGE_NBYTES) % PAGE_NBYTES);
    const size_t pages = (nbytes - head) / PAGE_NBYTES * PAGE_NBYTES, tail = nbytes - head - pages;
    if (!is_level || !output->is_direct || !pages)
        return write_pieces(output, false, from, nbytes, offset);
    int code = file_write(output->fd, from, head, offset);
    if (!code) code = write_pieces(output, true, from + head, pages, offset + head);
    return code ? code : file_write(output->fd, from + head + pages, tail, offset + head + pages);
}

int output_file_read(struct output_file *output, void *bytes, size_t nbytes, uint64_t offset,
                     const char **data) {
    const size_t before = offset % PAGE_NBYTES,
                 pages = (before + nbytes + PAGE_NBYTES - 1) / PAGE_NBYTES * PAGE_NBYTES;
    *data = (char *)bytes + before;
    if (output->is_direct) {
        const int code = file_read(output->direct_fd, bytes, pages, offset - before);
        if (code != EINVAL) return code;
    }
    return file_read(output->fd, (char *)bytes + before, nbytes, offset);
}

/* ---- The end ---- */

/* Where nothing was to be replaced, nothing is, also when a file came there meanwhile. */
static int rename_part(const struct output_file *output) {
    int failed;
    do
        failed = output->replaces ? rename(output->part_path, output->path)
                                  : renameat2(AT_FDCWD, output->part_path, AT_FDCWD, output->path,
                                              RENAME_NOREPLACE);
    while (failed && errno == EINTR);
    if (!failed) return 0;
    if (output->replaces || (errno != EINVAL && errno != ENOSYS)) return errno;
    if (link(output->part_path, output->path) == 0)
        return unlink(output->part_path) && errno != ENOENT ? errno : 0;
    if (errno == EEXIST) return errno;
    return rename(output->part_path, output->path) ? errno : 0;
}

outerfill_status output_file_publish(struct output_file *output, outerfill_error *error) {
    if (output->replaces) fchmod(output->fd, output->mode);
    const int renamed = rename_part(output);
    if (renamed) return file_error("give its name to", output->given_path, renamed, error);
    const int synchronised = file_sync_folder(output->path);
    return synchronised
               ? file_error("synchronise the folder of", output->given_path, synchronised, error)
               : OUTERFILL_OK;
}

void output_file_drop_second_name(const struct output_file *output) {
    struct stat named, output_file_named;
    const bool is_same =
        stat(output->path, &named) == 0 && lstat(output->part_path, &output_file_named) == 0 &&
        named.st_dev == output_file_named.st_dev && named.st_ino == output_file_named.st_ino;
    if (is_same) unlink(output->part_path);
}

void output_file_remove(struct output_file *output) {
    if (output->fd >= 0) unlink(output->part_path);
}

void output_file_close(struct output_file *output) {
    if (output->direct_fd >= 0) close(output->direct_fd);
    if (output->fd >= 0) close(output->fd);
    free(output->path);
    free(output->part_path);
    *output = (struct output_file){.fd = -1, .direct_fd = -1};
}

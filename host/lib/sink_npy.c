/* SPDX-License-Identifier: MIT
 *
 * A file as the place for results. It is PATH.part until it is whole: created, locked against a second writer, its space
 * reserved (a full disk is then an error code and not a SIGBUS in the middle of a store), mapped into memory, filled, and at
 * last synchronised and renamed. What was there under the final name is not touched before that moment. */
#include "sink_npy.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "npy.h"

static outerfill_status file_error(const char *verb, const char *path, int code, outerfill_error *error) {
    return error_set(error, OUTERFILL_FILE_FAILED, "cannot %s \"%s\": %s", verb, path, strerror(code));
}

/* ---- The name ---- */

static outerfill_status check_existing(struct sink_npy *sink, const char *path, outerfill_existing existing,
                                       outerfill_error *error) {
    struct stat facts;
    if (path[strlen(path) - 1] == '/') return file_error("write", path, EISDIR, error);
    if (stat(path, &facts)) {
        if (errno != ENOENT) return file_error("write", path, errno, error);
        if (lstat(path, &facts)) return OUTERFILL_OK;
        return error_set(error, OUTERFILL_FILE_FAILED, "cannot write \"%s\": it is a symbolic link to a file that is not there",
                         path);
    }
    if (S_ISDIR(facts.st_mode)) return file_error("write", path, EISDIR, error);
    if (!S_ISREG(facts.st_mode))
        return error_set(error, OUTERFILL_FILE_FAILED, "cannot write \"%s\": it exists and is not a regular file", path);
    if (existing == OUTERFILL_EXISTING_KEEP)
        return error_set(error, OUTERFILL_FILE_FAILED,
                         "\"%s\" exists already and is kept: choose another name, or ask to replace it", path);
    if (access(path, W_OK)) return file_error("replace", path, errno, error);
    sink->replaces = true;
    sink->mode = facts.st_mode & 0777;
    return OUTERFILL_OK;
}

/* The folder's real path and the name in it, so that a chdir during the fill does no harm. */
static char *absolute_path(const char *path) {
    char *copy_of_folder = strdup(path), *copy_of_name = strdup(path), *absolute = NULL;
    char *folder = copy_of_folder ? realpath(dirname(copy_of_folder), NULL) : NULL;
    const int code = errno;
    if (folder && copy_of_name && asprintf(&absolute, "%s/%s", folder, basename(copy_of_name)) < 0) absolute = NULL;
    free(folder);
    free(copy_of_folder);
    free(copy_of_name);
    errno = code;
    return absolute;
}

static outerfill_status choose_names(struct sink_npy *sink, outerfill_error *error) {
    sink->path = sink->replaces ? realpath(sink->given_path, NULL) : absolute_path(sink->given_path);
    if (!sink->path) return file_error("write", sink->given_path, errno, error);
    if (asprintf(&sink->part_path, "%s.part", sink->path) >= 0) return OUTERFILL_OK;
    sink->part_path = NULL;
    return error_set(error, OUTERFILL_OUT_OF_MEMORY, "the name \"%s\" found no memory", sink->given_path);
}

/* ---- The file ---- */

static bool is_still_named(const struct sink_npy *sink) {
    struct stat opened, named;
    return fstat(sink->fd, &opened) == 0 && stat(sink->part_path, &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

/* A descriptor above the standard three: where the caller has closed one of those, what it prints must not go into our file. */
static int open_part(const char *path, int flags) {
    const int fd = open(path, flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (fd < 0 || fd > STDERR_FILENO) return fd;
    const int above = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return above;
}

/* A file of that name that is not new is used only where it can be nothing but what a killed fill left behind. */
static outerfill_status check_leftover(const struct sink_npy *sink, outerfill_error *error) {
    unsigned char header[NPY_DATA_OFFSET];
    struct stat facts;
    if (fstat(sink->fd, &facts)) return file_error("read", sink->part_path, errno, error);
    const bool is_plain = S_ISREG(facts.st_mode) && facts.st_nlink == 1;
    if (is_plain && facts.st_size == 0) return OUTERFILL_OK;
    const bool is_read = is_plain && pread(sink->fd, header, sizeof header, 0) == (ssize_t)sizeof header;
    if (is_read && npy_is_own_header(header)) return OUTERFILL_OK;
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" is in the way, and it is not what a fill left behind: move it, or choose another name",
                     sink->part_path);
}

static outerfill_status lock(const struct sink_npy *sink, outerfill_error *error) {
    if (flock(sink->fd, LOCK_EX | LOCK_NB) == 0) return OUTERFILL_OK;
    if (errno != EWOULDBLOCK) return file_error("lock", sink->part_path, errno, error);
    return error_set(error, OUTERFILL_FILE_FAILED, "\"%s\" is being written by another fill: wait for it, or choose another name",
                     sink->part_path);
}

/* The lock decides who may write; the file may have been renamed or removed by its previous owner just before we got it. */
static outerfill_status open_locked(struct sink_npy *sink, outerfill_error *error) {
    outerfill_status status;
    do {
        if (sink->fd >= 0) close(sink->fd);
        sink->fd = open_part(sink->part_path, O_CREAT | O_EXCL);
        const bool is_new = sink->fd >= 0;
        if (!is_new && errno == EEXIST) sink->fd = open_part(sink->part_path, 0);
        if (sink->fd < 0) return file_error("create", sink->part_path, errno, error);
        status = lock(sink, error);
        if (!status && !is_new) status = check_leftover(sink, error);
    } while (!status && !is_still_named(sink));
    sink->owns_part = !status;
    return status;
}

static outerfill_status write_header(const struct sink_npy *sink, const unsigned char *header, outerfill_error *error) {
    const ssize_t written = pwrite(sink->fd, header, NPY_DATA_OFFSET, 0);
    if (written == (ssize_t)NPY_DATA_OFFSET) return OUTERFILL_OK;
    return file_error("write", sink->part_path, written < 0 ? errno : ENOSPC, error);
}

static outerfill_status no_space(const struct sink_npy *sink, int code, outerfill_error *error) {
    struct statvfs disk;
    if (code != ENOSPC && code != EDQUOT) return file_error("reserve the space of", sink->part_path, code, error);
    const unsigned long long free_nbytes = fstatvfs(sink->fd, &disk) ? 0 : (unsigned long long)disk.f_bavail * disk.f_frsize;
    return error_set(error, OUTERFILL_FILE_FAILED, "\"%s\" needs %zu bytes, and its file system has %llu bytes free: %s",
                     sink->given_path, sink->nbytes, free_nbytes, strerror(code));
}

/* Asks first: some file systems fill up before they say that there is not enough. A tmpfs without limit has no blocks at all. */
static outerfill_status check_space(const struct sink_npy *sink, outerfill_error *error) {
    struct statvfs disk;
    const bool has_limit = fstatvfs(sink->fd, &disk) == 0 && disk.f_blocks && disk.f_frsize;
    return has_limit && sink->nbytes / disk.f_frsize >= disk.f_bavail ? no_space(sink, ENOSPC, error) : OUTERFILL_OK;
}

static outerfill_status reserve(const struct sink_npy *sink, outerfill_error *error) {
    int code;
    do code = posix_fallocate(sink->fd, 0, (off_t)sink->nbytes);
    while (code == EINTR);
    return code ? no_space(sink, code, error) : OUTERFILL_OK;
}

static outerfill_status map(struct sink_npy *sink, outerfill_error *error) {
    void *file = mmap(NULL, sink->nbytes, PROT_READ | PROT_WRITE, MAP_SHARED, sink->fd, 0);
    if (file == MAP_FAILED) return file_error("map", sink->part_path, errno, error);
    sink->file = file;
    return OUTERFILL_OK;
}

/* The space is asked for before the header is written: a full disk is then one sentence, with the bytes that are missing. */
static outerfill_status create(struct sink_npy *sink, const unsigned char *header, outerfill_error *error) {
    outerfill_status status = open_locked(sink, error);
    if (!status && ftruncate(sink->fd, 0)) status = file_error("truncate", sink->part_path, errno, error);
    if (!status) status = check_space(sink, error);
    if (!status) status = write_header(sink, header, error);
    if (!status) status = reserve(sink, error);
    return status ? status : map(sink, error);
}

static void release(struct sink_npy *sink) {
    if (sink->file) munmap(sink->file, sink->nbytes);
    if (sink->fd >= 0) close(sink->fd);
    free(sink->path);
    free(sink->part_path);
}

outerfill_status sink_npy_open(struct sink_npy *sink, const char *path, outerfill_existing existing, const unsigned char *header,
                               size_t data_nbytes, outerfill_error *error) {
    *sink = (struct sink_npy){.given_path = path, .fd = -1};
    if (__builtin_add_overflow(data_nbytes, NPY_DATA_OFFSET, &sink->nbytes) || sink->nbytes > PTRDIFF_MAX)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT, "a file of %zu bytes of data is too large", data_nbytes);
    outerfill_status status = check_existing(sink, path, existing, error);
    if (!status) status = choose_names(sink, error);
    if (!status) status = create(sink, header, error);
    if (status) sink_npy_discard(sink);
    return status;
}

void *sink_npy_data(const struct sink_npy *sink) {
    return sink->file + NPY_DATA_OFFSET;
}

/* ---- The end ---- */

/* Where nothing was to be replaced, nothing is, also when a file came there meanwhile. */
static int rename_part(const struct sink_npy *sink) {
    if (sink->replaces) return rename(sink->part_path, sink->path);
    if (renameat2(AT_FDCWD, sink->part_path, AT_FDCWD, sink->path, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    if (link(sink->part_path, sink->path) == 0) return unlink(sink->part_path);
    return errno == EEXIST ? -1 : rename(sink->part_path, sink->path);
}

/* A new name is durable when its folder is. Some file systems cannot synchronise a folder (EINVAL): then there is no more to do.
 */
static int sync_folder(const struct sink_npy *sink) {
    char *copy = strdup(sink->path);
    if (!copy) return -1;
    const int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (fd < 0) return errno == EACCES ? 0 : -1;
    const int failed = fsync(fd) != 0 && errno != EINVAL;
    close(fd);
    return failed ? -1 : 0;
}

static outerfill_status publish(struct sink_npy *sink, outerfill_error *error) {
    if (sink->replaces) fchmod(sink->fd, sink->mode);
    if (fsync(sink->fd)) return file_error("write", sink->part_path, errno, error);
    if (rename_part(sink)) return file_error("give its name to", sink->given_path, errno, error);
    return OUTERFILL_OK;
}

outerfill_status sink_npy_commit(struct sink_npy *sink, outerfill_error *error) {
    const outerfill_status status = publish(sink, error);
    if (status) {
        sink_npy_discard(sink);
        return status;
    }
    const int code = sync_folder(sink) ? errno : 0;
    const char *path = sink->given_path;
    release(sink);
    return code ? file_error("synchronise the folder of", path, code, error) : error_clear(error);
}

void sink_npy_discard(struct sink_npy *sink) {
    if (sink->owns_part) unlink(sink->part_path);
    release(sink);
    *sink = (struct sink_npy){.fd = -1};
}

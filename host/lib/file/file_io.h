/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_FILE_IO_H
#define OUTERFILL_FILE_FILE_IO_H

#include <stddef.h>
#include <stdint.h>

/* System calls on files that finish what they begin: interrupted calls are repeated, short
 * transfers are continued. Unless stated otherwise, a function returns 0 or an errno. Offsets and
 * lengths are in bytes. Threads may use one descriptor at the same time. */

/* Opens a file with open(2)'s flags and O_CLOEXEC, and with mode 0666 if it is created. Returns a
 * descriptor that the caller closes, or -1 with errno set. The descriptor is above 2. Otherwise a
 * caller that has closed one of the standard descriptors would print into the file. */
int file_open(const char *path, int flags);

/* Writes all nbytes at `offset`. A write that makes no progress is ENOSPC. */
int file_write(int fd, const void *bytes, size_t nbytes, uint64_t offset);

/* Reads nbytes from `offset` on. Where the file ends earlier, the rest of `bytes` becomes zeros,
 * and the result is 0. */
int file_read(int fd, void *bytes, size_t nbytes, uint64_t offset);

/* Brings the file to the disk: data, size and all other metadata. */
int file_sync(int fd);

/* Brings to the disk what is needed to read the data again: the data and the size, not the
 * times. */
int file_sync_data(int fd);

/* Makes the file nbytes long. New bytes are zeros, and have no space on the disk yet. */
int file_truncate(int fd, uint64_t nbytes);

/* Makes the file at least nbytes long, and reserves the disk space for them, so that a full disk
 * shows now and not in a later write. On a file system that cannot reserve, it only sets the length
 * to nbytes. */
int file_reserve(int fd, uint64_t nbytes);

/* Synchronises the folder that holds the file `path`, so that the name survives a power loss.
 * Returns 0 also where the system does not allow this. ENAMETOOLONG: `path` has PATH_MAX bytes or
 * more. */
int file_sync_folder(const char *path);

#endif

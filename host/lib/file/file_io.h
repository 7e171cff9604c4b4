/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_FILE_IO_H
#define OUTERFILL_FILE_FILE_IO_H

#include <stddef.h>
#include <stdint.h>

/* System calls on files that end what they begin: interrupted ones are repeated, short ones continued. They return 0 or an
 * errno; those that open, a descriptor, or -1 with errno. */

/* A descriptor above the standard three: where the caller has closed one of those, what it prints must not go into our file. */
int file_open(const char *path, int flags);

int file_write(int fd, const void *bytes, size_t nbytes, uint64_t offset);

/* Where the file ends before, the rest of bytes is zeroed: that is not an error here. */
int file_read(int fd, void *bytes, size_t nbytes, uint64_t offset);

int file_sync(int fd);      /* data and size, and all there is to know of the file */
int file_sync_data(int fd); /* what is needed to read the data again */

int file_truncate(int fd, uint64_t nbytes);

/* Makes the file nbytes long, and takes the space for that from the disk; where the file system cannot do that, only makes it
 * so long. */
int file_reserve(int fd, uint64_t nbytes);

/* Synchronises the folder of a file, so that its name lasts. */
int file_sync_folder(const char *path);

#endif

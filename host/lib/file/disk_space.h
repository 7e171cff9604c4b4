/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_DISK_SPACE_H
#define OUTERFILL_FILE_DISK_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The space that a file still needs, and the space that its file system has for this user. */
struct disk_space {
    size_t missing_nbytes;
    uint64_t free_nbytes; /* UINT64_MAX if the file system tells no limit */
    bool is_enough;
};

/* Returns the space for a file of nbytes bytes with this absolute path. The file need not exist.
 * The blocks that it has already are not missing. */
struct disk_space disk_space_for(const char *path, size_t nbytes);

/* Returns whether the file's file system is tmpfs. The file need not exist. */
bool disk_is_memory(const char *path);

#endif

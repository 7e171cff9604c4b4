/* SPDX-License-Identifier: MIT
 *
 * Asks a file system about its kind and its free space. Owns nothing, and writes nothing. */
#include "file/disk_space.h"

#include <libgen.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

/* The file tells about its file system. If it does not exist, its folder does. */
static bool ask(const char *path, struct statfs *disk) {
    char copy[PATH_MAX];
    if (statfs(path, disk) == 0) return true;
    if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy) return false;
    return statfs(dirname(copy), disk) == 0;
}

/* A journal has a head, a note and 64 bytes for each band of usually 1 MiB. The command may write a
 * status file and its successor. */
static uint64_t beside_nbytes(uint64_t nbytes) {
    return (size_t)4 * 4096 + nbytes / 4096;
}

/* A tmpfs without a limit reports 0 blocks in all. The last block is left free. */
struct disk_space disk_space_for(const char *path, size_t nbytes) {
    struct statfs disk;
    struct stat facts;
    const size_t there = stat(path, &facts) ? 0 : (size_t)facts.st_blocks * 512;
    struct disk_space space = {
        .missing_nbytes = nbytes > there ? nbytes - there : 0,
        .free_nbytes = UINT64_MAX,
        .is_enough = true,
    };
    if (!ask(path, &disk) || disk.f_blocks == 0 || disk.f_frsize <= 0) return space;
    const uint64_t block_nbytes = (uint64_t)disk.f_frsize;
    space.free_nbytes = (uint64_t)disk.f_bavail * block_nbytes;
    space.is_enough =
        space.missing_nbytes == 0 ||
        (space.missing_nbytes + beside_nbytes(space.missing_nbytes)) / block_nbytes < disk.f_bavail;
    return space;
}

bool disk_is_memory(const char *path) {
    struct statfs disk;
    return ask(path, &disk) && disk.f_type == TMPFS_MAGIC;
}

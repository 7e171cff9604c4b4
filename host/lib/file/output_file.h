/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_OUTPUT_FILE_H
#define OUTERFILL_FILE_OUTPUT_FILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "file/leftover.h"

/* A file that is being filled. Its name is PATH.part until it is complete, and PATH then. Threads
 * may share it for output_file_write and output_file_read. All other functions need it alone. */
struct output_file {
    char *path;               /* the final name: absolute, symbolic links followed; owned */
    char *part_path;          /* path with ".part"; owned */
    const char *given_path;   /* PATH as the caller gave it, for messages; borrowed */
    const char *verb;         /* for messages: "write" or "read"; borrowed */
    bool replaces;            /* a file PATH exists, and is to be replaced */
    mode_t mode;              /* the permissions of that file */
    bool is_new;              /* PATH.part holds nothing of an earlier fill */
    struct leftover leftover; /* what PATH.part held before this fill wrote to it */
    int fd;                   /* uses the page cache; holds the locks; -1: not open */
    int direct_fd;            /* bypasses the page cache; -1: not possible */
    atomic_bool is_direct;    /* direct_fd is used; false after it refused a write */
    bool is_in_memory;        /* the file system is tmpfs */
    size_t nbytes;            /* of the whole file, with its header */
};

/* Finds the names for PATH, and checks what exists there. Creates and opens nothing. `verb` and
 * `path` must stay valid as long as the output. The file's length is data_nbytes and the header's.
 * On success the caller calls output_file_close; on failure nothing is left to close. Fails with
 * OUTERFILL_INVALID_ARGUMENT (too large), OUTERFILL_FILE_FAILED (PATH exists and `existing` is
 * KEEP, PATH is not a regular file, or a folder cannot be reached) and _OUT_OF_MEMORY. */
outerfill_status output_file_init(struct output_file *output, const char *verb, const char *path,
                                  outerfill_existing existing, size_t data_nbytes,
                                  outerfill_error *error);

/* Looks at what an earlier fill has left in PATH.part, and sets is_new and leftover. Creates,
 * locks and keeps nothing open. A foreign header is left to the caller. Fails with
 * OUTERFILL_FILE_FAILED: PATH.part is not a plain file, it cannot be read, the folder is not
 * writable, or PATH may not be replaced. */
outerfill_status output_file_look(struct output_file *output, outerfill_error *error);

/* Opens PATH.part, or creates it, and takes its locks: LOCK_SETUP exclusively, and LOCK_RUN shared
 * (`is_shared`) or exclusively. Waits for LOCK_SETUP, but not for LOCK_RUN. Sets is_new and
 * leftover. The caller releases LOCK_SETUP when the file is prepared. A foreign header is left to
 * the caller, too. Also after a failure the caller closes the output, which gives up the locks.
 * Fails with OUTERFILL_FILE_FAILED: another fill writes PATH.part, it is not a plain file, it
 * cannot be created or locked, or PATH may not be replaced. */
outerfill_status output_file_open(struct output_file *output, bool is_shared,
                                  outerfill_error *error);

/* Returns whether the name PATH.part still means the open file. It does not if somebody has moved
 * or removed the file. */
bool output_file_is_named(const struct output_file *output);

/* Discards what an earlier fill has left in PATH.part: empties it and sets is_new. Fails with
 * OUTERFILL_FILE_FAILED. */
outerfill_status output_file_clear(struct output_file *output, outerfill_error *error);

/* Prepares PATH.part for data: writes `header` (NPY_DATA_OFFSET bytes), sets the file's length, and
 * reserves its space. Fails with OUTERFILL_FILE_FAILED (not enough space, or a failed write). */
outerfill_status output_file_prepare(struct output_file *output, const unsigned char *header,
                                     outerfill_error *error);

/* Writes nbytes at byte `offset` of the file. Returns 0 or an errno. Threads may call it at the
 * same time. Writing is
 * fastest if `bytes` and `offset` lie at the same distance from the beginning of a page. */
int output_file_write(struct output_file *output, const void *bytes, size_t nbytes,
                      uint64_t offset);

/* Reads nbytes from byte `offset` of the file on. Returns 0 or an errno. Threads may call it at the
 * same time, with buffers of their own. It reads past the page cache where possible, to tell what
 * is on the disk. `bytes` begins at a page and has room for nbytes and two pages more. *data points
 * to the data in `bytes`. */
int output_file_read(struct output_file *output, void *bytes, size_t nbytes, uint64_t offset,
                     const char **data);

/* Renames PATH.part to PATH, and synchronises the folder. The caller has synchronised the file
 * before, so that the name PATH never stands for incomplete data. A replaced file passes on its
 * permissions. Fails with OUTERFILL_FILE_FAILED: PATH cannot be renamed, a file has appeared there,
 * or the folder cannot be synchronised. In the last case the file has its name already. */
outerfill_status output_file_publish(struct output_file *output, outerfill_error *error);

/* Returns whether PATH and PATH.part are the same file. A fill leaves both names if it is stopped
 * between adding the one and removing the other. */
bool output_file_has_second_name(const struct output_file *output);

/* Removes the name PATH.part in that case. Reports no error. */
void output_file_drop_second_name(const struct output_file *output);

/* Removes PATH.part if it is the open file. Does not close it. Reports no error. */
void output_file_remove(struct output_file *output);

/* Closes the file, gives up its locks and frees the names. A second call does nothing. */
void output_file_close(struct output_file *output);

/* Sets the error for a failed system call on PATH.part: cannot `verb` it, with the meaning of the
 * errno `code`. Returns the status: OUTERFILL_OUT_OF_MEMORY for ENOMEM, otherwise
 * OUTERFILL_FILE_FAILED. */
outerfill_status output_file_error(const struct output_file *output, const char *verb, int code,
                                   outerfill_error *error);

#endif

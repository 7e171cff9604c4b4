/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_MPI_SHARED_FILE_H
#define OUTERFILL_MPI_SHARED_FILE_H

#include <limits.h>
#include <mpi.h>
#include <stddef.h>
#include <stdint.h>

/* The unfinished file PATH.part, as MPI-IO sees it. Use it only in the thread that called
 * MPI_Init_thread. */
struct shared_file {
    char part_path[PATH_MAX + sizeof ".part"];
    MPI_File file; /* MPI_FILE_NULL: not open yet */
};

/* Finds the name PATH.part, and opens nothing. `path` is shorter than PATH_MAX, which job_open
 * checks. The caller calls shared_file_close. Cannot fail. */
void shared_file_init(struct shared_file *shared, const char *path);

/* Closes the file if it was opened. */
void shared_file_close(struct shared_file *shared);

/* An outerfill_write: user_data is a struct shared_file. Writes nbytes at byte `offset`, and opens
 * the file at the first call. Returns 0 or an errno: ENOSPC, EDQUOT, EROFS, EACCES, ENOENT,
 * otherwise EIO. */
int shared_file_write(const void *bytes, size_t nbytes, uint64_t offset, void *user_data);

/* An outerfill_synchronize: user_data is a struct shared_file. Calls MPI_File_sync, which brings
 * this rank's data to the storage. Returns 0 or an errno as shared_file_write does. Does nothing if
 * the file was not opened. */
int shared_file_synchronize(void *user_data);

#endif

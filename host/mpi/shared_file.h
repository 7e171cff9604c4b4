/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_MPI_SHARED_FILE_H
#define OUTERFILL_MPI_SHARED_FILE_H

#include <limits.h>
#include <mpi.h>
#include <stddef.h>
#include <stdint.h>

/* The unfinished file, as MPI-IO sees it. */
struct shared_file {
    char part_path[PATH_MAX + sizeof ".part"];
    MPI_File file; /* MPI_FILE_NULL: not open yet */
};

/* No path is longer than PATH_MAX: job_open has looked. */
void shared_file_init(struct shared_file *shared, const char *path);
void shared_file_close(struct shared_file *shared);

/* An outerfill_write and an outerfill_synchronize; user_data is a struct shared_file. */
int shared_file_write(const void *bytes, size_t nbytes, uint64_t offset, void *user_data);
int shared_file_synchronize(void *user_data);

#endif

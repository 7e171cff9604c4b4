/* SPDX-License-Identifier: MIT
 *
 * Writing through MPI-IO. Every rank opens the file by itself: it is there when the first band is to be written, and what a rank
 * writes concerns no other. */
#include "shared_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WRITE_NBYTES                                                                           \
    ((size_t)1 << 30) /* MPI counts in int, and some implementations fail before its end */

void shared_file_init(struct shared_file *shared, const char *path) {
    char *real = realpath(
        path,
        NULL); /* a link to a file that is to be replaced: the unfinished one is beside that */
    snprintf(shared->part_path, sizeof shared->part_path, "%s.part", real ? real : path);
    free(real);
    shared->file = MPI_FILE_NULL;
}

void shared_file_close(struct shared_file *shared) {
    if (shared->file != MPI_FILE_NULL) MPI_File_close(&shared->file);
}

/* MPI's classes of errors, as far as errno has the like. */
static int errno_of(int code) {
    int class;
    if (code == MPI_SUCCESS) return 0;
    MPI_Error_class(code, &class);
    return class == MPI_ERR_NO_SPACE       ? ENOSPC
           : class == MPI_ERR_QUOTA        ? EDQUOT
           : class == MPI_ERR_READ_ONLY    ? EROFS
           : class == MPI_ERR_ACCESS       ? EACCES
           : class == MPI_ERR_NO_SUCH_FILE ? ENOENT
                                           : EIO;
}

static int write_piece(MPI_File file, const void *bytes, size_t nbytes, uint64_t offset) {
    MPI_Status status;
    int count;
    const int code =
        MPI_File_write_at(file, (MPI_Offset)offset, bytes, (int)nbytes, MPI_BYTE, &status);
    if (code != MPI_SUCCESS) return errno_of(code);
    MPI_Get_count(&status, MPI_BYTE, &count);
    return count == (int)nbytes ? 0 : ENOSPC; /* a short count is how a full disk is told */
}

int shared_file_write(const void *bytes, size_t nbytes, uint64_t offset, void *user_data) {
    struct shared_file *shared = user_data;
    int code = 0;
    if (shared->file == MPI_FILE_NULL)
        code = errno_of(MPI_File_open(MPI_COMM_SELF, shared->part_path, MPI_MODE_WRONLY,
                                      MPI_INFO_NULL, &shared->file));
    for (size_t done = 0; !code && done < nbytes; done += MAX_WRITE_NBYTES) {
        const size_t rest = nbytes - done,
                     piece = rest < MAX_WRITE_NBYTES ? rest : MAX_WRITE_NBYTES;
        code = write_piece(shared->file, (const char *)bytes + done, piece, offset + done);
    }
    return code;
}

int shared_file_synchronize(void *user_data) {
    const struct shared_file *shared = user_data;
    return shared->file == MPI_FILE_NULL ? 0 : errno_of(MPI_File_sync(shared->file));
}

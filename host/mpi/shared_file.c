/* SPDX-License-Identifier: MIT
 *
 * Writes the unfinished file through MPI-IO. Each rank opens the file alone, not in a collective
 * call: the ranks write disjoint bytes, and need not wait for each other. The file is opened at the
 * first write, because the library has created it by then. The module owns the MPI file. It knows
 * nothing about arrays, pieces or journals. */
#include "shared_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* MPI counts in int, and some implementations fail below its largest value. */
#define MAX_WRITE_NBYTES ((size_t)1 << 30)

void shared_file_init(struct shared_file *shared, const char *path) {
    /* If PATH is a link to a file that is to be replaced, the unfinished file lies beside the
     * link's target. */
    char *real = realpath(path, NULL);
    snprintf(shared->part_path, sizeof shared->part_path, "%s.part", real ? real : path);
    free(real);
    shared->file = MPI_FILE_NULL;
}

void shared_file_close(struct shared_file *shared) {
    if (shared->file != MPI_FILE_NULL) MPI_File_close(&shared->file);
}

/* Translates MPI's error classes to errno. EIO stands for all classes without an equivalent. */
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
    /* MPI reports a full disk as a short count */
    return count == (int)nbytes ? 0 : ENOSPC;
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

/* SPDX-License-Identifier: MIT
 *
 * A library to be preloaded into a rank: MPI's files fail as the environment says, through MPI's own profiling interface. Knows
 * nothing of outerfill.
 *
 *     FAILING_IO          "open", "write", "short" or "sync": which call fails, every time
 *     FAILING_IO_CLASS    "space", "quota", "read only", "access", "missing" or anything else: the class of the error
 * */
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

static int fails(const char *call) {
    const char *failing = getenv("FAILING_IO");
    return failing && strcmp(failing, call) == 0;
}

static int error_class(void) {
    static const struct {
        const char *name;
        int class;
    } rows[] = {{"space", MPI_ERR_NO_SPACE},
                {"quota", MPI_ERR_QUOTA},
                {"read only", MPI_ERR_READ_ONLY},
                {"access", MPI_ERR_ACCESS},
                {"missing", MPI_ERR_NO_SUCH_FILE}};
    const char *name = getenv("FAILING_IO_CLASS");
    for (size_t k = 0; name && k < sizeof rows / sizeof *rows; k++)
        if (strcmp(name, rows[k].name) == 0) return rows[k].class;
    return MPI_ERR_OTHER;
}

int MPI_File_open(MPI_Comm comm, const char *name, int mode, MPI_Info info, MPI_File *file) {
    return fails("open") ? error_class() : PMPI_File_open(comm, name, mode, info, file);
}

int MPI_File_write_at(MPI_File file, MPI_Offset offset, const void *bytes, int count,
                      MPI_Datatype type, MPI_Status *status) {
    if (fails("write")) return error_class();
    return PMPI_File_write_at(file, offset, bytes, fails("short") ? count / 2 : count, type,
                              status);
}

int MPI_File_sync(MPI_File file) {
    return fails("sync") ? error_class() : PMPI_File_sync(file);
}

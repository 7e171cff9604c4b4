/* SPDX-License-Identifier: MIT
 *
 * outerfill_npy_save: writes a vector into an NPY file. It writes a new file beside PATH, and
 * renames it when all bytes are on the disk. So PATH holds the old or the new vector at any time.
 * The module owns the new file until the rename. It does not know the format of the header. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "base/dtype.h"
#include "file/file_io.h"
#include "file/npy.h"

static int write_vector(int fd, outerfill_dtype dtype, const void *values, size_t n) {
    unsigned char header[NPY_VECTOR_HEADER_NBYTES];
    npy_write_vector_header(header, dtype, n);
    int code = file_write(fd, header, sizeof header, 0);
    if (!code) code = file_write(fd, values, n * outerfill_dtype_itemsize(dtype), sizeof header);
    return code ? code : file_sync(fd);
}

/* Returns 0 or an errno. After a failure no new file is left. */
static int save(const char *path, outerfill_dtype dtype, const void *values, size_t n) {
    char beside[PATH_MAX];
    /* Threads and processes may save under the same name at the same time. */
    if (snprintf(beside, sizeof beside, "%s.%ld", path, (long)gettid()) >= (int)sizeof beside)
        return ENAMETOOLONG;
    const int fd = file_open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (fd < 0) return errno;
    int code = write_vector(fd, dtype, values, n);
    if (close(fd) && !code) code = errno;
    if (!code && rename(beside, path)) code = errno;
    if (code)
        unlink(beside);
    else
        code = file_sync_folder(path);
    return code;
}

outerfill_status outerfill_npy_save(const char *path, outerfill_dtype dtype, const void *values,
                                    size_t n, outerfill_error *error) {
    if (!path || (!values && n))
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_npy_save: path and values may not be NULL");
    outerfill_status status = dtype_choose(&dtype, "dtype of outerfill_npy_save", error);
    if (status) return status;
    if (n > SIZE_MAX / outerfill_dtype_itemsize(dtype))
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_npy_save: %zu values exceed every address space", n);
    const int code = save(path, dtype, values, n);
    return code ? error_set_file(error, "write", path, code) : error_clear(error);
}

/* SPDX-License-Identifier: MIT
 *
 * outerfill_npy_load: reads a vector from an NPY file. It reads and converts piece by piece, so
 * that the conversion needs no second array of the file's size. The module owns the file while it
 * reads, and the new array until it succeeds. It does not know the format of the header or of the
 * elements. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/convert.h"
#include "base/dtype.h"

#define PIECE_N ((size_t)1 << 17) /* elements: 1 MiB of float64 */

static outerfill_status file_error(const char *path, const char *verb, int code,
                                   outerfill_error *error) {
    return error_set_file(error, verb, path, code);
}

/* Reads nbytes from byte `begin` on, or less where the file ends. Returns the number of bytes, or
 * -1 with errno set. file_read does not serve here: it hides that the file ends too early. */
static ssize_t read_fully(int fd, void *bytes, size_t nbytes, size_t begin) {
    size_t done = 0;
    while (done < nbytes) {
        const ssize_t got = pread(fd, (char *)bytes + done, nbytes - done, (off_t)(begin + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

/* O_NONBLOCK keeps open from waiting for a writer if the path is a FIFO, which is refused then. */
static outerfill_status open_regular(const char *path, int *fd, size_t *file_nbytes,
                                     outerfill_error *error) {
    struct stat facts;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0) return file_error(path, "open", errno, error);
    int code = fstat(*fd, &facts) ? errno : 0;
    if (!code && S_ISDIR(facts.st_mode)) code = EISDIR;
    if (!code && S_ISREG(facts.st_mode)) {
        *file_nbytes = (size_t)facts.st_size;
        return OUTERFILL_OK;
    }
    close(*fd);
    if (code) return file_error(path, "read", code, error);
    return error_set(error, OUTERFILL_FILE_FAILED, "cannot read \"%s\": it is not a regular file",
                     path);
}

static outerfill_status read_header(int fd, const char *path, size_t file_nbytes,
                                    struct npy_vector *vector, outerfill_error *error) {
    unsigned char bytes[NPY_PREFIX_NBYTES + NPY_MAX_HEADER_NBYTES];
    const ssize_t got = read_fully(fd, bytes, sizeof bytes, 0);
    if (got < 0) return file_error(path, "read", errno, error);
    return npy_read_header(bytes, (size_t)got, file_nbytes, path, vector, error);
}

static outerfill_status read_elements(int fd, const char *path, const struct npy_vector *vector,
                                      outerfill_dtype dtype, char *values, outerfill_error *error) {
    const size_t itemsize = outerfill_dtype_itemsize(dtype),
                 piece_nbytes = PIECE_N * vector->itemsize;
    unsigned char *piece = malloc(piece_nbytes);
    if (!piece) return error_no_memory(error, "reading \"%s\" (%zu bytes)", path, piece_nbytes);
    outerfill_status status = OUTERFILL_OK;
    for (size_t k = 0; !status && k < vector->n; k += PIECE_N) {
        const size_t num_elements = vector->n - k < PIECE_N ? vector->n - k : PIECE_N,
                     nbytes = num_elements * vector->itemsize;
        const ssize_t got =
            read_fully(fd, piece, nbytes, vector->data_begin + k * vector->itemsize);
        if (got < 0)
            status = file_error(path, "read", errno, error);
        else if ((size_t)got < nbytes)
            status = error_set(error, OUTERFILL_INVALID_ARGUMENT,
                               "\"%s\" became shorter while it was read", path);
        else
            convert_elements(vector, piece, num_elements, dtype, values + k * itemsize);
    }
    free(piece);
    return status;
}

static outerfill_status load(int fd, const char *path, size_t file_nbytes, outerfill_dtype dtype,
                             void **values, size_t *n, outerfill_error *error) {
    struct npy_vector vector = {0};
    outerfill_status status = read_header(fd, path, file_nbytes, &vector, error);
    if (status) return status;
    size_t nbytes;
    const bool overflow =
        __builtin_mul_overflow(vector.n, outerfill_dtype_itemsize(dtype), &nbytes);
    char *array = overflow ? NULL : outerfill_alloc(nbytes);
    if (!array) return error_no_memory(error, "%zu elements of \"%s\"", vector.n, path);
    status = read_elements(fd, path, &vector, dtype, array, error);
    if (status) {
        outerfill_free(array);
        return status;
    }
    *values = array;
    *n = vector.n;
    return error_clear(error);
}

outerfill_status outerfill_npy_load(const char *path, outerfill_dtype dtype, void **values,
                                    size_t *n, outerfill_error *error) {
    if (values) *values = NULL;
    if (n) *n = 0;
    if (!path || !values || !n)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "outerfill_npy_load: path, values and n may not be NULL");
    outerfill_status status = dtype_choose(&dtype, "dtype of outerfill_npy_load", error);
    if (status) return status;
    int fd;
    size_t file_nbytes = 0;
    status = open_regular(path, &fd, &file_nbytes, error);
    if (status) return status;
    status = load(fd, path, file_nbytes, dtype, values, n, error);
    close(fd);
    return status;
}

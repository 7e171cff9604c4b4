/* SPDX-License-Identifier: MIT
 *
 * The bytes of an NPY file, loaded from a file in memory by the public call: the verdict is that of the header's reader, and
 * the values are those that a conversion of all bytes at once gives. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "file/convert.h"
#include "fuzz.h"
#include "file/npy.h"

/* The file, which has these bytes now; its name for the process. */
static const char *write_file(const uint8_t *bytes, size_t nbytes) {
    static int fd = -1;
    static char name[32];
    if (fd < 0) fd = memfd_create("fuzz", 0);
    require(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, bytes, nbytes, 0) == (ssize_t)nbytes);
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    return name;
}

static void compare(const struct npy_vector *vector, const uint8_t *bytes, outerfill_dtype dtype,
                    const void *values) {
    const size_t nbytes = vector->n * outerfill_dtype_itemsize(dtype);
    void *expected = malloc(nbytes + 1);
    require(expected);
    convert_elements(vector, bytes + vector->data_begin, vector->n, dtype, expected);
    require(memcmp(values, expected, nbytes) == 0);
    free(expected);
}

static void load(const char *path, const uint8_t *bytes, size_t nbytes, outerfill_dtype dtype) {
    struct npy_vector vector;
    outerfill_error error, read_error;
    void *values;
    size_t n;
    const size_t most = NPY_PREFIX_NBYTES + NPY_MAX_HEADER_NBYTES;
    const outerfill_status status = outerfill_npy_load(path, dtype, &values, &n, &error);
    require(status == npy_read_header(bytes, nbytes < most ? nbytes : most, nbytes, path, &vector,
                                      &read_error));
    require(status == error.status &&
            (status ? !values && n == 0 && error.message[0] : n == vector.n));
    if (status) require(strcmp(error.message, read_error.message) == 0);
    if (!status) compare(&vector, bytes, dtype, values);
    outerfill_free(values);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nbytes) {
    const char *path = write_file(bytes, nbytes);
    load(path, bytes, nbytes, nbytes % 2 ? OUTERFILL_FLOAT32 : OUTERFILL_FLOAT64);
    return 0;
}

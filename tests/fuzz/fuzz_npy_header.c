/* SPDX-License-Identifier: MIT
 *
 * The bytes of an NPY file, taken apart and converted without a file. What is accepted lies within the bytes, and its elements
 * are converted into memory that ends with the last one; the header of a file of ours is written back byte by byte. */
#include <string.h>

#include "file/convert.h"
#include "fuzz.h"
#include "file/npy.h"

static void convert(const struct npy_vector *vector, const uint8_t *bytes, outerfill_dtype dtype) {
    void *values = malloc(vector->n * outerfill_dtype_itemsize(dtype) + 1);
    require(values);
    convert_elements(vector, bytes + vector->data_begin, vector->n, dtype, values);
    free(values);
}

static void read_any(const uint8_t *bytes, size_t nbytes) {
    struct npy_vector vector;
    outerfill_error error;
    error.status = OUTERFILL_OK;
    const size_t most = NPY_PREFIX_NBYTES + NPY_MAX_HEADER_NBYTES;
    if (npy_read_header(bytes, nbytes < most ? nbytes : most, nbytes, "x.npy", &vector, &error)) {
        require(error.status == OUTERFILL_INVALID_ARGUMENT &&
                strncmp(error.message, "\"x.npy\" ", 8) == 0);
        return;
    }
    require(vector.data_begin <= nbytes &&
            vector.n <= (nbytes - vector.data_begin) / vector.itemsize);
    convert(&vector, bytes, OUTERFILL_FLOAT64);
    convert(&vector, bytes, OUTERFILL_FLOAT32);
}

static void read_own(const uint8_t *bytes, size_t nbytes) {
    unsigned char header[NPY_DATA_OFFSET], again[NPY_DATA_OFFSET];
    outerfill_dtype dtype;
    size_t num_planes, n, m;
    npy_begins_own_header(bytes, nbytes < sizeof header ? nbytes : sizeof header);
    memset(header, ' ', sizeof header);
    memcpy(header, bytes, nbytes < sizeof header ? nbytes : sizeof header);
    header[sizeof header - 1] = '\n';
    if (!npy_read_own_header(header, &dtype, &num_planes, &n, &m)) return;
    npy_write_header(again, dtype, num_planes, n, m);
    require(npy_begins_own_header(header, sizeof header) &&
            memcmp(header, again, sizeof header) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nbytes) {
    read_any(bytes, nbytes);
    read_own(bytes, nbytes);
    return 0;
}

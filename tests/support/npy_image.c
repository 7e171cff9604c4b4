/* SPDX-License-Identifier: MIT */
#include "npy_image.h"

#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "scratch.h"

static void append(npy_image *image, const void *bytes, size_t nbytes) {
    assert_true(image->nbytes + nbytes <= sizeof image->bytes);
    memcpy(image->bytes + image->nbytes, bytes, nbytes);
    image->nbytes += nbytes;
}

void npy_image_begin(npy_image *image, int version, const char *header) {
    const unsigned char start[] = {0x93, 'N', 'U', 'M', 'P', 'Y', (unsigned char)version, 0};
    size_t length_nbytes = version == 1 ? 2 : 4;
    size_t end = (sizeof start + length_nbytes + strlen(header) + 1 + 63) / 64 * 64;
    size_t length = end - sizeof start - length_nbytes;
    const unsigned char digits[] = {(unsigned char)(length % 256), (unsigned char)(length / 256), 0,
                                    0};

    image->nbytes = 0;
    append(image, start, sizeof start);
    append(image, digits, length_nbytes);
    append(image, header, strlen(header));
    while (image->nbytes < end - 1) append(image, " ", 1);
    append(image, "\n", 1);
}

void npy_image_append(npy_image *image, const void *values, size_t itemsize, size_t num_values,
                      int reverse) {
    const unsigned char *bytes = values;

    for (size_t k = 0; k < num_values; k++)
        for (size_t at = 0; at < itemsize; at++)
            append(image, bytes + k * itemsize + (reverse ? itemsize - 1 - at : at), 1);
}

outerfill_status npy_image_load(const void *bytes, size_t nbytes, outerfill_dtype dtype,
                                void **values, size_t *n, outerfill_error *error) {
    const char *path = scratch_path("load.npy");
    outerfill_status status;

    scratch_write(path, bytes, nbytes);
    status = outerfill_npy_load(path, dtype, values, n, error);
    unlink(path);
    return status;
}

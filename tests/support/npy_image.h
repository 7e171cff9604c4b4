/* SPDX-License-Identifier: MIT
 *
 * .npy files put together byte by byte, good ones and bad ones, for tests of outerfill_npy_load.
 */
#ifndef NPY_IMAGE_H
#define NPY_IMAGE_H

#include <stddef.h>

#include <outerfill.h>

/* A file being put together. */
typedef struct npy_image {
    unsigned char bytes[4096];
    size_t nbytes;
} npy_image;

/* Begins anew: magic, version, the header's length in 2 bytes (version 1) or 4, and the header, padded with blanks so that the
 * data begin at a multiple of 64, as the format asks of a writer. */
void npy_image_begin(npy_image *image, int version, const char *header);

/* Appends values, each with its bytes in this machine's order or the other way round. */
void npy_image_append(npy_image *image, const void *values, size_t itemsize, size_t num_values,
                      int reverse);

/* Writes the bytes to a file of the scratch folder, load.npy, loads it and removes it. */
outerfill_status npy_image_load(const void *bytes, size_t nbytes, outerfill_dtype dtype,
                                void **values, size_t *n, outerfill_error *error);

#endif

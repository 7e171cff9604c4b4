/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_NPY_H
#define OUTERFILL_FILE_NPY_H

#include <stdbool.h>

#include "base/error.h"

/* The header of a file of ours is padded to one page, so that the data behind it can be mapped and written directly. */
#define NPY_DATA_OFFSET ((size_t)4096)

/* Writes the NPY_DATA_OFFSET bytes that stand before the data of an array of shape (num_planes, n, m) in C order. */
void npy_write_header(unsigned char *bytes, outerfill_dtype dtype, size_t num_planes, size_t n,
                      size_t m);

/* Whether bytes are the header of a file of ours: NumPy never pads one to a page. */
bool npy_is_own_header(const unsigned char bytes[NPY_DATA_OFFSET]);

/* Whether so many bytes are the beginning of such a header, whose writing was stopped; no byte at all is. */
bool npy_begins_own_header(const unsigned char *bytes, size_t nbytes);

/* Reads such a header; false where it is none. */
bool npy_read_own_header(const unsigned char bytes[NPY_DATA_OFFSET], outerfill_dtype *dtype,
                         size_t *num_planes, size_t *n, size_t *m);

/* What the header of an NPY file says of a 1-D array of real numbers. */
struct npy_vector {
    char kind;         /* NumPy's: 'b' bool, 'i' signed, 'u' unsigned, 'f' float */
    size_t itemsize;   /* in bytes */
    bool is_swapped;   /* the other byte order than this machine's */
    size_t n;          /* elements */
    size_t data_begin; /* where they begin in the file */
};

/* The longest header that is read: NumPy's own limit for files that are not trusted is 10000 characters. */
#define NPY_MAX_HEADER_NBYTES ((size_t)10000)

/* The bytes that tell how long the header is. */
#define NPY_PREFIX_NBYTES ((size_t)12)

/* Reads the header of a file of file_nbytes bytes from its first num_bytes, of which there should be NPY_PREFIX_NBYTES +
 * NPY_MAX_HEADER_NBYTES where the file has as many. `name` is the file's, for the sentence. */
outerfill_status npy_read_header(const unsigned char *bytes, size_t num_bytes, size_t file_nbytes,
                                 const char *name, struct npy_vector *vector,
                                 outerfill_error *error);

#endif

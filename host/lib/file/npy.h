/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_NPY_H
#define OUTERFILL_FILE_NPY_H

#include <stdbool.h>

#include "base/error.h"

/* The library pads the header of its files to one page, in bytes. The data then begin at a page, so
 * that they can be mapped, and written past the page cache. */
#define NPY_DATA_OFFSET ((size_t)4096)

/* Writes the header of an array of shape (num_planes, n, m) in C order. `bytes` receives
 * NPY_DATA_OFFSET bytes. */
void npy_write_header(unsigned char *bytes, outerfill_dtype dtype, size_t num_planes, size_t n,
                      size_t m);

/* The header of a vector is as short as NumPy's own, in bytes. */
#define NPY_VECTOR_HEADER_NBYTES ((size_t)128)

/* Writes the header of a vector of shape (n,). `bytes` receives NPY_VECTOR_HEADER_NBYTES bytes. */
void npy_write_vector_header(unsigned char *bytes, outerfill_dtype dtype, size_t n);

/* Whether nbytes bytes can be the beginning of a header that this library wrote. Its length
 * identifies it, because NumPy never pads a header to a page. dtype and shape are not looked at.
 * True for 0 bytes, as a fill leaves them that was stopped while it wrote the header. */
bool npy_begins_own_header(const unsigned char *bytes, size_t nbytes);

/* Reads the dtype and the shape from such a header. True only if npy_write_header would write the
 * same bytes; otherwise the results are undefined. */
bool npy_read_own_header(const unsigned char bytes[NPY_DATA_OFFSET], outerfill_dtype *dtype,
                         size_t *num_planes, size_t *n, size_t *m);

/* The content of an NPY file's header, for a 1-D array of real numbers. */
struct npy_vector {
    char kind;         /* NumPy's letter: 'b' bool, 'i' signed, 'u' unsigned, 'f' float */
    size_t itemsize;   /* in bytes */
    bool is_swapped;   /* the byte order is not this machine's */
    size_t n;          /* elements */
    size_t data_begin; /* byte offset of the first element in the file */
};

/* The longest header that is read. NumPy has the same limit for files that are not trusted: 10000
 * characters. */
#define NPY_MAX_HEADER_NBYTES ((size_t)10000)

/* The longest prefix before a header: 6 bytes of magic, 2 of version, 4 of the header's length. */
#define NPY_PREFIX_NBYTES ((size_t)12)

/* Reads the header of an NPY file that is file_nbytes long. `bytes` holds the first num_bytes bytes
 * of the file: NPY_PREFIX_NBYTES + NPY_MAX_HEADER_NBYTES, or the whole file if it is shorter.
 * `name` is the file's name for messages. Keeps no pointer. Fails with OUTERFILL_INVALID_ARGUMENT
 * if this is not an NPY file of version 1.0, 2.0 or 3.0, or if its header is malformed or too long.
 * It also fails for a dtype that is not real, for more or fewer dimensions than one, and for a
 * truncated file. */
outerfill_status npy_read_header(const unsigned char *bytes, size_t num_bytes, size_t file_nbytes,
                                 const char *name, struct npy_vector *vector,
                                 outerfill_error *error);

#endif

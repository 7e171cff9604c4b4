/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_VERIFY_H
#define OUTERFILL_FILL_VERIFY_H

#include "fill/ranges.h"
#include "fill/request.h"

/* The array whose cells are compared, wherever it is stored. Its creator releases it. */
struct stored {
    /* Sets *bytes to nbytes bytes of the array, from byte `offset` on. They belong to the reader
     * and stay valid until the next call. A failure's status is returned by verify_stored. */
    outerfill_status (*read)(const struct stored *, size_t offset, size_t nbytes,
                             const char **bytes, outerfill_error *);
};

/* Computes cells again and compares them with the stored ones, as
 * outerfill_fill_options.verify_cells says. The cells are random ones, the corners, and both
 * sides of the seams. A seam is where two bands met: seams holds ranges whose ends are seams,
 * and it must not be joined. The request must have been filled.
 *
 * verify_array compares an array in memory. Both fail with OUTERFILL_MISMATCH at the first cell
 * that differs, with OUTERFILL_OUT_OF_MEMORY, and as fill_run and the reader do. */
outerfill_status verify_stored(const struct stored *stored, const struct fill_request *request,
                               const struct ranges *seams, outerfill_error *error);
outerfill_status verify_array(const void *ab, const struct fill_request *request,
                              const struct ranges *seams, outerfill_error *error);

#endif

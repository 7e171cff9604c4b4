/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_VERIFY_H
#define OUTERFILL_FILL_VERIFY_H

#include "fill/ranges.h"
#include "fill/fill.h"

/* The array whose cells are compared, wherever it was stored. */
struct stored {
    /* Gives `nbytes` bytes of the array, from `offset` on. They stay valid until the next call. */
    outerfill_status (*read)(const struct stored *, size_t offset, size_t nbytes,
                             const char **bytes, outerfill_error *);
};

/* Compares cells with what they are computed to be once more, as outerfill_fill_options.verify_cells says. seams: ranges of
 * cells at whose ends bands met; not joined. */
outerfill_status verify_stored(const struct stored *stored, const struct fill_request *request,
                               const struct ranges *seams, outerfill_error *error);
outerfill_status verify_array(const void *ab, const struct fill_request *request,
                              const struct ranges *seams, outerfill_error *error);

#endif

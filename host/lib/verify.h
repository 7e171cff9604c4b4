/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_VERIFY_H
#define OUTERFILL_LIB_VERIFY_H

#include "part.h"
#include "ranges.h"
#include "fill.h"

/* Compares cells with what they are computed to be once more, as outerfill_fill_options.verify_cells says. seams: ranges of
 * cells at whose ends bands met; not joined. */
outerfill_status verify_part(struct part *part, const struct fill_request *request, const struct ranges *seams,
                             outerfill_error *error);
outerfill_status verify_array(const void *ab, const struct fill_request *request, const struct ranges *seams,
                              outerfill_error *error);

#endif

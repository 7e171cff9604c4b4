/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_RESUME_H
#define OUTERFILL_LIB_RESUME_H

#include "fill.h"
#include "journals.h"
#include "part.h"

/* Compares the bands of the request's cells that journals record with what is in the file, and adds those that are right to
 * `done`, which is joined then. Reports progress, and may be cancelled. */
outerfill_status resume_check(struct part *part, const struct journals *journals, const struct fill_request *request,
                              struct ranges *done, outerfill_error *error);

#endif

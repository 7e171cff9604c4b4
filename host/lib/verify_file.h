/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_VERIFY_FILE_H
#define OUTERFILL_LIB_VERIFY_FILE_H

#include "part.h"
#include "verify.h"

/* As verify_array, for the array in a file that is being written. */
outerfill_status verify_file(struct part *part, const struct fill_request *request, const struct ranges *seams,
                             outerfill_error *error);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_VERIFY_FILE_H
#define OUTERFILL_FILE_VERIFY_FILE_H

#include "file/output_file.h"
#include "fill/verify.h"

/* As verify_array, for the array in a file that is being written. */
outerfill_status verify_file(struct output_file *output, const struct fill_request *request,
                             const struct ranges *seams, outerfill_error *error);

#endif

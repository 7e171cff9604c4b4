/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_VERIFY_FILE_H
#define OUTERFILL_FILE_VERIFY_FILE_H

#include "file/output_file.h"
#include "fill/verify.h"

/* Does what verify_array does, for the array in an output file that is not closed yet. Reads past
 * the page cache where the file system allows it, to compare what is on the disk. Can also fail
 * with OUTERFILL_FILE_FAILED: the file cannot be read. */
outerfill_status verify_file(struct output_file *output, const struct fill_request *request,
                             const struct ranges *seams, outerfill_error *error);

#endif

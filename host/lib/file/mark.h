/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_MARK_H
#define OUTERFILL_FILE_MARK_H

#include "file/fingerprint.h"

/* Writes the mark of a file that is complete and synchronised. File systems without extended
 * attributes get none. */
void mark_write(int fd, const struct fingerprint *fingerprint);

/* Reads the fingerprint of the fill that completed the file. Returns false if the file has no mark,
 * or was changed after it. */
bool mark_read(const char *path, struct fingerprint *fingerprint);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_NBYTES_H
#define OUTERFILL_CLI_NBYTES_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a number of bytes, such as "512M" or "1.5GiB". K, M, G and T stand for 1024 to the power of
 * 1 to 4, and "B" or "iB" may follow the letter. Returns false for any other text, and unless the
 * number is at least 1 and below 2^63; *nbytes is then left alone. */
bool nbytes_parse(const char *text, size_t *nbytes);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_DURATION_H
#define OUTERFILL_CLI_DURATION_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a duration as seconds: a number with s, m, h or d behind it (seconds without), or [D-]H:MM:SS and M:SS as batch systems
 * have them. False where it is none, or not positive. */
bool duration_parse(const char *text, double *seconds);

/* Writes one, rounded up to seconds: 0:42, 2:05:00, 3-04:00:00. */
void duration_format(double seconds, char *text, size_t text_nbytes);

#endif

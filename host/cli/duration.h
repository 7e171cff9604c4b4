/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_DURATION_H
#define OUTERFILL_CLI_DURATION_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a duration and stores it in seconds. Valid are a number with s, m, h or d behind it, a
 * plain number of seconds, and the notation [D-]H:MM:SS or M:SS of batch systems. Returns false
 * for any other text, and unless the duration is above 0 and below 1e9 s. *seconds is then
 * undefined. */
bool duration_parse(const char *text, double *seconds);

/* Writes a duration, rounded up to whole seconds, such as 0:42, 2:05:00 or 3-04:00:00. Longer
 * durations are written as 1e9 s. */
void duration_format(double seconds, char *text, size_t text_nbytes);

#endif

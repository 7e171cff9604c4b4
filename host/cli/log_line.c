/* SPDX-License-Identifier: MIT
 *
 * This module begins the lines on standard error. In a log, each line begins with its local time in
 * ISO 8601, with seconds and the offset from UTC.
 *
 * It owns the choice whether the lines are those of a log. It does not know what they say. */
#include "log_line.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

/* Set once, before the process has a second thread. */
static bool is_log;

void log_line_begin_log(void) {
    is_log = true;
}

/* strftime writes an offset such as +0100, and this notation of a time needs +01:00. */
void log_line_stamp(void) {
    char text[64], offset[16];
    const time_t now = time(NULL);
    struct tm local;
    if (!is_log || !localtime_r(&now, &local)) return;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &local);
    strftime(offset, sizeof offset, "%z", &local);
    fprintf(stderr, "%s%.3s:%s ", text, offset, offset + 3);
}

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_LOG_LINE_H
#define OUTERFILL_CLI_LOG_LINE_H

/* From now on the lines on standard error are those of a log, and each begins with its time. */
void log_line_begin_log(void);

/* Begins a line on standard error: prints the time, such as "2026-11-27T03:15:03+01:00 ", if the
 * lines are those of a log. Call it before each message. */
void log_line_stamp(void);

#endif

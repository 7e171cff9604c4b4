/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_LOG_LINE_H
#define OUTERFILL_CLI_LOG_LINE_H

#include <stdbool.h>

#define LOG_LINE_TIME_NBYTES 96

/* From now on the lines on standard error are those of a log, and each begins with its time. A
 * command calls it when its options are read. Mistakes in the options are told without a time, as
 * by other commands, because it is not yet known whether a log was asked for. */
void log_line_begin_log(void);
bool log_line_is_log(void);

/* From now on the shard follows the time in each line. */
void log_line_set_shard(unsigned long shard, unsigned long num_shards);

/* Begins a line on standard error: prints the time, such as "2026-11-27T03:15:03+01:00 ", if the
 * lines are those of a log. Call it before each message. */
void log_line_stamp(void);

/* Writes that time, or "", into LOG_LINE_TIME_NBYTES bytes. A signal handler may call it. */
void log_line_time(char *text);

#endif

/* SPDX-License-Identifier: MIT
 *
 * This module begins the lines on standard error. In a log, each line begins with its local time
 * in ISO 8601, with seconds and the offset from UTC. The shard follows, since several may write
 * one log.
 *
 * It owns the choice whether the lines are those of a log. It does not know what they say. A signal
 * handler may ask for the time too, so the date is computed without the C library, whose functions
 * take a lock. */
#include "log_line.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Set once, before the process has a second thread. */
static bool is_log;
/* What follows the time, such as "shard 2/4: ", or "". */
static char shard_text[64];
/* Of local time from UTC, in seconds to the east, when it was last asked for. */
static atomic_long offset;

/* The system's rules for summer time may change the offset during a fill. */
static void ask_for_offset(void) {
    const time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local)) atomic_store(&offset, local.tm_gmtoff);
}

void log_line_begin_log(void) {
    is_log = true;
    ask_for_offset();
}

void log_line_set_shard(unsigned long shard, unsigned long num_shards) {
    snprintf(shard_text, sizeof shard_text, "shard %lu/%lu: ", shard, num_shards);
}

bool log_line_is_log(void) {
    return is_log;
}

/* Writes num_digits decimal digits and one character behind them. Returns the end. */
static char *write_number(char *to, long number, int num_digits, char behind) {
    for (int k = num_digits; k-- > 0; number /= 10) to[k] = (char)('0' + number % 10);
    to[num_digits] = behind;
    return to + num_digits + 1;
}

/* Writes YYYY-MM-DD and a T. In this calendar the year begins in March, so that a leap day is the
 * last day of its year, and an era has 400 years (Hinnant, chrono-Compatible Low-Level Date
 * Algorithms, civil_from_days). `days` counts from 1970-01-01 and is not negative. */
static char *write_date(char *to, long days) {
    const long from_era = days + 719468, era = from_era / 146097, day = from_era % 146097,
               year = (day - day / 1460 + day / 36524 - day / 146096) / 365,
               day_of_year = day - (365 * year + year / 4 - year / 100),
               from_march = (5 * day_of_year + 2) / 153,
               month = from_march < 10 ? from_march + 3 : from_march - 9;
    to = write_number(to, 400 * era + year + (month <= 2), 4, '-');
    to = write_number(to, month, 2, '-');
    return write_number(to, day_of_year - (153 * from_march + 2) / 5 + 1, 2, 'T');
}

void log_line_time(char *text) {
    const long east = atomic_load(&offset), seconds = (long)time(NULL) + east,
               second = seconds % 86400, distance = east < 0 ? -east : east;
    *text = '\0';
    if (!is_log) return;
    text = write_date(text, seconds / 86400);
    text = write_number(text, second / 3600, 2, ':');
    text = write_number(text, second / 60 % 60, 2, ':');
    text = write_number(text, second % 60, 2, east < 0 ? '-' : '+');
    text = write_number(text, distance / 3600, 2, ':');
    text = write_number(text, distance / 60 % 60, 2, ' ');
    strcpy(text, shard_text);
}

void log_line_stamp(void) {
    char text[LOG_LINE_TIME_NBYTES];
    if (is_log) ask_for_offset();
    log_line_time(text);
    fputs(text, stderr);
}

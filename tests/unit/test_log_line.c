/* SPDX-License-Identifier: MIT
 *
 * The time in front of a line: what strftime writes, for days of four centuries and many offsets from UTC. */
#include "../../host/cli/log_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "checks.h"

static time_t present; /* what the module takes for the time */

time_t time(time_t *seconds) {
    if (seconds) *seconds = present;
    return present;
}

/* strftime writes an offset such as +0100, and this notation of a time needs +01:00. */
static void check_time(void) {
    char expected[64], day[32], offset[16], text[LOG_LINE_TIME_NBYTES];
    struct tm local;
    assert_non_null(localtime_r(&present, &local));
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &local);
    strftime(offset, sizeof offset, "%z", &local);
    snprintf(expected, sizeof expected, "%s%.3s:%s ", day, offset, offset + 3);
    log_line_time(text);
    assert_string_equal(text, expected);
}

static void test_no_log(void **state) {
    char text[LOG_LINE_TIME_NBYTES] = "x";
    (void)state;
    log_line_time(text);
    assert_string_equal(text, "");
}

static void test_times(void **state) {
    static const char *const zones[] = {"UTC", "XYZ-05:30", "XYZ+03:30", "XYZ-14", "XYZ+12"};
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(zones); k++) {
        setenv("TZ", zones[k], 1);
        tzset();
        present = 86400;
        log_line_begin_log(); /* asks for the offset */
        for (; present < 86400 * 146097l; present += 86399) check_time();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_log),
        cmocka_unit_test(test_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

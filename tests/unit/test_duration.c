/* SPDX-License-Identifier: MIT
 *
 * Durations as they are typed and as they are shown, each with its seconds, and what is none. */
#include <stdio.h>
#include <string.h>

#include "../../host/cli/duration.h"
#include "checks.h"

static void test_read(void **state) {
    static const struct {
        const char *text;
        double seconds;
    } rows[] = {
        {"90", 90},           {"90s", 90},
        {"30m", 1800},        {"2h", 7200},
        {"1.5d", 129600},     {".5h", 1800},
        {"1:30", 90},         {"90:00", 5400},
        {"2:30:00", 9000},    {"0:00:01", 1},
        {"99:59:59", 359999}, {"1-02:03:04", 93784},
        {"0-00:00:05", 5},    {"00007-00:00:00", 604800},
    };
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        double seconds = -1;
        if (!duration_parse(rows[k].text, &seconds)) fail_msg("\"%s\" is refused", rows[k].text);
        if (seconds < rows[k].seconds || seconds > rows[k].seconds)
            fail_msg("\"%s\" is %g s", rows[k].text, seconds);
    }
}

static void test_refused(void **state) {
    static const char *const texts[] = {
        "",         "0",         "-5",      "5w",      "5M",     "1h30m",  "s",
        ".",        "x",         "1e3",     "0x10",    "nan",    "inf",    "99999d",
        "1:60",     "1:2:60",    "1:60:2",  "1:2:3:4", "1:",     ":1",     "1:2:",
        "1:x",      "1-2",       "1-02:03", "x-1:2:3", "-1:2:3", "1-:2:3", "1-",
        "1-1:2:3x", "1-2-3:4:5", "0:00",    " 1:30",   "1 :30",  "1:+3",   "99999-00:00:00",
        "+5",       " 5",
    };
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(texts); k++) {
        double seconds;
        if (duration_parse(texts[k], &seconds)) fail_msg("\"%s\" is %g s", texts[k], seconds);
    }
}

static void test_shown(void **state) {
    static const struct {
        double seconds;
        const char *text;
    } rows[] = {
        {0, "0:00"},       {0.2, "0:01"},       {42, "0:42"},           {59.5, "1:00"},
        {7500, "2:05:00"}, {86399, "23:59:59"}, {273600, "3-04:00:00"}, {1e300, "11574-01:46:40"}};
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        char text[32];
        duration_format(rows[k].seconds, text, sizeof text);
        assert_string_equal(text, rows[k].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT
 *
 * Guards that the library's clock is the monotonic one, in seconds. */
#include <time.h>

#include "base/clock.h"
#include "checks.h"

static double monotonic(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_the_clock(void **state) {
    const double before = monotonic(), now = clock_now(), after = monotonic();

    (void)state;
    assert_true(now > before - 1e-6 && now < after + 1e-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_clock)};

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT
 *
 * allocation_program SCENARIO FOLDER FIRST STEP: attempts at a scenario in which the FIRST-th allocation of ours fails, once, and
 * it and every later one; then the (FIRST + STEP)-th; and so on, to the last one there is where nothing fails. Where one comes to
 * something else than it does without faults, one more attempt, in which nothing fails. It prints what attempt.h says, and
 *     fault CALL once|always
 *     failed NUMBER PLACE      how many failed, and where the first was asked for
 *     again                    before the attempt in which nothing fails
 *     live NUMBER              what is left when all is destroyed
 *     end NUMBER               how many allocations there are where nothing fails
 * `allocation_program` alone prints the scenarios' names. */
#include <stdio.h>
#include <stdlib.h>

#include "allocations.h"
#include "attempt.h"

static void finish(long num_before) {
    attempts_end();
    printf("live %ld\n", allocations_live() - num_before);
    fflush(stdout);
}

/* The number of allocations where nothing fails. */
static unsigned long count(const struct scenario *scenario, const char *folder) {
    attempts_begin(scenario, folder);
    allocations_fail(0, 0);
    attempt();
    const unsigned long number = allocations_count();
    finish(0);
    return number;
}

static void fail(const struct scenario *scenario, const char *folder, unsigned long call,
                 int is_always) {
    const long num_before = allocations_live();
    printf("fault %lu %s\n", call, is_always ? "always" : "once");
    fflush(stdout); /* so that it is known in what a crash came */
    attempts_begin(scenario, folder);
    allocations_fail(call, is_always);
    const int is_done = attempt();
    allocations_stop();
    printf("failed %lu %s\n", allocations_failed(), allocations_place(call));
    if (!is_done) {
        printf("again\n");
        attempt();
    }
    finish(num_before);
}

int main(int argc, char **argv) {
    const struct scenario *scenario = argc == 5 ? scenario_find(argv[1]) : NULL;
    if (argc == 1) scenario_list(1);
    if (argc > 1 && !scenario)
        fprintf(stderr, "usage: allocation_program [SCENARIO FOLDER FIRST STEP]\n");
    if (!scenario) return argc == 1 ? 0 : 2;
    const unsigned long first = strtoul(argv[3], NULL, 10), step = strtoul(argv[4], NULL, 10);
    const unsigned long number = count(scenario, argv[2]);
    for (unsigned long call = first; call <= number && step; call += step)
        for (int is_always = 0; is_always < 2; is_always++)
            fail(scenario, argv[2], call, is_always);
    printf("end %lu\n", number);
    return 0;
}

/* SPDX-License-Identifier: MIT
 *
 * fault_program SCENARIO FOLDER: one attempt at a scenario, and where it came to something else than it does without faults,
 * one more: a fault that is over must be over. It prints what attempt.h says, and
 *     end
 * `fault_program` alone prints the names of the scenarios that are of interest where OpenCL fails. */
#include <stdio.h>

#include "attempt.h"

int main(int argc, char **argv) {
    const struct scenario *scenario = argc == 3 ? scenario_find(argv[1]) : NULL;
    if (argc == 1) scenario_list(0);
    if (argc > 1 && !scenario) fprintf(stderr, "usage: fault_program [SCENARIO FOLDER]\n");
    if (!scenario) return argc == 1 ? 0 : 2;
    attempts_begin(scenario, argv[2]);
    if (!attempt()) attempt();
    attempts_end();
    printf("end\n");
    return 0;
}

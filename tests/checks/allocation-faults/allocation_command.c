/* SPDX-License-Identifier: MIT
 *
 * The command, whose main is linked beside this, with an allocation that fails. The environment says which:
 *     OUTERFILL_ALLOCATION_CALL     its number, counted from 1; 0 or unset: none
 *     OUTERFILL_ALLOCATION_ALWAYS   1: every later one fails too
 *     OUTERFILL_ALLOCATION_LOG      the file that gets, at the command's end, how many failed, how many are still allocated, and
 *                                   where each was asked for:
 *                                       failed NUMBER
 *                                       live NUMBER
 *                                       place OBJECT+0xOFFSET
 *                                       end */
#include <stdio.h>
#include <stdlib.h>

#include "allocations.h"

static unsigned long number(const char *name) {
    const char *text = getenv(name);
    return text ? strtoul(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void) {
    allocations_fail(number("OUTERFILL_ALLOCATION_CALL"),
                     number("OUTERFILL_ALLOCATION_ALWAYS") == 1);
}

/* A destructor, because exit is what every way of the command comes to, and its streams are closed later still. */
__attribute__((destructor)) static void end(void) {
    allocations_stop();
    const unsigned long num_all = allocations_count(), num_failed = allocations_failed();
    const long num_live = allocations_live();
    const char *path = getenv("OUTERFILL_ALLOCATION_LOG");
    FILE *log = path ? fopen(path, "w") : NULL;
    if (!log) return;
    fprintf(log, "failed %lu\nlive %ld\n", num_failed, num_live);
    for (unsigned long call = 1; call <= num_all; call++)
        fprintf(log, "place %s\n", allocations_place(call));
    fprintf(log, "end\n");
    fclose(log);
}

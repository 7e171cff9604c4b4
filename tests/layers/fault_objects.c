/* SPDX-License-Identifier: MIT */
#include "fault_objects.h"

#include <stdatomic.h>

static struct {
    const char *name;
    atomic_long num_live, num_in_all;
} kinds[NUM_OBJECT_KINDS] = {
    [CONTEXT] = {"context", 0, 0}, [QUEUE] = {"queue", 0, 0},   [PROGRAM] = {"program", 0, 0},
    [KERNEL] = {"kernel", 0, 0},   [BUFFER] = {"buffer", 0, 0}, [EVENT] = {"event", 0, 0},
};

void objects_count(enum object_kind kind, int change) {
    kinds[kind].num_live += change;
    if (change > 0) kinds[kind].num_in_all += change;
}

void objects_write(FILE *log) {
    for (size_t k = 0; k < NUM_OBJECT_KINDS; k++)
        fprintf(log, "live %s %ld of %ld\n", kinds[k].name, kinds[k].num_live, kinds[k].num_in_all);
}

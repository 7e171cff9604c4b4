/* SPDX-License-Identifier: MIT
 *
 * What the library is asked to do while OpenCL, or an allocation, fails: small fills of every kind, each cut into several
 * bands, and what each of them comes to where nothing fails. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdint.h>

#include "guarded.h"
#include "oracle.h"

#define SCENARIO_N 43
#define SCENARIO_M 61

/* What a fill is given. */
struct scenario_call {
    const outerfill_function *function;
    const void *a, *b;
    void *ab;         /* where there is no failure, the right values, whatever the sink was */
    const char *path; /* of a file, for those that make one */
};

struct scenario {
    const char *name;
    outerfill_dtype dtype;
    const char *const *expressions;
    const oracle_function *right;
    uint64_t max_ulp; /* 0: every bit */
    outerfill_transfer transfer;
    int has_two_devices;
    int has_earlier_file; /* which is to be replaced */
    int is_of_host; /* of OpenCL it asks nothing that the others do not: of interest where allocations fail */
    size_t memory_nbytes; /* 0: the least there is */
    size_t verify_cells;
    outerfill_status (*fill)(const struct scenario *, const struct scenario_call *,
                             outerfill_error *);
    outerfill_status outcome; /* where nothing fails */
};

/* NULL where there is none of that name. */
const struct scenario *scenario_find(const char *name);

/* What a fill of a scenario begins with. */
outerfill_fill_options scenario_options(const struct scenario *scenario);

/* Prints the names, one a line, those that are of_host where that is asked for. */
void scenario_list(int with_those_of_host);

#endif

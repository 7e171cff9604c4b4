/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_JOB_H
#define OUTERFILL_LIB_JOB_H

#include "checksum.h"
#include "fill.h"

/* What a fill computes, as far as it decides the bytes of the file. Stored as it stands. */
struct job {
    uint32_t format; /* of journals: JOB_FORMAT */
    uint32_t dtype;
    uint64_t num_planes, n, m;
    struct digest a, b, function, parameters;
};

#define JOB_FORMAT 1u

struct job job_of(const struct fill_request *request);

/* The name of the first thing in which two jobs differ, or NULL. */
const char *job_difference(const struct job *x, const struct job *y);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_FINGERPRINT_H
#define OUTERFILL_FILE_FINGERPRINT_H

#include "base/checksum.h"
#include "fill/fill.h"

/* What a fill computes, as far as it decides the bytes of the file. Stored as it stands. */
struct fingerprint {
    uint32_t format; /* of journals: JOB_FORMAT */
    uint32_t dtype;
    uint64_t num_planes, n, m;
    struct digest a, b, function, parameters;
};

#define FINGERPRINT_FORMAT 1u

struct fingerprint fingerprint_of(const struct fill_request *request);

/* The name of the first thing in which two jobs differ, or NULL. */
const char *fingerprint_difference(const struct fingerprint *x, const struct fingerprint *y);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_CHECKSUM_H
#define OUTERFILL_LIB_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "sink.h"

/* Checksums by which data are told from other data: XXH3 of 64 bits for bands and records, of 128 bits for a job's parts. */
struct digest {
    uint64_t low, high;
};

struct digest digest_of(const void *bytes, size_t nbytes);

uint64_t checksum_of(const void *bytes, size_t nbytes, uint64_t seed);

/* Of the runs of a band's planes, nbytes each, one behind the other. */
uint64_t checksum_of_planes(const struct place *place, size_t num_planes, size_t nbytes);

/* The same in pieces. */
struct checksum;
struct checksum *checksum_create(void);
void checksum_reset(struct checksum *checksum);
void checksum_update(struct checksum *checksum, const void *bytes, size_t nbytes);
uint64_t checksum_value(const struct checksum *checksum);
void checksum_destroy(struct checksum *checksum);

#endif

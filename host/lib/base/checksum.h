/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_CHECKSUM_H
#define OUTERFILL_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Checksums by which data are told from other data: XXH3 of 64 bits for bands and records, of 128 bits for a job's parts. */
struct digest {
    uint64_t low, high;
};

struct digest digest_of(const void *bytes, size_t nbytes);

uint64_t checksum_of(const void *bytes, size_t nbytes, uint64_t seed);

/* Of `num_planes` runs of nbytes each, one behind the other; plane p begins at planes + p * plane_stride. */
uint64_t checksum_of_planes(const char *planes, size_t plane_stride, size_t num_planes,
                            size_t nbytes);

/* The same in pieces. */
struct checksum;
struct checksum *checksum_create(void);
void checksum_reset(struct checksum *checksum);
void checksum_update(struct checksum *checksum, const void *bytes, size_t nbytes);
uint64_t checksum_value(const struct checksum *checksum);
void checksum_destroy(struct checksum *checksum);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_CHECKSUM_H
#define OUTERFILL_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Two kinds of checksums tell whether data are the same. Bands and records of a journal have 64
 * bits of XXH3. The parts of a fingerprint have 128 bits, which is a digest. XXH3 finds accidents;
 * it does not stop somebody who forges data. No function here writes to shared state. */
struct digest {
    uint64_t low, high;
};

/* Returns the 128-bit XXH3 of nbytes bytes. */
struct digest digest_of(const void *bytes, size_t nbytes);

/* Returns the 64-bit XXH3 of nbytes bytes. Different seeds give unrelated values for the same
 * bytes. */
uint64_t checksum_of(const void *bytes, size_t nbytes, uint64_t seed);

/* Returns the checksum, with seed 0, of num_planes runs of nbytes bytes as if they lay one behind
 * the other. The run of plane p begins at planes + p * plane_stride; plane_stride is in bytes. */
uint64_t checksum_of_planes(const char *planes, size_t plane_stride, size_t num_planes,
                            size_t nbytes);

/* A checksum that grows piece by piece. The value depends on the bytes and their order, not on
 * where the pieces end: it equals checksum_of with seed 0, and checksum_of_planes. One thread at a
 * time may use a checksum. */
struct checksum;

/* Returns a new object for the caller to destroy, or NULL if memory ran out. Its content is
 * undefined: call checksum_reset first. */
struct checksum *checksum_create(void);

/* Begins a new value: forgets all bytes so far. */
void checksum_reset(struct checksum *checksum);

/* Appends nbytes bytes. */
void checksum_update(struct checksum *checksum, const void *bytes, size_t nbytes);

/* Returns the value of all bytes since the reset. More updates may follow. */
uint64_t checksum_value(const struct checksum *checksum);

/* Frees the object. NULL does nothing. */
void checksum_destroy(struct checksum *checksum);

#endif

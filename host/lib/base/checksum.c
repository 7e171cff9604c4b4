/* SPDX-License-Identifier: MIT
 *
 * Checksums by XXH3, from the library xxHash. Journals on disk hold these values, so they must
 * never change: xxHash promises the same values for every version from 0.8.0 on. This is the only
 * module that includes xxhash.h. It owns no data, and knows nothing of bands, journals and
 * fingerprints. */
#include "base/checksum.h"

#define XXH_STATIC_LINKING_ONLY /* for an XXH3_state_t on the stack */
#include <xxhash.h>

struct digest digest_of(const void *bytes, size_t nbytes) {
    const XXH128_hash_t hash = XXH3_128bits(bytes, nbytes);
    return (struct digest){hash.low64, hash.high64};
}

uint64_t checksum_of(const void *bytes, size_t nbytes, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes, nbytes, seed);
}

uint64_t checksum_of_planes(const char *planes, size_t plane_stride, size_t num_planes,
                            size_t nbytes) {
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    for (size_t p = 0; p < num_planes; p++)
        XXH3_64bits_update(&state, planes + p * plane_stride, nbytes);
    return XXH3_64bits_digest(&state);
}

struct checksum *checksum_create(void) {
    return (struct checksum *)XXH3_createState();
}

void checksum_reset(struct checksum *checksum) {
    XXH3_64bits_reset((XXH3_state_t *)checksum);
}

void checksum_update(struct checksum *checksum, const void *bytes, size_t nbytes) {
    XXH3_64bits_update((XXH3_state_t *)checksum, bytes, nbytes);
}

uint64_t checksum_value(const struct checksum *checksum) {
    return XXH3_64bits_digest((const XXH3_state_t *)checksum);
}

void checksum_destroy(struct checksum *checksum) {
    XXH3_freeState((XXH3_state_t *)checksum);
}

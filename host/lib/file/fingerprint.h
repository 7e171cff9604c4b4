/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_FINGERPRINT_H
#define OUTERFILL_FILE_FINGERPRINT_H

#include "base/checksum.h"
#include "fill/request.h"

/* Everything that decides the bytes of a fill's file, except the device. Journals store this struct
 * as it stands, in the machine's byte order: a change of its layout needs a new
 * FINGERPRINT_FORMAT. */
struct fingerprint {
    uint32_t format; /* of journals: FINGERPRINT_FORMAT */
    uint32_t dtype;
    uint64_t num_planes, n, m;
    /* XXH3-128: of the values of a and b, the function's text and form with the library's version,
     * and the values of the parameters. */
    struct digest a, b, function, parameters;
};

#define FINGERPRINT_FORMAT 2u

/* Computes the fingerprint of a checked request. Reads all of a and b. Cannot fail. */
struct fingerprint fingerprint_of(const struct fill_request *request);

/* Returns the name of the first thing in which two fingerprints differ, for an error message, or
 * NULL if they are equal. The text is static. */
const char *fingerprint_difference(const struct fingerprint *x, const struct fingerprint *y);

#define FINGERPRINT_TEXT_NBYTES 160

/* Writes the same name for a message, with both values where these are short. Returns false if the
 * fingerprints are equal. */
bool fingerprint_describe(const struct fingerprint *then, const struct fingerprint *now,
                          char text[FINGERPRINT_TEXT_NBYTES]);

#endif

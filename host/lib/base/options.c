/* SPDX-License-Identifier: MIT
 *
 * Accepts option structs of programs that were built with another version of the header. Each
 * struct begins with its size. A struct of an older version is a prefix of this version's. A struct
 * of a newer version has more fields behind; they may be ignored only if all are zero, which means
 * default. This module copies bytes. It does not know what the fields mean, and checks only the
 * size. */
#include "base/options.h"

#include <string.h>

outerfill_status options_copy(void *mine, size_t mine_nbytes, const void *options, const char *name,
                              outerfill_error *error) {
    memset(mine, 0, mine_nbytes);
    if (!options) return OUTERFILL_OK;
    /* Smaller and larger sizes than these belong to no version: the caller did not set the
     * field. */
    size_t nbytes;
    memcpy(&nbytes, options, sizeof nbytes);
    if (nbytes < sizeof nbytes || nbytes > 65536)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "%s.struct_nbytes is %zu: set it to sizeof(%s)", name, nbytes, name);
    for (size_t k = mine_nbytes; k < nbytes; k++)
        if (((const unsigned char *)options)[k])
            return error_set(
                error, OUTERFILL_INVALID_ARGUMENT,
                "%s sets an option at byte %zu that version %s of the library does not know", name,
                k, outerfill_version());
    memcpy(mine, options, nbytes < mine_nbytes ? nbytes : mine_nbytes);
    return OUTERFILL_OK;
}

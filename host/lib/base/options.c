/* SPDX-License-Identifier: MIT
 *
 * Option structs of other versions of the header. Each starts with its own size, so an older one is a prefix of ours and a
 * newer one has more behind it, which may be ignored only where it is zero. */
#include "base/options.h"

#include <string.h>

outerfill_status options_copy(void *mine, size_t mine_nbytes, const void *options, const char *name,
                              outerfill_error *error) {
    memset(mine, 0, mine_nbytes);
    if (!options) return OUTERFILL_OK;
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

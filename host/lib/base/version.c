/* SPDX-License-Identifier: MIT */
#include "outerfill.h"

#define TEXT(number)                #number
#define DOTTED(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)

const char *outerfill_version(void) {
    return DOTTED(OUTERFILL_VERSION_MAJOR, OUTERFILL_VERSION_MINOR, OUTERFILL_VERSION_PATCH);
}

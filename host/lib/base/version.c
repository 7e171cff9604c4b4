/* SPDX-License-Identifier: MIT
 *
 * The version of the library as text, from the numbers in outerfill.h. It is compiled into the
 * library, so a program can compare it with the header that it was built with. This module owns one
 * constant string, and knows nothing else. */
#include "outerfill.h"

/* Two steps: DOTTED expands its arguments to numbers before TEXT turns these into strings. */
#define TEXT(number)                #number
#define DOTTED(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)

const char *outerfill_version(void) {
    return DOTTED(OUTERFILL_VERSION_MAJOR, OUTERFILL_VERSION_MINOR, OUTERFILL_VERSION_PATCH);
}

/* SPDX-License-Identifier: MIT
 *
 * Looks for identifiers in the user's texts, as far as the command must know them before a compiler
 * does. It parses nothing. */
#include "identifier.h"

#include <ctype.h>
#include <string.h>

static bool is_part_of_identifier(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

bool identifier_occurs(const char *text, const char *name) {
    const size_t length = strlen(name);
    for (const char *at = text; text && (at = strstr(at, name)); at++) {
        const bool begins = at == text || !is_part_of_identifier(at[-1]);
        if (begins && !is_part_of_identifier(at[length])) return true;
    }
    return false;
}

/* SPDX-License-Identifier: MIT
 *
 * Sizes as people write them. */
#include "nbytes.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool nbytes_parse(const char *text, size_t *nbytes) {
    static const char units[] = "KMGT";
    char *end;
    double number = strtod(text, &end);
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    if (unit) number = ldexp(number, 10 * (int)(unit - units + 1));
    if (unit) end++;
    if (unit && strncmp(end, "iB", 2) == 0)
        end += 2;
    else if (*end == 'B')
        end++;
    if (!isdigit((unsigned char)*text) || strpbrk(text, "xX") || *end) return false;
    if (!(number >= 1) || number >= 0x1p63) return false;
    *nbytes = (size_t)number;
    return true;
}

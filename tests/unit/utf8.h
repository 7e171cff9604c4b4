/* SPDX-License-Identifier: MIT */
#ifndef UNIT_UTF8_H
#define UNIT_UTF8_H

#include <stdbool.h>

/* Whether every character of text is whole. */
static inline bool is_utf8(const char *text) {
    const unsigned char *c = (const unsigned char *)text;

    while (*c) {
        int num_continuations = *c < 0x80 ? 0 : *c < 0xc0 ? -1 : *c < 0xe0 ? 1 : *c < 0xf0 ? 2 : 3;
        if (num_continuations < 0) return false;
        for (c++; num_continuations > 0; num_continuations--, c++)
            if ((*c & 0xc0) != 0x80) return false;
    }
    return true;
}

#endif

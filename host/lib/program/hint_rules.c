/* SPDX-License-Identifier: MIT
 *
 * How a rule reads and writes the sentence of a slip. Owns nothing. */
#include "program/hint_rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool hint_say(const struct slip *slip, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(slip->message->text, sizeof slip->message->text, format, arguments);
    va_end(arguments);
    return true;
}

bool hint_says(const struct slip *slip, const char *words) {
    return strstr(slip->message->text, words);
}

/* SPDX-License-Identifier: MIT
 *
 * This module reads one number from a word, and tells numbers from names.
 *
 * It holds no state, and knows nothing of lines and separators. */
#include "number_text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_REPAIRED_LENGTH 128 /* no program writes longer numbers of Fortran */

/* C accepts hexadecimal numbers and nan with a payload. NumPy does not. */
static bool read_plain(const char *word, double *number) {
    char *end;
    *number = strtod(word, &end);
    return end != word && !*end && !strpbrk(word, "xX(");
}

/* Fortran writes 1.5D+00 for double precision. It omits the letter before an exponent of three
 * digits, as in 0.123-103. */
static bool read_fortran(const char *word, double *number) {
    char repaired[MAX_REPAIRED_LENGTH + 2];
    const size_t sign = strspn(word, "+-") == 1, length = sign + strspn(word + sign, "0123456789.");
    const char *exponent = word + length;
    if (length == sign || strlen(word) > MAX_REPAIRED_LENGTH) return false;
    if (*exponent == 'd' || *exponent == 'D')
        exponent++;
    else if (!memchr(word, '.', length) || (*exponent != '-' && *exponent != '+') ||
             exponent[1] == '0' || strspn(exponent + 1, "0123456789") != 3 || exponent[4])
        return false;
    snprintf(repaired, sizeof repaired, "%.*se%s", (int)length, word, exponent);
    return read_plain(repaired, number);
}

/* Microsoft's C library wrote infinity and NaN as 1.#INF, 1.#QNAN, 1.#SNAN and 1.#IND until 2015.
 * Zeros fill the digits of the format, as in 1.#INF00 and 1.#INF00e+000. */
static bool read_microsoft(const char *word, double *number) {
    static const struct {
        const char *word;
        double value;
    } rows[] = {{"INF", INFINITY}, {"QNAN", NAN}, {"SNAN", NAN}, {"IND", NAN}};
    const double sign = *word == '-' ? -1 : 1;
    if (*word == '-' || *word == '+') word++;
    if (strncmp(word, "1.#", 3) != 0) return false;
    word += 3;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        const size_t length = strlen(rows[k].word);
        if (strncmp(word, rows[k].word, length) != 0) continue;
        word += length;
        word += strspn(word, "0");
        *number = sign * rows[k].value;
        return !*word || strcasecmp(word, "e+000") == 0;
    }
    return false;
}

bool number_text_read(const char *word, double *number) {
    return read_plain(word, number) || read_fortran(word, number) || read_microsoft(word, number);
}

static bool stands_for_a_missing_value(const char *text) {
    static const char *const words[] = {"na",   "n/a",     "n.a.",  "n.d.",  "nil",       "none",
                                        "null", "missing", "undef", "error", "undefined", "true",
                                        "nat",  "false",   "blank", "empty"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (strcasecmp(text, words[k]) == 0) return true;
    return false;
}

/* The first letter or digit of a name is a letter. So a mistyped number, or a number behind a
 * currency sign or a minus sign of Unicode, is no name. */
static bool is_name(const char *text) {
    const char *first = text;
    bool has_other_letters = false; /* bytes of letters that are not ASCII */
    for (; *first && !isalnum((unsigned char)*first); first++)
        has_other_letters |= (*first & 0x80) != 0;
    return (*first ? isalpha((unsigned char)*first) != 0 : has_other_letters) &&
           !stands_for_a_missing_value(text) && strncasecmp(text, "nan(", 4) != 0;
}

enum field_kind number_text_kind(const char *text) {
    double number;
    if (!*text) return FIELD_EMPTY;
    if (number_text_read(text, &number)) return FIELD_NUMBER;
    return is_name(text) ? FIELD_NAME : FIELD_BROKEN;
}

/* SPDX-License-Identifier: MIT
 *
 * The names that a function's text sees. This is the only list of them: the program declares them,
 * and a text, a preamble or a parameter must not give them another meaning. The module owns
 * constant tables only. */
#include "program/text_names.h"

#include <string.h>

static const struct text_name seen[] = {
    {"a", "const real a"}, {"b", "const real b"}, {"i", "const long i"}, {"j", "const long j"},
    {"n", "const long n"}, {"m", "const long m"}, {"out", "real *out"},  {"real", NULL},
};

static const char *const keywords[] = {
    "auto",    "bool",     "break",    "case",     "char",     "const",  "constant", "continue",
    "default", "do",       "double",   "else",     "enum",     "extern", "float",    "for",
    "global",  "goto",     "half",     "if",       "inline",   "int",    "kernel",   "local",
    "long",    "private",  "register", "restrict", "return",   "short",  "signed",   "size_t",
    "sizeof",  "static",   "struct",   "switch",   "typedef",  "uchar",  "uint",     "ulong",
    "union",   "unsigned", "ushort",   "void",     "volatile", "while",
};

static bool is_word(const char *word, size_t length, const char *name) {
    return strlen(name) == length && strncmp(word, name, length) == 0;
}

const struct text_name *text_name_seen(size_t k) {
    return k < sizeof seen / sizeof *seen ? &seen[k] : NULL;
}

bool text_name_is_seen(const char *word, size_t length) {
    for (size_t k = 0; k < sizeof seen / sizeof *seen; k++)
        if (is_word(word, length, seen[k].name)) return true;
    return false;
}

bool text_name_is_keyword(const char *word, size_t length) {
    for (size_t k = 0; k < sizeof keywords / sizeof *keywords; k++)
        if (is_word(word, length, keywords[k])) return true;
    return false;
}

/* ---- Constants ---- */

struct family {
    const char *prefix;
    const char *const *rests;
};

static const char *const mathematics[] = {"E",      "LOG2E", "LOG10E",  "LN2",      "LN10",
                                          "PI",     "PI_2",  "PI_4",    "1_PI",     "2_PI",
                                          "SQRTPI", "SQRT2", "SQRT1_2", "2_SQRTPI", NULL};
static const char *const integers[] = {"BIT", "MAX", "MIN", NULL};
static const char *const reals[] = {"DIG",        "MANT_DIG", "MAX_10_EXP", "MAX_EXP",
                                    "MIN_10_EXP", "MIN_EXP",  "RADIX",      "MAX",
                                    "MIN",        "EPSILON",  NULL};
static const char *const others[] = {"INFINITY",  "NAN",         "HUGE_VAL", "HUGE_VALF",
                                     "MAXFLOAT",  "NULL",        "true",     "false",
                                     "FP_ILOGB0", "FP_ILOGBNAN", NULL};

static const struct family families[] = {
    {"M_", mathematics}, {"CHAR_", integers},  {"SCHAR_", integers}, {"UCHAR_", integers},
    {"SHRT_", integers}, {"USHRT_", integers}, {"INT_", integers},   {"UINT_", integers},
    {"LONG_", integers}, {"ULONG_", integers}, {"FLT_", reals},      {"DBL_", reals},
    {"HALF_", reals},    {"", others},
};

/* Returns whether the word is of the family. M_PI_F is M_PI as a float. */
static bool is_member(const struct family *family, const char *word, size_t length) {
    const size_t num_first = strlen(family->prefix);
    if (length <= num_first || strncmp(word, family->prefix, num_first) != 0) return false;
    const char *rest = word + num_first;
    size_t num_rest = length - num_first;
    const bool is_float = num_rest > 2 && strncmp(rest + num_rest - 2, "_F", 2) == 0;
    if (family->rests == mathematics && is_float) num_rest -= 2;
    for (const char *const *name = family->rests; *name; name++)
        if (is_word(rest, num_rest, *name)) return true;
    return false;
}

bool text_name_is_constant(const char *word, size_t length) {
    for (size_t k = 0; k < sizeof families / sizeof *families; k++)
        if (is_member(&families[k], word, length)) return true;
    return false;
}

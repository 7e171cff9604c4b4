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

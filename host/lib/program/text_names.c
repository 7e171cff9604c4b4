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

/* INT_MAX, M_PI and FLT_EPSILON have such beginnings. */
bool text_name_is_constant(const char *word, size_t length) {
    static const char *const constants[] = {"INFINITY", "NAN",  "HUGE_VAL", "HUGE_VALF",
                                            "MAXFLOAT", "NULL", "true",     "false"};
    static const char *const beginnings[] = {
        "M_",   "FLT_",  "DBL_",  "HALF_",  "CHAR_", "SCHAR_", "UCHAR_", "SHRT_",     "USHRT_",
        "INT_", "UINT_", "LONG_", "ULONG_", "FP_",   "CLK_",   "CL_",    "OUTERFILL_"};
    for (size_t k = 0; k < sizeof constants / sizeof *constants; k++)
        if (is_word(word, length, constants[k])) return true;
    for (size_t k = 0; k < sizeof beginnings / sizeof *beginnings; k++)
        if (strncmp(word, beginnings[k], strlen(beginnings[k])) == 0) return true;
    return false;
}

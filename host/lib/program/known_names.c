/* SPDX-License-Identifier: MIT
 *
 * Which names of the caller's text are integers, and which are reals. Owns nothing. */
#include "program/known_names.h"

#include <string.h>

#include "program/text_names.h"

enum value_kind known_names_type(struct token word) {
    static const char *const integers[] = {"bool", "char", "uchar", "short",    "ushort", "int",
                                           "uint", "long", "ulong", "unsigned", "signed", "size_t"};
    if (token_is(word, "real") || token_is(word, "double") || token_is(word, "float"))
        return REAL_VALUE;
    for (size_t k = 0; k < sizeof integers / sizeof *integers; k++)
        if (token_is(word, integers[k])) return LONG_VALUE;
    return UNKNOWN_VALUE;
}

void known_names_add(struct known_names *names, struct token name, enum value_kind kind) {
    if (names->num_items == KNOWN_NAMES_MAX) return;
    names->items[names->num_items].name = name;
    names->items[names->num_items++].kind = kind;
}

static bool is_parameter(const outerfill_function_description *description, struct token name) {
    for (size_t k = 0; k < description->num_parameters; k++)
        if (token_is(name, description->parameter_names[k])) return true;
    return false;
}

enum value_kind known_names_kind(const struct known_names *names, struct token name) {
    static const char *const indices[] = {"i", "j", "n", "m"};
    for (size_t k = names->num_items; k-- > 0;)
        if (token_equals(names->items[k].name, name)) return names->items[k].kind;
    const bool is_constant = text_name_is_constant(name.text, name.length);
    if (is_constant && strncmp(name.text, "M_", 2) == 0) return REAL_VALUE;
    if (!names->description) return UNKNOWN_VALUE;
    for (size_t k = 0; k < sizeof indices / sizeof *indices; k++)
        if (token_is(name, indices[k])) return LONG_VALUE;
    const bool is_real = token_is(name, "a") || token_is(name, "b") || token_is(name, "out");
    return is_real || is_parameter(names->description, name) ? REAL_VALUE : UNKNOWN_VALUE;
}

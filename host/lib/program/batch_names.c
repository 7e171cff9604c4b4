/* SPDX-License-Identifier: MIT
 *
 * The variables of a body, and which of them have one value for all cells of a row. Owns nothing;
 * names point into the body. */
#include "program/batch_names.h"

#include <stdio.h>
#include <string.h>

#include "program/builtin_table.h"
#include "program/text_names.h"

static bool is_one_of(struct token token, const char *const *words) {
    for (; *words; words++)
        if (token_is(token, *words)) return true;
    return false;
}

static bool is_type(struct token token) {
    static const char *const words[] = {"real",   "float",  "double",   "bool", "char", "uchar",
                                        "short",  "ushort", "int",      "uint", "long", "ulong",
                                        "size_t", "signed", "unsigned", NULL};
    return is_one_of(token, words);
}

bool batch_names_take_type(struct span *span, char type[32]) {
    static const char *const others[] = {"const", "volatile", "register", NULL};
    size_t length = 0;
    struct token token;
    for (struct span here = *span;
         token = span_next(&here), is_type(token) || is_one_of(token, others); *span = here) {
        if (is_one_of(token, others)) continue;
        if (length + token.length + 2 > 32) return false;
        length += (size_t)sprintf(type + length, "%s%.*s", length ? " " : "", (int)token.length,
                                  token.text);
    }
    return length > 0;
}

/* ---- Macros ---- */

/* Looks for the name in what stands behind # on a line, or only directly behind #define. */
static bool has_name(struct span line, struct token name, bool must_be_defined) {
    struct token token, before = {TOKEN_END, line.begin, 0};
    for (; (token = span_next(&line)).kind != TOKEN_END; before = token)
        if (token_equals(token, name) && (!must_be_defined || token_is(before, "define")))
            return true;
    return false;
}

static bool is_in_macro(const struct batch_names *names, struct token name, bool must_be_defined) {
    const char *line = names->description->preamble;
    while (line && *line) {
        const char *const end = token_line_end(line);
        const char *const sign = memchr(line, '#', (size_t)(end - line));
        if (sign && has_name((struct span){sign, end}, name, must_be_defined)) return true;
        line = *end ? end + 1 : end;
    }
    return false;
}

bool batch_names_macro_has(const struct batch_names *names, struct token name) {
    return is_in_macro(names, name, false);
}

/* ---- Other meanings of a name ---- */

/* Returns whether the preamble may declare the name outside of functions: it stands outside of all
 * brackets, or an enum might. */
static bool is_in_preamble(const struct batch_names *names, struct token name) {
    const char *at = names->description->preamble;
    size_t depth = 0;
    struct token token;
    while (at && (token = token_next(&at)).kind != TOKEN_END) {
        if (token_is(token, "#")) at = token_line_end(at);
        if (token.kind == TOKEN_SIGN && strchr("([{", *token.text)) depth++;
        if (token.kind == TOKEN_SIGN && strchr(")]}", *token.text) && depth) depth--;
        if (token_is(token, "enum") || (depth == 0 && token_equals(token, name))) return true;
    }
    return false;
}

static bool is_called(const char *text, struct token name) {
    struct token token;
    while ((token = token_next(&text)).kind != TOKEN_END) {
        const char *next = text;
        if (token_equals(token, name) && token_is(token_next(&next), "(")) return true;
    }
    return false;
}

/* ---- The list ---- */

static const struct batch_variable *find(const struct batch_names *names, struct token name) {
    for (size_t k = names->num_variables; k-- > 0;)
        if (token_equals(names->variables[k].name, name) &&
            name.text < names->variables[k].scope_end)
            return &names->variables[k];
    return NULL;
}

static bool is_parameter(const struct batch_names *names, struct token name) {
    for (size_t k = 0; k < names->description->num_parameters; k++)
        if (token_is(name, names->description->parameter_names[k])) return true;
    return false;
}

const struct batch_variable *batch_names_find_array(const struct batch_names *names,
                                                    struct token name) {
    for (size_t k = 0; k < names->num_variables; k++)
        if (names->variables[k].kind == BATCH_ARRAY && token_equals(names->variables[k].name, name))
            return &names->variables[k];
    return NULL;
}

struct batch_variable *batch_names_add(struct batch_names *names, struct batch_variable variable) {
    const struct token name = variable.name;
    const struct batch_variable *const array = batch_names_find_array(names, name);
    if (names->num_variables == BATCH_MAX_VARIABLES || find(names, name)) return NULL;
    if (text_name_is_seen(name.text, name.length) || is_parameter(names, name)) return NULL;
    if (is_in_macro(names, name, true) || is_in_preamble(names, name)) return NULL;
    if (builtin_find(name) && is_called(names->description->body, name)) return NULL;
    if (array && variable.kind == BATCH_ARRAY && strcmp(array->type, variable.type) != 0)
        return NULL;
    names->variables[names->num_variables] = variable;
    return &names->variables[names->num_variables++];
}

/* ---- What is uniform ---- */

bool batch_names_is_uniform(const struct batch_names *names, struct token name) {
    static const char *const seen[] = {"a", "i", "n", "m", NULL};
    static const char *const flagged[] = {"sin", "cos", "tan", NULL}; /* by a cell's flag */
    const struct batch_variable *const variable = find(names, name);
    if (variable) return variable->kind == BATCH_UNIFORM;
    if (batch_names_macro_has(names, name)) return false;
    if (is_one_of(name, flagged)) return false;
    return is_one_of(name, seen) || is_type(name) || is_parameter(names, name) ||
           builtin_find(name) || text_name_is_constant(name.text, name.length);
}

static bool is_real(const struct batch_names *names, struct token name) {
    const struct batch_variable *const variable = find(names, name);
    if (!variable) return token_is(name, "a") || is_parameter(names, name);
    return strcmp(variable->type, "real") == 0 || strcmp(variable->type, "double") == 0 ||
           strcmp(variable->type, "float") == 0;
}

bool batch_names_are_uniform(const struct batch_names *names, struct span span) {
    struct token token, before = {TOKEN_END, span.begin, 0};
    for (; (token = span_next(&span)).kind != TOKEN_END; before = token) {
        const bool is_divisor = token_is(before, "/") || token_is(before, "%"),
                   is_safe = token.kind == TOKEN_NUMBER || is_real(names, token);
        if (token.kind == TOKEN_LITERAL || (is_divisor && !is_safe)) return false;
        if (token.kind == TOKEN_NAME && !batch_names_is_uniform(names, token)) return false;
    }
    return true;
}

/* SPDX-License-Identifier: MIT
 *
 * Finds the functions and macros that a preamble defines. It works on tokens, and knows of C's
 * grammar that a function is NAME(...) {...} outside of all brackets. Owns the list until the
 * caller frees it. */
#include "program/definitions.h"

#include <stdlib.h>
#include <string.h>

#include "program/text_error.h"
#include "program/text_names.h"

/* What is known of the declaration that is being read. */
struct declaration {
    const char *start;          /* its first token; NULL: there was none yet */
    struct token name;          /* in front of its first bracket; TOKEN_END: there was none yet */
    bool has_value, is_typedef; /* then it declares no function */
};

static const struct declaration no_declaration = {.name = {TOKEN_END, "", 0}};

static bool add(struct definitions *definitions, struct definition definition) {
    struct definition *items =
        realloc(definitions->items, (definitions->num_items + 1) * sizeof *items);
    if (!items) return false;
    definitions->items = items;
    items[definitions->num_items++] = definition;
    return true;
}

/* Steps over a block or a bracket; *at is behind its opening sign. Returns where it is closed. */
static const char *skip_nested(const char **at) {
    size_t depth = 1;
    struct token token;
    while (depth && (token = token_next(at)).kind != TOKEN_END) {
        if (token.kind == TOKEN_SIGN && strchr("([{", *token.text)) depth++;
        if (token.kind == TOKEN_SIGN && strchr(")]}", *token.text)) depth--;
    }
    return depth ? *at : *at - 1;
}

/* Reads a preprocessor line behind its '#'. */
static bool read_directive(const char **at, struct definitions *definitions) {
    const char *behind = *at;
    *at = token_line_end(behind);
    if (!token_is(token_next(&behind), "define")) return true;
    const struct token name = token_next(&behind);
    return name.kind != TOKEN_NAME || behind > *at ||
           add(definitions, (struct definition){.kind = DEFINED_MACRO, .name = name});
}

static bool is_function(const struct declaration *declaration) {
    const struct token name = declaration->name;
    return name.kind == TOKEN_NAME && !declaration->has_value && !declaration->is_typedef &&
           !text_name_is_seen(name.text, name.length) &&
           !text_name_is_keyword(name.text, name.length);
}

/* Reads a token outside of all brackets. */
static bool read_token(struct token token, struct token previous, const char **at,
                       struct declaration *declaration, struct definitions *definitions) {
    const bool is_list =
        token_is(token, "(") && previous.kind == TOKEN_NAME && !token_is(previous, "__attribute__");
    if (token_is(token, "#")) return read_directive(at, definitions);
    if (!declaration->start) declaration->start = token.text;
    if (is_list && declaration->name.kind == TOKEN_END) declaration->name = previous;
    if (token_is(token, "=")) declaration->has_value = true;
    if (token_is(token, "typedef")) declaration->is_typedef = true;
    if (token_is(token, "(") || token_is(token, "[")) skip_nested(at);
    if (!token_is(token, "{") && !token_is(token, ";")) return true;
    struct definition function = {.kind = DECLARED_FUNCTION,
                                  .name = declaration->name,
                                  .start = declaration->start,
                                  .end = token.text};
    if (token_is(token, "{")) {
        function.kind = DEFINED_FUNCTION;
        function.begin = *at;
        function.end = skip_nested(at);
    }
    const bool is_added = !is_function(declaration) || add(definitions, function);
    *declaration = no_declaration;
    return is_added;
}

bool definitions_collect(const char *preamble, struct definitions *definitions) {
    struct declaration declaration = no_declaration;
    struct token previous = declaration.name, token;
    *definitions = (struct definitions){NULL, 0};
    if (!preamble) return true;
    while ((token = token_next(&preamble)).kind != TOKEN_END) {
        if (!read_token(token, previous, &preamble, &declaration, definitions)) return false;
        previous = token;
    }
    return true;
}

void definitions_free(struct definitions *definitions) {
    free(definitions->items);
    *definitions = (struct definitions){NULL, 0};
}

const struct definition *definitions_find(const struct definitions *definitions,
                                          enum definition_kind kind, struct token name) {
    for (size_t k = 0; k < definitions->num_items; k++) {
        const struct definition *item = &definitions->items[k];
        if (item->kind == kind && token_equals(item->name, name)) return item;
    }
    return NULL;
}

static outerfill_status check_parameter(const struct definitions *definitions, const char *preamble,
                                        const char *name, outerfill_error *error) {
    const struct text_piece piece = text_piece_preamble(preamble);
    for (size_t k = 0; k < definitions->num_items; k++)
        if (token_is(definitions->items[k].name, name))
            return text_refuse(&piece, definitions->items[k].name.text, error,
                               "%s is a parameter as well: choose another name", name);
    return OUTERFILL_OK;
}

outerfill_status definitions_check_parameters(const struct definitions *definitions,
                                              const outerfill_function_description *description,
                                              outerfill_error *error) {
    outerfill_status status = OUTERFILL_OK;
    for (size_t k = 0; !status && k < description->num_parameters; k++)
        status = check_parameter(definitions, description->preamble,
                                 description->parameter_names[k], error);
    return status;
}

/* A macro with a brace may hold a function's body. */
static bool may_define(const struct definitions *definitions) {
    for (size_t k = 0; k < definitions->num_items; k++) {
        const struct token name = definitions->items[k].name;
        const size_t length = (size_t)(token_line_end(name.text) - name.text);
        if (definitions->items[k].kind == DEFINED_MACRO && memchr(name.text, '{', length))
            return true;
    }
    return false;
}

/* Returns whether the text names it a second time. */
static bool is_called(const outerfill_function_description *description, struct token name) {
    struct text_piece piece;
    struct token token;
    for (size_t k = 0; text_piece_of(description, k, &piece); k++)
        for (const char *at = piece.text; (token = token_next(&at)).kind != TOKEN_END;)
            if (token.text != name.text && token_equals(token, name)) return true;
    return false;
}

outerfill_status definitions_check_declared(const struct definitions *definitions,
                                            const outerfill_function_description *description,
                                            outerfill_error *error) {
    const struct text_piece piece = text_piece_preamble(description->preamble);
    for (size_t k = 0; k < definitions->num_items && !may_define(definitions); k++) {
        const struct definition *item = &definitions->items[k];
        if (item->kind != DECLARED_FUNCTION || !is_called(description, item->name)) continue;
        if (definitions_find(definitions, DEFINED_FUNCTION, item->name)) continue;
        return text_refuse(&piece, item->name.text, error,
                           "%.*s is declared and not defined: write its body as well",
                           (int)item->name.length, item->name.text);
    }
    return OUTERFILL_OK;
}

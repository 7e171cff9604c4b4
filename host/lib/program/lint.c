/* SPDX-License-Identifier: MIT
 *
 * Finds what compiles in the caller's text and must not run. It works on tokens and
 * does not run the preprocessor. Owns a list of functions while it looks for recursion. */
#include "program/lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/arithmetic.h"
#include "program/text_error.h"
#include "program/tokens.h"

/* ---- Subscripts of out ---- */

/* Reads an integer literal, with its suffix. Returns false for other numbers. */
static bool read_integer(struct token token, unsigned long long *value) {
    char *end;
    *value = strtoull(token.text, &end, 0);
    while (strchr("uUlL", *end) && end < token.text + token.length) end++;
    return end == token.text + token.length;
}

/* A use of `out` in a body. */
struct use {
    bool is_literal; /* out[K] with a literal K */
    bool is_negative;
    unsigned long long plane;
    const char *subscript; /* where K begins */
};

/* Reads what stands at `at`, behind `out`. */
static struct use read_use(const char *at) {
    struct use use = {false};
    if (!token_is(token_next(&at), "[")) return use;
    struct token token = token_next(&at);
    use.subscript = token.text;
    const bool has_sign = token_is(token, "-");
    if (has_sign) token = token_next(&at);
    if (token.kind != TOKEN_NUMBER || !read_integer(token, &use.plane)) return use;
    use.is_literal = token_is(token_next(&at), "]");
    use.is_negative = has_sign && use.plane;
    return use;
}

/* Finds the next use of `out` from *at on, and steps over the name. A member of a struct may have
 * the same name. */
static bool find_use(const char **at, struct use *use) {
    struct token before = {TOKEN_SIGN, ";", 1}, previous = before, token;
    for (; (token = token_next(at)).kind != TOKEN_END; before = previous, previous = token) {
        const bool is_arrow = token_is(previous, ">") && token_is(before, "-");
        if (!token_is(token, "out") || token_is(previous, ".") || is_arrow) continue;
        *use = read_use(*at);
        return true;
    }
    return false;
}

outerfill_status lint_body(const char *body, size_t num_planes, outerfill_error *error) {
    const struct text_piece piece = text_piece_body(body);
    struct use use;
    for (const char *at = body; find_use(&at, &use);) {
        if (!use.is_literal || (!use.is_negative && use.plane < num_planes)) continue;
        return text_refuse(
            &piece, use.subscript, error,
            "out[%s%llu] does not exist: the function has %zu plane%s, out[0] to out[%zu]",
            use.is_negative ? "-" : "", use.plane, num_planes, num_planes == 1 ? "" : "s",
            num_planes - 1);
    }
    return OUTERFILL_OK;
}

size_t lint_count_planes(const char *body, const char *preamble) {
    size_t num_planes = 0;
    struct use use;
    if (preamble && find_use(&preamble, &use)) return 0;
    for (const char *at = body; find_use(&at, &use);) {
        if (!use.is_literal || use.is_negative || use.plane >= OUTERFILL_MAX_PLANES) return 0;
        num_planes = largest(num_planes, (size_t)use.plane + 1);
    }
    return num_planes;
}

/* ---- Recursion ---- */

/* A function that the preamble defines. */
struct definition {
    struct token name;
    const char *begin, *end; /* its body, between the braces */

    /* For the search. A function is open while it or a function that it calls is searched. */
    bool is_visited, is_open;
    const char *at;            /* the next token of its body */
    struct definition *caller; /* where the search came from */
};

struct definitions {
    struct definition *items;
    size_t num_items;
};

static struct definition *find(const struct definitions *functions, struct token name) {
    for (size_t k = 0; name.kind == TOKEN_NAME && k < functions->num_items; k++)
        if (functions->items[k].name.length == name.length &&
            strncmp(functions->items[k].name.text, name.text, name.length) == 0)
            return &functions->items[k];
    return NULL;
}

static bool add(struct definitions *functions, struct definition function) {
    struct definition *items =
        realloc(functions->items, (functions->num_items + 1) * sizeof *items);
    if (!items) return false;
    functions->items = items;
    items[functions->num_items++] = function;
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

/* Steps over the rest of a preprocessor line, which a backslash continues. */
static void skip_directive(const char **at) {
    const char *c = *at;
    while (*c && *c != '\n') c += c[0] == '\\' && c[1] ? 2 : 1;
    *at = c;
}

/* Collects `NAME(...) {...}` outside of all brackets. A '=' before the brace makes it the value of
 * a variable. */
static bool collect(const char *preamble, struct definitions *functions) {
    struct token name = {TOKEN_END, "", 0}, previous = name, token;
    bool has_value = false;
    for (const char *at = preamble; (token = token_next(&at)).kind != TOKEN_END; previous = token) {
        const bool is_call = token_is(token, "(") && previous.kind == TOKEN_NAME;
        if (is_call && name.kind == TOKEN_END && !token_is(previous, "__attribute__"))
            name = previous;
        if (token_is(token, "#")) skip_directive(&at);
        if (token_is(token, "=")) has_value = true;
        if (token_is(token, "(") || token_is(token, "[")) skip_nested(&at);
        if (token_is(token, "{")) {
            const char *begin = at, *end = skip_nested(&at);
            const bool is_function = name.kind == TOKEN_NAME && !has_value;
            if (is_function &&
                !add(functions, (struct definition){.name = name, .begin = begin, .end = end}))
                return false;
        }
        if (!token_is(token, "{") && !token_is(token, ";")) continue;
        name.kind = TOKEN_END;
        has_value = false;
    }
    return true;
}

/* Begins with a function, or returns NULL if the search has been there. */
static struct definition *enter(struct definition *function, struct definition *caller) {
    if (!function || function->is_visited) return NULL;
    function->is_visited = function->is_open = true;
    function->caller = caller;
    function->at = function->begin;
    return function;
}

/* Steps over the next token of the function's body. Returns the function that it calls, or NULL. */
static struct definition *next_call(const struct definitions *functions,
                                    struct definition *function, struct token *token) {
    *token = token_next(&function->at);
    const char *behind = function->at;
    return token_is(token_next(&behind), "(") ? find(functions, *token) : NULL;
}

static outerfill_status refuse_circle(const struct text_piece *piece, struct token call,
                                      const struct definition *function,
                                      const struct definition *called, outerfill_error *error) {
    if (called == function)
        return text_refuse(piece, call.text, error,
                           "%.*s calls itself, and OpenCL has no recursion: write a loop",
                           (int)call.length, call.text);
    return text_refuse(piece, call.text, error,
                       "%.*s calls itself through %.*s, and OpenCL has no recursion: write a loop",
                       (int)call.length, call.text, (int)function->name.length,
                       function->name.text);
}

/* Searches depth first. A call of a function that is still open closes a circle. */
static outerfill_status search(const struct text_piece *piece, const struct definitions *functions,
                               struct definition *first, outerfill_error *error) {
    for (struct definition *function = enter(first, NULL); function;) {
        if (function->at >= function->end) {
            function->is_open = false;
            function = function->caller;
            continue;
        }
        struct token call;
        struct definition *called = next_call(functions, function, &call);
        if (called && called->is_open) return refuse_circle(piece, call, function, called, error);
        struct definition *entered = enter(called, function);
        if (entered) function = entered;
    }
    return OUTERFILL_OK;
}

outerfill_status lint_preamble(const char *preamble, outerfill_error *error) {
    const struct text_piece piece = text_piece_preamble(preamble);
    struct definitions functions = {NULL, 0};
    outerfill_status status = OUTERFILL_OK;
    if (strstr(preamble, "overloadable")) return OUTERFILL_OK;
    if (!collect(preamble, &functions))
        status = error_no_memory(error, "list of %zu functions", functions.num_items);
    for (size_t k = 0; !status && k < functions.num_items; k++)
        status = search(&piece, &functions, &functions.items[k], error);
    free(functions.items);
    return status;
}

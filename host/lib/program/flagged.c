/* SPDX-License-Identifier: MIT
 *
 * Decides whether a function's text is compiled twice, because kernels/flagged.cl has faster
 * functions for it. Writes the second copy of a preamble's helper functions: each gets the flag as
 * its first argument, and so does each call, by a macro. Owns nothing. */
#include "program/flagged.h"

#include <string.h>

#include "program/builtin_table.h"
#include "program/builtins.h"
#include "program/subscripts.h"
#include "program/text_pieces.h"
#include "program/tokens.h"
#include "program/user_text.h"

static bool is_flagged(struct token token) {
    const struct builtin *const builtin = token.kind == TOKEN_NAME ? builtin_find(token) : NULL;
    return builtin && builtin->code == BUILTIN_FLAGGED;
}

static bool calls_flagged(const char *text) {
    struct token token;
    while ((token = token_next(&text)).kind != TOKEN_END)
        if (is_flagged(token)) return true;
    return false;
}

/* A preamble may give the names a meaning of its own. */
static bool defines_flagged(const char *preamble) {
    struct definitions definitions;
    bool is_found = !definitions_collect(preamble, &definitions);
    for (size_t k = 0; k < definitions.num_items; k++)
        is_found |= is_flagged(definitions.items[k].name);
    definitions_free(&definitions);
    return is_found;
}

bool flagged_is_called(const outerfill_function_description *description) {
    struct text_piece piece;
    bool calls = false;
    for (size_t k = 0; text_piece_of(description, k, &piece); k++) {
        if (builtins_make_vectors(piece.text)) return false;
        calls |= calls_flagged(piece.text);
    }
    return calls && !defines_flagged(description->preamble);
}

bool flagged_is_wanted(const outerfill_function_description *description) {
    return flagged_is_called(description) && !user_text_any_has_loop(description);
}

/* ---- Helper functions ---- */

#define FLAGGED_PREFIX "outerfill_rare_"

/* Returns whether the preamble's only directives are #defines, without a brace. With others, a
 * function's second copy could mean something else. So it could with attributes: a function that is
 * said to be const must not set a flag. */
static bool has_plain_macros(const char *preamble) {
    struct token token;
    while ((token = token_next(&preamble)).kind != TOKEN_END) {
        if (!token_is(token, "#")) continue;
        const char *const end = token_line_end(preamble);
        if (!token_is(token_next(&preamble), "define")) return false;
        if (memchr(preamble, '{', (size_t)(end - preamble))) return false;
        preamble = end;
    }
    return true;
}

static bool has_name_twice(const struct definitions *definitions) {
    for (size_t k = 0; k < definitions->num_items; k++)
        for (size_t l = 0; l < k; l++) {
            const struct definition *one = &definitions->items[k], *other = &definitions->items[l];
            if (one->kind == other->kind && token_equals(one->name, other->name)) return true;
        }
    return false;
}

bool flagged_helpers_can(const outerfill_function_description *description,
                         const struct definitions *definitions) {
    const char *const preamble = description->preamble;
    return preamble && calls_flagged(preamble) && flagged_is_called(description) &&
           !user_text_has_loop(preamble) && !strstr(preamble, "__attribute__") &&
           !subscripts_are_checked(description) && has_plain_macros(preamble) &&
           !has_name_twice(definitions);
}

/* Writes a part of the preamble, in the lines and columns of the preamble. */
static void write_part(FILE *out, const struct text_piece *piece, const char *begin,
                       const char *end) {
    size_t line, column;
    text_piece_position(piece, begin, &line, &column);
    fprintf(out, "\n#line %zu \"%s\"\n%*s%.*s", line, piece->name, (int)column - 1, "",
            (int)(end - begin), begin);
}

static bool is_empty_list(const char *parameters) {
    struct token token = token_next(&parameters);
    if (token_is(token, "void")) token = token_next(&parameters);
    return token_is(token, ")");
}

static void write_helper(FILE *out, const struct text_piece *piece, const struct definition *item) {
    const int length = (int)item->name.length;
    const char *parameters = item->name.text + item->name.length;
    token_next(&parameters); /* the bracket */
    const bool is_empty = is_empty_list(parameters);
    if (is_empty) parameters = strchr(parameters, ')');
    fprintf(out, "__attribute__((always_inline))"); /* or the flag keeps it from vectors */
    write_part(out, piece, item->start, item->name.text);
    fprintf(out, FLAGGED_PREFIX "%.*s(long *outerfill_rare%s", length, item->name.text,
            is_empty ? "" : ",");
    write_part(out, piece, parameters, item->end + 1);
}

static void write_call(FILE *out, const struct definition *item) {
    const int length = (int)item->name.length;
    const char *const name = item->name.text;
    const bool is_empty = is_empty_list(name + length + strcspn(name + length, "(") + 1);
    fprintf(out, "\n#undef %.*s\n#define %.*s(%s) " FLAGGED_PREFIX "%.*s(outerfill_rare%s)\n",
            length, name, length, name, is_empty ? "" : "...", length, name,
            is_empty ? "" : ", __VA_ARGS__");
}

void flagged_write_helpers(FILE *out, const char *preamble, const struct definitions *definitions) {
    const struct text_piece piece = text_piece_preamble(preamble);
    for (size_t k = 0; k < definitions->num_items; k++)
        if (definitions->items[k].kind != DEFINED_MACRO) write_call(out, &definitions->items[k]);
    for (size_t k = 0; k < definitions->num_items; k++)
        if (definitions->items[k].kind != DEFINED_MACRO)
            write_helper(out, &piece, &definitions->items[k]);
    fprintf(out, "\n");
}

/* SPDX-License-Identifier: MIT
 *
 * Looks for the first token of a text that keeps a compiler from vector code. Owns nothing. */
#include "program/slow_code.h"

#include "program/builtin_table.h"
#include "program/definitions.h"
#include "program/user_text.h"

/* What the tokens are looked at for. */
struct search {
    const struct definitions *definitions;
    bool is_ours;
    bool is_preamble;   /* of the piece */
    bool has_slow_loop; /* the body has a loop, and no batches */
};

static bool is_any(struct token token, const char *const *words) {
    for (; *words; words++)
        if (token_is(token, *words)) return true;
    return false;
}

/* A preamble may give a built-in function's name a meaning of its own. */
static bool is_drivers(const struct search *search, struct token token) {
    const struct builtin *const builtin = token.kind == TOKEN_NAME ? builtin_find(token) : NULL;
    if (!builtin || builtin->code == BUILTIN_PLAIN) return false;
    if (builtin->code != BUILTIN_DRIVERS && search->is_ours) return false;
    for (size_t k = 0; k < search->definitions->num_items; k++)
        if (token_equals(search->definitions->items[k].name, token)) return false;
    return true;
}

/* Returns whether a % has a divisor that is no number. `behind` is the text behind it. */
static bool is_slow_division(struct token token, const char *behind) {
    struct token divisor = token_next(&behind);
    if (token_is(divisor, "=")) divisor = token_next(&behind);
    return token_is(token, "%") && divisor.kind != TOKEN_NUMBER;
}

/* Returns the end of a sentence that begins with the token, or NULL. */
static const char *reason_of(const struct search *search, struct token token, const char *behind) {
    static const char *const jumps[] = {"goto", "switch", "asm", "__asm__", NULL};
    static const char *const unknown[] = {"sizeof", "typedef", "struct", "union", "static", NULL};
    static const char *const loops[] = {"for", "while", "do", NULL};
    if (is_drivers(search, token))
        return "is a function of the driver's, and keeps the compiler from vector code";
    if (is_slow_division(token, behind)) return "with a variable divisor has no vector instruction";
    if (is_any(token, jumps) || (search->has_slow_loop && is_any(token, unknown)))
        return "keeps the compiler from vector code";
    if (search->is_preamble && is_any(token, loops))
        return "in a helper function runs cell by cell: a loop in the body runs for many cells at "
               "once";
    return NULL;
}

static bool find_in(const struct search *search, const struct text_piece *piece,
                    struct warnings *found) {
    const char *at = piece->text, *reason = NULL;
    struct token token;
    while (!reason && (token = token_next(&at)).kind != TOKEN_END)
        reason = reason_of(search, token, at);
    if (reason)
        warnings_add(found, piece, token.text, "%.*s %s", (int)token.length, token.text, reason);
    return reason != NULL;
}

/* A loop that has no batches for another reason. */
static void add_loop(const outerfill_function_description *description, const struct batch *batch,
                     struct warnings *found) {
    const struct text_piece piece = text_piece_body(description->body);
    const char *at = description->body;
    struct token token;
    if (batch->stop) {
        warnings_add(found, &piece, batch->stop, "this statement makes the cells run one by one");
        return;
    }
    while ((token = token_next(&at)).kind != TOKEN_END)
        if (token_is(token, "for") || token_is(token, "while") || token_is(token, "do")) break;
    if (token.kind != TOKEN_END)
        warnings_add(found, &piece, token.text, "this loop runs cell by cell");
}

void slow_code_find(const outerfill_function_description *description, const struct batch *batch,
                    bool is_ours, struct warnings *found) {
    struct definitions definitions;
    struct text_piece piece;
    const bool is_complete = definitions_collect(description->preamble, &definitions);
    struct search search = {.definitions = &definitions,
                            .is_ours = is_ours,
                            .has_slow_loop = description->body && !batch->num_cells &&
                                             user_text_has_loop(description->body)};
    bool is_found = !is_complete;
    for (size_t k = 0; !is_found && text_piece_of(description, k, &piece); k++) {
        search.is_preamble = piece.text == description->preamble;
        is_found = find_in(&search, &piece, found);
    }
    if (!is_found && search.has_slow_loop) add_loop(description, batch, found);
    definitions_free(&definitions);
}

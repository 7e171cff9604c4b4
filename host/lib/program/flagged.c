/* SPDX-License-Identifier: MIT
 *
 * Decides whether a function's text is compiled twice, because kernels/flagged.cl has faster
 * functions for it. Owns nothing. */
#include "program/flagged.h"

#include "program/builtins.h"
#include "program/definitions.h"
#include "program/text_pieces.h"
#include "program/tokens.h"
#include "program/user_text.h"

static bool is_flagged(struct token token) {
    return token_is(token, "sin") || token_is(token, "cos") || token_is(token, "tan");
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

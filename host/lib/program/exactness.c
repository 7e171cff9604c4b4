/* SPDX-License-Identifier: MIT
 *
 * Finds texts whose results have the same bits on every device. OpenCL rounds + - * correctly, and
 * allows errors of some units in the last place for most functions. The module owns nothing. */
#include "program/exactness.h"

#include <string.h>

#include "program/tokens.h"

/* Words that a parenthesis may follow, although they are no functions. */
static bool is_word_of_c(struct token token) {
    static const char *const words[] = {"if", "while", "for", "switch", "return"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (token_is(token, words[k])) return true;
    return false;
}

/* A '#' may begin a macro, which may be anything. */
static bool is_exact(const char *text) {
    struct token token = {.kind = TOKEN_SIGN}, before;
    for (const char *at = text; token.kind != TOKEN_END;) {
        before = token;
        token = token_next(&at);
        if (token_is(token, "/") || token_is(token, "#")) return false;
        if (token_is(token, "(") && before.kind == TOKEN_NAME && !is_word_of_c(before))
            return false;
    }
    return true;
}

bool exactness_is_sure(const outerfill_function_description *description) {
    if (description->preamble || description->relaxed) return false;
    if (description->body) return is_exact(description->body);
    for (size_t p = 0; p < description->num_planes; p++)
        if (!is_exact(description->expressions[p])) return false;
    return true;
}

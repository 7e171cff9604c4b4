/* SPDX-License-Identifier: MIT
 *
 * Decides whether a body with loops gets a form for batches of cells. Owns nothing. */
#include "program/batch_wanted.h"

#include <string.h>

#include "program/batch_names.h"
#include "program/builtin_table.h"
#include "program/builtins.h"
#include "program/flagged.h"
#include "program/statements.h"
#include "program/subscripts.h"
#include "program/text_names.h"
#include "program/user_text.h"

/* Returns whether a name may stand for a function of the driver's that is called. */
static bool calls_driver(const char *text) {
    struct span span = {text, text + strlen(text)};
    struct token token;
    while ((token = span_next(&span)).kind != TOKEN_END) {
        const struct builtin *const builtin = token.kind == TOKEN_NAME ? builtin_find(token) : NULL;
        if (builtin && builtin->code == BUILTIN_DRIVERS) return true;
    }
    return false;
}

static bool has_any(const char *text, const char *const *words) {
    const struct span span = {text, text + strlen(text)};
    for (; *words; words++)
        if (span_has(span, *words)) return true;
    return false;
}

/* Such a macro would also change the words that a batch's text is made of. */
static bool redefines_keyword(const char *preamble) {
    struct token token, before = {TOKEN_END, preamble, 0};
    for (; (token = token_next(&preamble)).kind != TOKEN_END; before = token)
        if (token_is(before, "define") && text_name_is_keyword(token.text, token.length))
            return true;
    return false;
}

/* Names such as __LINE__ and __asm, with a meaning of the compiler's. */
static bool has_reserved_name(const char *text) {
    struct token token;
    while ((token = token_next(&text)).kind != TOKEN_END)
        if (token.kind == TOKEN_NAME && strncmp(token.text, "__", 2) == 0 &&
            !token_is(token, "__constant"))
            return true;
    return false;
}

/* Returns whether a helper function would take a branch for a rare argument. */
static bool takes_branches(const outerfill_function_description *description) {
    static const char *const words[] = {"sin", "cos", "tan", "fmod", "remainder", NULL};
    struct definitions definitions;
    const bool can_flag = definitions_collect(description->preamble, &definitions) &&
                          flagged_helpers_can(description, &definitions);
    definitions_free(&definitions);
    return has_any(description->preamble, words) && !can_flag;
}

/* A macro could hide a jump. */
static bool is_simple_preamble(const outerfill_function_description *description) {
    static const char *const words[] = {"break", "continue", "goto", "asm", NULL};
    const struct batch_names names = {.description = description};
    const struct token jump = {TOKEN_NAME, "return", strlen("return")};
    const char *const preamble = description->preamble;
    return !strstr(preamble, "%:") && !strstr(preamble, "??") && !strstr(preamble, "##") &&
           !strchr(preamble, '\\') && !has_any(preamble, words) &&
           !batch_names_macro_has(&names, jump) && !redefines_keyword(preamble) &&
           !takes_branches(description);
}

bool batch_is_wanted(const outerfill_function_description *description) {
    static const char *const unknown[] = {"goto",   "switch",  "case",   "default",
                                          "asm",    "__asm__", "sizeof", "typedef",
                                          "struct", "union",   "static", NULL};
    const char *const body = description->body, *const preamble = description->preamble;
    if (!body || !user_text_has_loop(body)) return false;
    if (subscripts_are_checked(description)) return false;
    if (has_any(body, unknown) || has_reserved_name(body) || builtins_make_vectors(body))
        return false;
    if (calls_driver(body)) return false;
    return !preamble || (!has_reserved_name(preamble) && is_simple_preamble(description) &&
                         !user_text_has_loop(preamble) && !builtins_make_vectors(preamble) &&
                         !calls_driver(preamble));
}

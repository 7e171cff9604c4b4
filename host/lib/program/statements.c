/* SPDX-License-Identifier: MIT
 *
 * Cuts a checked text into statements, and looks into them. Knows where statements end, and nothing
 * of what they mean. Owns nothing. */
#include "program/statements.h"

#include <ctype.h>
#include <string.h>

static const struct span nothing = {NULL, NULL};

struct token span_next(struct span *span) {
    const char *at = span->begin;
    struct token token = token_next(&at);
    if (token.text >= span->end) token = (struct token){TOKEN_END, span->end, 0};
    span->begin = token.text + token.length;
    return token;
}

static struct token peek(struct span span) {
    return span_next(&span);
}

bool span_has(struct span span, const char *word) {
    struct token token;
    while ((token = span_next(&span)).kind != TOKEN_END)
        if (token_is(token, word)) return true;
    return false;
}

bool span_has_loop(struct span span) {
    return span_has(span, "for") || span_has(span, "while") || span_has(span, "do");
}

/* Returns whether an assignment operator, ++ or -- begins at `at`. */
static bool is_assignment(const char *at) {
    const size_t shift = (at[0] == '<' || at[0] == '>') && at[1] == at[0] ? 2 : 0;
    if (shift) return at[shift] == '=';
    if ((at[0] == '+' || at[0] == '-') && at[1] == at[0]) return true;
    if (*at && strchr("+-*/%&|^", *at)) return at[1] == '=';
    return at[0] == '=' && at[1] != '=';
}

bool span_assigns(struct span span, struct token name) {
    const char *const begin = span.begin;
    struct token token;
    while ((token = span_next(&span)).kind != TOKEN_END) {
        if (!token_equals(token, name)) continue;
        const char *before = token.text;
        while (before > begin && isspace((unsigned char)before[-1])) before--;
        const bool is_and = before > begin + 1 && before[-1] == '&' && before[-2] == '&';
        if (before > begin && before[-1] == '&' && !is_and) return true;
        if (before > begin + 1 && is_assignment(before - 2) && before[-1] != '=') return true;
        if (is_assignment(peek(span).text)) return true;
    }
    return false;
}

struct span span_take_bracket(struct span *span) {
    struct token token = span_next(span);
    const char *const begin = span->begin;
    size_t depth = 0;
    if (token.kind != TOKEN_SIGN || !strchr("([{", *token.text)) return nothing;
    for (; token.kind != TOKEN_END; token = span_next(span)) {
        if (token.kind != TOKEN_SIGN) continue;
        if (strchr("([{", *token.text)) depth++;
        if (strchr(")]}", *token.text) && --depth == 0) return (struct span){begin, token.text};
    }
    return nothing;
}

struct span span_take_until(struct span *span, char sign) {
    const char *const begin = span->begin;
    struct token token;
    for (struct span here = *span; (token = peek(here)).kind != TOKEN_END; here = *span) {
        if (token.kind == TOKEN_SIGN && *token.text == sign) {
            span_next(span);
            return (struct span){begin, token.text};
        }
        if (token.kind == TOKEN_SIGN && strchr("([{", *token.text))
            span_take_bracket(span);
        else
            span_next(span);
    }
    span->begin = span->end; /* a comment may be left */
    return (struct span){begin, span->end};
}

/* Steps behind a statement that has no other one for its body. Returns false if it is unknown. */
static bool skip_simple(struct span *span) {
    const struct token first = peek(*span);
    if (first.kind == TOKEN_END) return false;
    if (token_is(first, "{")) return span_take_bracket(span).begin != NULL;
    if (token_is(first, "do")) {
        span_next(span);
        if (!token_is(peek(*span), "{") || !span_take_bracket(span).begin) return false;
        if (!token_is(span_next(span), "while") || !span_take_bracket(span).begin) return false;
        return token_is(span_next(span), ";");
    }
    return span_take_until(span, ';').end < span->end;
}

/* `else` belongs to the last `if` before it that has none. */
struct span span_take_statement(struct span *span) {
    size_t num_ifs = 0;
    const char *const begin = peek(*span).text;
    for (;;) {
        const struct token first = peek(*span);
        const bool is_if = token_is(first, "if");
        if (is_if || token_is(first, "for") || token_is(first, "while")) {
            span_next(span);
            if (!token_is(peek(*span), "(") || !span_take_bracket(span).begin) return nothing;
            num_ifs += is_if;
            continue;
        }
        if (!skip_simple(span)) return nothing;
        if (num_ifs == 0 || !token_is(peek(*span), "else"))
            return (struct span){begin, span->begin};
        span_next(span);
        num_ifs--;
    }
}

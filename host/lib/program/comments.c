/* SPDX-License-Identifier: MIT
 *
 * Looks at the comments that begin with //. Such a comment may be a quotient if it stands behind an
 * operand in the middle of a statement, and if its text reads as an operand. Owns nothing. */
#include "program/comments.h"

#include <string.h>

#include "program/text_names.h"
#include "program/tokens.h"

/* Returns the comment that follows `end` on the same line, or NULL. */
static const char *comment_behind(const char *end) {
    const char *at = end + strspn(end, " \t");
    return at[0] == '/' && at[1] == '/' ? at : NULL;
}

static bool is_operand(struct token token) {
    if (token.kind == TOKEN_NAME) return !text_name_is_keyword(token.text, token.length);
    return token.kind == TOKEN_NUMBER || token_is(token, ")") || token_is(token, "]");
}

/* Returns whether a statement goes on with this token behind an operand. */
static bool continues(struct token token) {
    return token.kind == TOKEN_SIGN && strchr("+-*/%<>=!&|^?:,;)]", *token.text);
}

/* Returns whether the text in front of the comment has the name. */
static bool is_used(const char *text, const char *comment, struct token name) {
    struct token token;
    if (text_name_is_seen(name.text, name.length)) return true;
    while ((token = token_next(&text)).kind != TOKEN_END && token.text < comment)
        if (token_equals(token, name)) return true;
    return false;
}

/* Returns whether the comment reads as an expression. Two words in a row do not, nor does a word
 * that the text has not used. */
static bool reads_as_operand(const char *text, const char *comment) {
    const char *at = comment + 2, *end = at + strcspn(at, "\r\n");
    struct token previous = {TOKEN_SIGN, "", 0}, token;
    while ((token = token_next(&at)).kind != TOKEN_END && token.text < end) {
        const bool begins = token.kind == TOKEN_NAME || token.kind == TOKEN_NUMBER;
        if (begins && (previous.kind == TOKEN_NAME || previous.kind == TOKEN_NUMBER)) return false;
        if (token.kind == TOKEN_NAME && !is_used(text, comment, token)) return false;
        if (token.kind == TOKEN_LITERAL) return false;
        previous = token;
    }
    return previous.length > 0;
}

void comments_check(const outerfill_function_description *description, struct warnings *warnings) {
    const struct text_piece piece = text_piece_body(description->body);
    const char *at = description->body;
    struct token token;
    while (at && (token = token_next(&at)).kind != TOKEN_END) {
        const char *comment = comment_behind(token.text + token.length), *behind = at;
        if (!comment || !is_operand(token) || !continues(token_next(&behind))) continue;
        if (!reads_as_operand(description->body, comment)) continue;
        warnings_add(warnings, &piece, comment,
                     "this comment stands in the middle of a statement: for a quotient that is "
                     "rounded down write floor(a / b), and for a comment put it between /* and */");
    }
}

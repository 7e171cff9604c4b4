/* SPDX-License-Identifier: MIT
 *
 * Cuts a text in OpenCL C into tokens. Owns nothing, and knows no grammar. */
#include "program/tokens.h"

#include <ctype.h>
#include <string.h>

static bool is_name_part(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

static const char *skip_blanks_and_comments(const char *at) {
    for (;;) {
        const char *end;
        at += strspn(at, " \t\r\n\v\f");
        if (at[0] == '/' && at[1] == '/') {
            at += strcspn(at, "\r\n");
        } else if (at[0] == '/' && at[1] == '*') {
            end = strstr(at + 2, "*/");
            at = end ? end + 2 : at + strlen(at);
        } else {
            return at;
        }
    }
}

/* A number has letters for its suffix, and a sign behind the letter of its exponent. */
static size_t number_length(const char *text) {
    const bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    size_t length = 1;
    for (; is_name_part(text[length]) || text[length] == '.' ||
           ((text[length] == '+' || text[length] == '-') &&
            strchr(is_hex ? "pP" : "eE", text[length - 1]));
         length++)
        continue;
    return length;
}

/* A literal that is not closed ends with its line. */
static size_t literal_length(const char *text) {
    size_t length = 1;
    for (; text[length] && text[length] != *text && text[length] != '\n'; length++)
        if (text[length] == '\\' && text[length + 1]) length++;
    return text[length] == *text ? length + 1 : length;
}

struct token token_next(const char **at) {
    const char *text = skip_blanks_and_comments(*at);
    struct token token = {TOKEN_SIGN, text, 1};
    if (!*text) {
        token = (struct token){TOKEN_END, text, 0};
    } else if (isdigit((unsigned char)*text) || (*text == '.' && isdigit((unsigned char)text[1]))) {
        token = (struct token){TOKEN_NUMBER, text, number_length(text)};
    } else if (is_name_part(*text)) {
        token.kind = TOKEN_NAME;
        while (is_name_part(text[token.length])) token.length++;
    } else if (*text == '"' || *text == '\'') {
        token = (struct token){TOKEN_LITERAL, text, literal_length(text)};
    }
    *at = text + token.length;
    return token;
}

bool token_is(struct token token, const char *word) {
    return strlen(word) == token.length && strncmp(token.text, word, token.length) == 0;
}

bool token_equals(struct token token, struct token other) {
    return token.length == other.length && strncmp(token.text, other.text, token.length) == 0;
}

const char *token_line_end(const char *at) {
    while (*at && *at != '\n') at += at[0] == '\\' && at[1] ? 2 : 1;
    return at;
}

const char *token_line(const char *text, size_t line) {
    for (; line > 1; line--) {
        text += strcspn(text, "\n");
        if (*text == '\0') return NULL;
        text++;
    }
    return text;
}

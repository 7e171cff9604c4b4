/* SPDX-License-Identifier: MIT
 *
 * Computes a digest of what a text means to the compiler, so that a changed comment leaves it as it
 * is. The digest covers the tokens in their order. It also covers the line ends around preprocessor
 * lines, and the blanks in front of a token where they could change the meaning.
 *
 * Two texts of different meaning must not have the same digest. So a text with an unusual
 * construct does not suit, and the caller takes the digest of its characters. The module owns
 * nothing. It knows nothing of functions and files. */
#include "program/text_digest.h"

#include <string.h>

#include "program/tokens.h"

/* Tokens of several signs. The longest one that fits is a token; "a - -b" has two signs. */
static const char *const operators[] = {
    "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||",
    "*=",  "/=",  "%=",  "+=", "-=", "&=", "^=", "|=", "##", "<:", ":>", "<%", "%>", "::"};

/* The reader of one text. */
struct reader {
    const char *at;
    const char *end;   /* of the token before, or the beginning of the text */
    bool is_first;     /* no token was read yet */
    bool in_directive; /* the last token belongs to a preprocessor line */
    bool ends_line;    /* the new token is the first one behind a preprocessor line */
    bool begins_line;  /* the new token is the '#' of a preprocessor line */
    bool is_joined;    /* neither a blank nor a comment stands in front of the new token */
};

/* Returns whether a line ends between two tokens. A line end inside of a comment does not count. A
 * text that suits has no spliced lines except those that splice_end finds. */
static bool has_line_end(const char *at, const char *end) {
    while (at < end) {
        if (*at == '\n' || *at == '\r') return true;
        if (at[0] == '/' && at[1] == '*') {
            at = strstr(at + 2, "*/");
            if (!at) return false;
            at += 2;
        } else {
            at += *at == '/' ? strcspn(at, "\r\n") : 1;
        }
    }
    return false;
}

/* Returns the end of a splice, which is a backslash and a line end. NULL: there is none. */
static const char *splice_end(const char *at) {
    if (*at != '\\') return NULL;
    at += 1 + strspn(at + 1, " \t\v\f");
    if (at[0] == '\r' && at[1] == '\n') return at + 2;
    return *at == '\n' || *at == '\r' ? at + 1 : NULL;
}

static size_t operator_length(const char *at) {
    for (size_t k = 0; k < sizeof operators / sizeof *operators; k++)
        if (strncmp(at, operators[k], strlen(operators[k])) == 0) return strlen(operators[k]);
    return 1;
}

/* Reads a token, an operator as a whole. Steps over splices: text_digest_suits accepts only those
 * that act as a blank. */
static struct token next(struct reader *reader) {
    const char *begin = reader->end, *splice;
    struct token token;
    bool has_end = false;
    for (;;) {
        token = token_next(&reader->at);
        has_end |= has_line_end(begin, token.text);
        splice = splice_end(token.text);
        if (!splice) break;
        begin = reader->at = splice;
    }
    if (token.kind == TOKEN_SIGN) token.length = operator_length(token.text);
    reader->is_joined = token.text == reader->end && !reader->is_first;
    reader->ends_line = reader->in_directive && (has_end || token.kind == TOKEN_END);
    if (reader->ends_line) reader->in_directive = false;
    reader->begins_line =
        !reader->in_directive && token_is(token, "#") && (has_end || reader->is_first);
    reader->in_directive |= reader->begins_line;
    reader->is_first = false;
    reader->at = reader->end = token.text + token.length;
    return token;
}

/* ---- Which texts suit ---- */

/* Returns whether a backslash in the text is a splice of a preprocessor line with a blank in front
 * of it. Every other one could join two tokens, or make the next line a comment. */
static bool splices_suit(const char *text) {
    bool in_directive = false, in_comment = false;
    for (const char *at = text; *at;) {
        const char *end = splice_end(at);
        if (!end && *at == '\\') return false;
        if (end && (!in_directive || in_comment || !strchr(" \t", at[-1]))) return false;
        if (!in_directive && *at == '#') in_directive = true;
        if (at[0] == '/' && (at[1] == '/' || at[1] == '*')) in_comment = true;
        if (*at == '\n' || *at == '\r') in_directive = in_comment = false;
        at = end ? end : at + 1;
    }
    return true;
}

/* Returns whether a sign has the same meaning in all surroundings. '#' makes a string of an
 * argument, with its blanks. Letters beyond ASCII and '$' can be parts of a name. */
static bool sign_suits(struct token token, const struct reader *reader) {
    if (token_is(token, "#")) return reader->begins_line;
    return !strchr("$@`\\", *token.text) && (unsigned char)*token.text < 0x80;
}

/* The name of an included file may contain what looks like a comment. */
static bool name_suits(struct token token, const struct reader *reader) {
    if (token_is(token, "__LINE__")) return false;
    return !reader->in_directive || strncmp(token.text, "include", strlen("include")) != 0;
}

bool text_digest_suits(const char *text) {
    if (!text) return true;
    if (strstr(text, "?\?") || strstr(text, "%:") || !splices_suit(text)) return false;
    struct reader reader = {.at = text, .end = text, .is_first = true};
    struct token token;
    while ((token = next(&reader)).kind != TOKEN_END) {
        if (token.kind == TOKEN_SIGN && !sign_suits(token, &reader)) return false;
        if (token.kind == TOKEN_NAME && !name_suits(token, &reader)) return false;
    }
    return true;
}

/* ---- The digest ---- */

/* A preprocessor line defines a macro with arguments if no blank stands in front of '('. A literal
 * belongs to the name in front of it, as in L"a". */
static bool blank_counts(struct token token, const struct reader *reader) {
    return token.kind == TOKEN_LITERAL || (reader->in_directive && token_is(token, "("));
}

/* Each step takes the digest of the tokens so far together with one more token. So the result
 * depends on where a token ends. */
struct digest text_digest_of_tokens(const char *text) {
    struct reader reader = {.at = text, .end = text, .is_first = true};
    struct {
        struct digest before, token;
        uint64_t kind, lines, is_joined;
    } step = {{0, 0}, {0, 0}, 0, 0, 0};
    struct token token;
    do {
        token = next(&reader);
        step.token = digest_of(token.text, token.length);
        step.kind = (uint64_t)token.kind;
        step.lines = (uint64_t)reader.ends_line + 2 * (uint64_t)reader.begins_line;
        step.is_joined = blank_counts(token, &reader) && reader.is_joined;
        step.before = digest_of(&step, sizeof step);
    } while (token.kind != TOKEN_END);
    return step.before;
}

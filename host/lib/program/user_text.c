/* SPDX-License-Identifier: MIT
 *
 * Checks the caller's text before a compiler sees it. The text must stay inside the function into
 * which source.c puts it, so that its mistakes are reported as its own. This does not protect
 * against hostile text, which becomes native code anyway. The checks look only at what decides
 * where a text ends: brackets, comments, literals and the preprocessor. What a text means is left
 * to the compiler. This module owns nothing, and calls neither OpenCL nor a compiler. */
#include "program/user_text.h"

#include <ctype.h>
#include <string.h>

#include "program/text_error.h"
#include "program/text_names.h"
#include "program/tokens.h"
#include "program/text_pieces.h"

#define MAX_DEPTH             256   /* brackets that are open at once */
#define MAX_EXPRESSION_LENGTH 16384 /* bytes; see check_length */

/* One pass over a text. All pointers lead into the caller's text. */
struct scan {
    struct text_piece piece;
    const char *at;              /* the next character */
    const char *open[MAX_DEPTH]; /* the brackets that are open, the innermost last */
    size_t depth;
    bool has_code; /* there is more than blanks and comments */
    outerfill_error *error;
};

static outerfill_status refuse(const struct scan *scan, const char *at, const char *what) {
    return text_refuse(&scan->piece, at, scan->error, "%s", what);
}

/* Refuses backslashes everywhere, also inside comments. A line that ends in a backslash continues
 * in the next line, so a comment could end elsewhere than it seems. This check must therefore come
 * first. */
static outerfill_status check_splices(const struct scan *scan) {
    const char *backslash = strchr(scan->piece.text, '\\'),
               *trigraph = strstr(scan->piece.text, "?\?/");
    if (backslash) return refuse(scan, backslash, "a backslash has no place outside a preamble");
    return trigraph ? refuse(scan, trigraph, "this trigraph stands for a backslash") : OUTERFILL_OK;
}

/* Steps over a comment or a quoted literal if one begins at scan->at. In an expression or a body,
 * check_splices has refused backslashes, so the next quote ends a literal. In a preamble this is
 * called for comments only. */
static outerfill_status skip_comment_or_literal(struct scan *scan, bool *skipped) {
    const char *begin = scan->at, *end;
    *skipped = true;
    if (begin[0] == '/' && begin[1] == '/') {
        /* In Python // divides. The rest of the line would be ignored in silence. */
        if (scan->piece.plane >= 0)
            return refuse(scan, begin,
                          "'//' begins a comment; for a quotient that is rounded down write "
                          "floor(a / b)");
        scan->at += strcspn(begin, "\r\n");
        return OUTERFILL_OK;
    }
    if (begin[0] == '/' && begin[1] == '*') {
        end = strstr(begin + 2, "*/");
        if (!end) return refuse(scan, begin, "this comment is not closed");
        scan->at = end + 2;
        return OUTERFILL_OK;
    }
    if (*begin == '"' || *begin == '\'') {
        const char stops[] = {*begin, '\n', '\r', '\0'};
        end = begin + 1 + strcspn(begin + 1, stops);
        if (*end != *begin) return refuse(scan, begin, "this literal is not closed on its line");
        scan->at = end + 1;
        scan->has_code = true;
        return OUTERFILL_OK;
    }
    *skipped = false;
    return OUTERFILL_OK;
}

static outerfill_status check_bracket(struct scan *scan) {
    static const char opening[] = "([{", closing[] = ")]}";
    const char *const c = scan->at;
    if (strchr(opening, *c)) {
        if (scan->depth == MAX_DEPTH) return refuse(scan, c, "brackets are nested too deeply");
        scan->open[scan->depth++] = c;
        return OUTERFILL_OK;
    }
    const char *kind = strchr(closing, *c);
    if (!kind) return OUTERFILL_OK;
    if (scan->depth == 0)
        return refuse(scan, c, "this bracket closes nothing: brackets must balance");
    const char *const partner = scan->open[--scan->depth];
    if (*partner != opening[kind - closing])
        return refuse(scan, c, "this bracket closes one of another kind");
    return OUTERFILL_OK;
}

/* Refuses what could end the text early, or begin a line for the preprocessor. Digraphs and
 * trigraphs are other spellings of brackets and '#'. */
static outerfill_status check_forbidden(struct scan *scan) {
    static const char *const disguises[] = {"<:", ":>", "<%", "%>", "%:", "?\?"};
    const char *const c = scan->at;
    if (*c == '#') return refuse(scan, c, "'#' is for the preamble only");
    for (size_t k = 0; k < sizeof disguises / sizeof *disguises; k++)
        if (strncmp(c, disguises[k], 2) == 0)
            return refuse(scan, c, "digraphs and trigraphs are not accepted");
    if (scan->piece.plane < 0) return OUTERFILL_OK;
    if (*c == ';') return refuse(scan, c, "an expression has no ';': statements go into a body");
    if (*c == ',' && scan->depth == 0)
        return refuse(scan, c, "a comma outside brackets: give one expression for each plane");
    if (strchr("{}", *c))
        return refuse(scan, c, "an expression has no braces: statements go into a body");
    return OUTERFILL_OK;
}

/* Compilers recurse over an expression, so a very long one would overflow the stack and end the
 * process. (measured: PoCL's compiler failed at 66000 characters of a+a+a...) */
static outerfill_status check_length(const struct scan *scan) {
    const size_t length = strlen(scan->piece.text);
    if (length <= MAX_EXPRESSION_LENGTH) return OUTERFILL_OK;
    return text_refuse_whole(&scan->piece, scan->error,
                             "has %zu characters, more than %d: split it up in a body", length,
                             MAX_EXPRESSION_LENGTH);
}

static outerfill_status check_whole(const struct scan *scan) {
    if (scan->depth)
        return refuse(scan, scan->open[scan->depth - 1],
                      "this bracket is not closed: brackets must balance");
    if (scan->has_code) return OUTERFILL_OK;
    return text_refuse_whole(&scan->piece, scan->error, "is empty: there is nothing to compute");
}

static outerfill_status check(struct scan *scan) {
    outerfill_status status = check_splices(scan);
    if (!status && scan->piece.plane >= 0) status = check_length(scan);
    while (!status && *scan->at) {
        bool skipped;
        status = skip_comment_or_literal(scan, &skipped);
        if (status || skipped) continue;
        status = check_forbidden(scan);
        if (!status) status = check_bracket(scan);
        if (!isspace((unsigned char)*scan->at)) scan->has_code = true;
        scan->at++;
    }
    return status ? status : check_whole(scan);
}

outerfill_status user_text_check_expression(const char *text, size_t plane,
                                            outerfill_error *error) {
    struct scan scan = {.piece = text_piece_expression(text, plane), .at = text, .error = error};
    return check(&scan);
}

/* Returns the number of letters, digits and '_' at the beginning of the text. */
static size_t identifier_length(const char *text) {
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_') length++;
    return length;
}

/* Returns the name behind "define" or "undef" in a preprocessor line, or NULL for another
 * directive. `directive` begins behind the '#'. */
static const char *defined_name(const char *directive) {
    static const char *const words[] = {"define", "undef"};
    directive += strspn(directive, " \t");
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        const size_t length = strlen(words[k]);
        const size_t blanks =
            strncmp(directive, words[k], length) == 0 ? strspn(directive + length, " \t") : 0;
        if (blanks) return directive + length + blanks;
    }
    return NULL;
}

/* Refuses a #define or #undef of a name that every function sees. This finds the plain forms, and
 * can give line and column. For disguised forms, source.c makes the compiler check the names
 * again. */
static outerfill_status check_directive(const struct scan *scan) {
    const char *name = defined_name(scan->at + 1);
    if (!name || !text_name_is_seen(name, identifier_length(name))) return OUTERFILL_OK;
    return refuse(scan, name, "every function sees this name, and it cannot mean anything else");
}

outerfill_status user_text_check_preamble(const char *text, outerfill_error *error) {
    struct scan scan = {.piece = text_piece_preamble(text), .at = text, .error = error};
    outerfill_status status = OUTERFILL_OK;
    while (!status && *scan.at) {
        bool skipped = false;
        if (*scan.at == '/') status = skip_comment_or_literal(&scan, &skipped);
        if (status || skipped) continue;
        if (*scan.at == '#') status = check_directive(&scan);
        scan.at++;
    }
    return status;
}

outerfill_status user_text_check_body(const char *text, outerfill_error *error) {
    struct scan scan = {.piece = text_piece_body(text), .at = text, .error = error};
    return check(&scan);
}

static bool is_identifier(const char *name) {
    return *name && !isdigit((unsigned char)*name) && !name[identifier_length(name)];
}

static bool is_taken(const char *name) {
    const size_t length = strlen(name);
    return text_name_is_seen(name, length) || text_name_is_keyword(name, length) ||
           text_name_is_constant(name, length);
}

outerfill_status user_text_check_parameter_names(const char *const *names, size_t num_names,
                                                 outerfill_error *error) {
    for (size_t k = 0; k < num_names; k++) {
        if (!names[k])
            return error_set(error, OUTERFILL_INVALID_ARGUMENT, "the name of parameter %zu is NULL",
                             k);
        if (!is_identifier(names[k]))
            return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                             "parameter name \"%s\" is not an identifier: letters, digits and '_', "
                             "no digit first",
                             names[k]);
        if (is_taken(names[k]))
            return error_set(
                error, OUTERFILL_INVALID_ARGUMENT,
                "parameter name \"%s\" means something else in a function: choose another",
                names[k]);
        for (size_t earlier = 0; earlier < k; earlier++)
            if (strcmp(names[earlier], names[k]) == 0)
                return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                                 "parameter \"%s\" is given twice", names[k]);
    }
    return OUTERFILL_OK;
}

/* ---- Loops ---- */

static bool names_any(const char *text, const char *const *words) {
    struct token token;
    while ((token = token_next(&text)).kind != TOKEN_END)
        for (size_t k = 0; words[k]; k++)
            if (token_is(token, words[k])) return true;
    return false;
}

/* ##, its digraph, trigraphs or a splice can build a word from pieces. */
static bool may_build_words(const char *text) {
    return strstr(text, "##") || strstr(text, "%:") || strstr(text, "??") || strchr(text, '\\');
}

bool user_text_has_loop(const char *text) {
    static const char *const words[] = {"for", "while", "do", "goto", NULL};
    return may_build_words(text) || names_any(text, words);
}

bool user_text_any_has_loop(const outerfill_function_description *description) {
    struct text_piece piece;
    for (size_t k = 0; text_piece_of(description, k, &piece); k++)
        if (user_text_has_loop(piece.text)) return true;
    return false;
}

bool user_text_cost_varies(const outerfill_function_description *description) {
    static const char *const words[] = {"fmod", "remainder", "remquo", NULL};
    struct text_piece piece;
    for (size_t k = 0; text_piece_of(description, k, &piece); k++)
        if (names_any(piece.text, words)) return true;
    return user_text_any_has_loop(description);
}

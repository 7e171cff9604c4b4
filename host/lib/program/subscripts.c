/* SPDX-License-Identifier: MIT
 *
 * The subscripts of `out`, through which a body sets its planes. A write beyond the planes would
 * change other memory. A literal subscript is checked here. Any other one gets a call around it,
 * with which the kernel checks it. The module works on tokens, and does not run the preprocessor.
 * Owns nothing. */
#include "program/subscripts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arithmetic.h"
#include "program/text_error.h"
#include "program/text_names.h"
#include "program/tokens.h"

/* Reads an integer literal, with its suffix. Returns false for other numbers. */
static bool read_integer(struct token token, unsigned long long *value) {
    char *end;
    *value = strtoull(token.text, &end, 0);
    while (strchr("uUlL", *end) && end < token.text + token.length) end++;
    return end == token.text + token.length;
}

/* A use of `out` in a text. */
struct use {
    const char *name;    /* where `out` stands */
    bool is_declaration; /* a type stands in front of it */
    bool is_literal;     /* out[K] with a literal K */
    bool is_negative;
    unsigned long long plane;
    const char *subscript; /* where K begins */
};

/* Reads what stands at `at`, behind `out`. */
static struct use read_use(const char *at) {
    struct use use = {false};
    if (!token_is(token_next(&at), "[")) return use;
    struct token token = token_next(&at);
    use.subscript = token.text;
    const bool has_sign = token_is(token, "-");
    if (has_sign) token = token_next(&at);
    if (token.kind != TOKEN_NUMBER || !read_integer(token, &use.plane)) return use;
    use.is_literal = token_is(token_next(&at), "]");
    use.is_negative = has_sign && use.plane;
    return use;
}

/* Returns whether the word is a type, so that a declaration follows. */
static bool is_type(struct token word) {
    static const char *const others[] = {"return", "else", "do", "case", "sizeof"};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++)
        if (token_is(word, others[k])) return false;
    return token_is(word, "real") || text_name_is_keyword(word.text, word.length);
}

static const struct token no_token = {TOKEN_SIGN, ";", 1};

/* Returns whether a name is a member of a struct, by the two tokens in front of it. */
static bool is_member(struct token before, struct token previous) {
    return token_is(previous, ".") || (token_is(previous, ">") && token_is(before, "-"));
}

/* Finds the next use of `out` from *at on, and steps over the name. A member of a struct may have
 * the same name. */
static bool find_use(const char **at, struct use *use) {
    struct token before = no_token, previous = no_token, token;
    for (; (token = token_next(at)).kind != TOKEN_END; before = previous, previous = token) {
        if (!token_is(token, "out") || is_member(before, previous)) continue;
        *use = read_use(*at);
        use->name = token.text;
        use->is_declaration = is_type(previous);
        return true;
    }
    return false;
}

static outerfill_status refuse_subscript(const struct text_piece *piece, const struct use *use,
                                         size_t num_planes, outerfill_error *error) {
    return text_refuse(
        piece, use->subscript, error,
        "out[%s%llu] does not exist: the function has %zu plane%s, out[0] to out[%zu]",
        use->is_negative ? "-" : "", use->plane, num_planes, num_planes == 1 ? "" : "s",
        num_planes - 1);
}

outerfill_status subscripts_check(const struct text_piece *piece, size_t num_planes,
                                  outerfill_error *error) {
    struct use use;
    for (const char *at = piece->text; find_use(&at, &use);) {
        if (use.is_declaration)
            return text_refuse(piece, use.name, error,
                               "every function sees the name out, and it cannot mean anything "
                               "else: choose another name");
        if (use.is_literal && (use.is_negative || use.plane >= num_planes))
            return refuse_subscript(piece, &use, num_planes, error);
    }
    return OUTERFILL_OK;
}

size_t subscripts_count_planes(const char *body, const char *preamble) {
    size_t num_planes = 0;
    struct use use;
    if (preamble && find_use(&preamble, &use)) return 0;
    for (const char *at = body; find_use(&at, &use);) {
        if (!use.is_literal || use.is_negative || use.plane >= OUTERFILL_MAX_PLANES) return 0;
        num_planes = largest(num_planes, (size_t)use.plane + 1);
    }
    return num_planes;
}

/* ---- Subscripts that the run checks ---- */

#define CALL      "OUTERFILL_PLANE("
#define MAX_DEPTH 64 /* checked subscripts within each other; deeper ones are not checked */

/* Text that goes into a piece, in front of `at`. */
struct insertion {
    const char *at;
    const char *text;
};

/* A walk over a piece's tokens that finds its insertions. In a preamble only macros are looked at:
 * elsewhere `out` is a helper function's own variable. */
struct walk {
    const char *at;
    bool is_preamble;
    const char *macro_end; /* where the preprocessor line ends in which the walk is */
    struct token before, previous;
    size_t depth;           /* brackets that are open */
    size_t open[MAX_DEPTH]; /* the depths of checked subscripts that are open, the innermost last */
    size_t num_open;
};

static struct walk walk_begin(const struct text_piece *piece) {
    return (struct walk){.at = piece->text,
                         .is_preamble = strcmp(piece->name, "preamble") == 0,
                         .macro_end = piece->text,
                         .before = no_token,
                         .previous = no_token};
}

/* Returns whether the token is `out` in front of a subscript that the run checks. Steps over the
 * bracket then. */
static bool open_subscript(struct walk *walk, struct token token) {
    const char *behind = walk->at;
    if (!token_is(token, "out") || is_member(walk->before, walk->previous)) return false;
    if (!token_is(token_next(&behind), "[") || walk->num_open == MAX_DEPTH) return false;
    if (read_use(walk->at).is_literal && !walk->is_preamble) return false;
    walk->open[walk->num_open++] = ++walk->depth;
    walk->at = behind;
    return true;
}

/* Counts a bracket. Returns whether it ends a checked subscript. */
static bool close_subscript(struct walk *walk, struct token token) {
    if (token.kind != TOKEN_SIGN) return false;
    if (strchr("([{", *token.text)) walk->depth++;
    if (!strchr(")]}", *token.text) || walk->depth == 0) return false;
    const size_t depth = walk->depth--;
    if (walk->num_open == 0 || walk->open[walk->num_open - 1] != depth) return false;
    walk->num_open--;
    return true;
}

static bool is_outside(struct walk *walk, struct token token) {
    if (!walk->is_preamble) return false;
    const bool is_outside = token.text >= walk->macro_end;
    if (is_outside) walk->depth = walk->num_open = 0;
    if (is_outside && token_is(token, "#")) walk->macro_end = token_line_end(token.text);
    return is_outside;
}

static bool walk_next(struct walk *walk, struct insertion *insertion) {
    struct token token;
    while ((token = token_next(&walk->at)).kind != TOKEN_END) {
        const bool opens = !is_outside(walk, token) && open_subscript(walk, token);
        walk->before = walk->previous;
        walk->previous = token;
        *insertion = (struct insertion){walk->at, CALL};
        if (opens) return true;
        *insertion = (struct insertion){token.text, ")"};
        if (close_subscript(walk, token)) return true;
    }
    return false;
}

bool subscripts_are_checked(const outerfill_function_description *description) {
    struct text_piece piece;
    struct insertion insertion;
    for (size_t k = 0; text_piece_of(description, k, &piece); k++) {
        struct walk walk = walk_begin(&piece);
        if (walk_next(&walk, &insertion)) return true;
    }
    return false;
}

void subscripts_write(FILE *out, const struct text_piece *piece) {
    struct walk walk = walk_begin(piece);
    struct insertion insertion;
    const char *at = piece->text;
    while (walk_next(&walk, &insertion)) {
        fprintf(out, "%.*s%s", (int)(insertion.at - at), at, insertion.text);
        at = insertion.at;
    }
    fputs(at, out);
}

/* Counts how far the insertions in front of the column have moved it. */
size_t subscripts_column(const struct text_piece *piece, size_t line, size_t column) {
    struct walk walk = walk_begin(piece);
    struct insertion insertion;
    const char *begin = token_line(piece->text, line);
    size_t moved = 0;
    while (begin && walk_next(&walk, &insertion)) {
        if (insertion.at < begin) continue;
        const size_t place = (size_t)(insertion.at - begin) + 1;
        if (insertion.at > begin + strcspn(begin, "\n") || column < place + moved) break;
        if (column < place + moved + strlen(insertion.text)) return place;
        moved += strlen(insertion.text);
    }
    return column - moved;
}

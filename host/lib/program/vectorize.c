/* SPDX-License-Identifier: MIT
 *
 * Whether the caller's text means the same with `real` as a vector type. OpenCL C's arithmetic and
 * most of its built-in functions work element by element, but some text compiles both ways and then
 * computes something else: a comparison yields 1 in scalars and -1 in vectors, `{1}` sets one
 * element, dot and length mix them. So only what is known to be the same is let through: numbers,
 * + - * /, assignments, names that the text declares as `real`, parameters, the functions of a
 * table, and loops that count from one number to another. */
#include "program/vectorize.h"

#include <ctype.h>
#include <string.h>

#include "program/text_names.h"

#define MAX_DEPTH 64
#define RESERVED  "outerfill_" /* how the names begin that a program gets from the library */

/* Up to this magnitude, and down to its inverse, the vector versions are used; of sin, cos and tan
 * to where argument reduction becomes a matter of its own. */
#define ORDINARY      "LARGEST_ORDINARY"
#define ORDINARY_TRIG "10000"

static const struct vector_function functions[] = {
    {"acos", "acos", 1, ORDINARY},     {"acosh", "acosh", 1, ORDINARY},
    {"asin", "asin", 1, ORDINARY},     {"asinh", "asinh", 1, ORDINARY},
    {"atan", "atan", 1, ORDINARY},     {"atan2", "atan2", 2, ORDINARY},
    {"atanh", "atanh", 1, ORDINARY},   {"cbrt", "cbrt", 1, ORDINARY},
    {"cos", "cos", 1, ORDINARY_TRIG},  {"cosh", "cosh", 1, ORDINARY},
    {"erf", "erf", 1, ORDINARY},       {"erfc", "VECTOR_ERFC", 1, ORDINARY},
    {"exp", "exp", 1, ORDINARY},       {"exp10", "exp10", 1, ORDINARY},
    {"exp2", "exp2", 1, ORDINARY},     {"expm1", "expm1", 1, ORDINARY},
    {"hypot", "hypot", 2, ORDINARY},   {"log", "log", 1, ORDINARY},
    {"log10", "log10", 1, ORDINARY},   {"log1p", "log1p", 1, ORDINARY},
    {"log2", "log2", 1, ORDINARY},     {"pow", "VECTOR_POW", 2, ORDINARY},
    {"sin", "sin", 1, ORDINARY_TRIG},  {"sinh", "sinh", 1, ORDINARY},
    {"tan", "tan", 1, ORDINARY_TRIG},  {"tanh", "tanh", 1, ORDINARY},
    {"tgamma", "tgamma", 1, ORDINARY},
};
#define NUM_FUNCTIONS (sizeof functions / sizeof *functions)

/* Exact, or plain arithmetic: no guard is needed, and no reason for vectors. */
static const char *const plain_functions[] = {"ceil", "fabs", "floor", "fma",  "fmax",
                                              "fmin", "rint", "round", "sqrt", "trunc"};

enum kind { NONE, NAME, NUMBER, MARK };

struct token {
    enum kind kind;
    const char *text;
    size_t length;
};

enum text_kind { EXPRESSION, BODY, PREAMBLE };

struct reader {
    const outerfill_function_description *description;
    struct vectorize *form;
    enum text_kind text_kind;
    const char *at;
    struct token previous;
    bool list_allowed
        [MAX_DEPTH]; /* for each open bracket: it holds arguments, so commas may separate them */
    size_t depth, num_braces;
    size_t num_loops; /* whose braces are open */
};

static bool is_mark(struct token token, char mark) {
    return token.kind == MARK && *token.text == mark;
}

static bool is_word(struct token token, const char *word) {
    return token.kind == NAME && strlen(word) == token.length &&
           strncmp(token.text, word, token.length) == 0;
}

/* ---- Tokens ---- */

static const char *skip_blanks_and_comments(const char *at) {
    for (;;) {
        at += strspn(at, " \t\r\n\v\f");
        if (at[0] == '/' && at[1] == '/')
            at += strcspn(at, "\r\n");
        else if (at[0] == '/' && at[1] == '*' && strstr(at + 2, "*/"))
            at = strstr(at + 2, "*/") + 2;
        else
            return at;
    }
}

static size_t number_length(const char *text) {
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '.' ||
           (length && (text[length] == '+' || text[length] == '-') &&
            strchr("eEpP", text[length - 1])))
        length++;
    return length;
}

static size_t name_length(const char *text) {
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_') length++;
    return length;
}

static struct token next_token(struct reader *reader) {
    const char *text = reader->at = skip_blanks_and_comments(reader->at);
    struct token token = {MARK, text, 1};
    if (*text == '\0')
        token = (struct token){NONE, text, 0};
    else if (isdigit((unsigned char)*text) || (*text == '.' && isdigit((unsigned char)text[1])))
        token = (struct token){NUMBER, text, number_length(text)};
    else if (isalpha((unsigned char)*text) || *text == '_')
        token = (struct token){NAME, text, name_length(text)};
    reader->at += token.length;
    return token;
}

/* ---- What is known ---- */

static bool is_declared(const struct reader *reader, struct token token) {
    for (size_t k = 0; k < reader->form->num_names; k++)
        if (is_word(token, reader->form->names[k])) return true;
    for (size_t k = 0; reader->text_kind != PREAMBLE && k < reader->description->num_parameters;
         k++)
        if (is_word(token, reader->description->parameter_names[k])) return true;
    return is_word(token, "a") || is_word(token, "b");
}

/* A name behind `real`, which is no cast: the text's own variable or function. Not one that means
 * something else outside of its block, since blocks are not told apart here, nor one of the
 * library's. */
static bool declare(struct reader *reader, struct token token) {
    struct vectorize *form = reader->form;
    if (text_name_is_seen(token.text, token.length)) return false;
    if (strncmp(token.text, RESERVED, strlen(RESERVED)) == 0) return false;
    if (form->num_names == VECTORIZE_MAX_NAMES || token.length >= sizeof form->names[0])
        return false;
    memcpy(form->names[form->num_names], token.text, token.length);
    form->names[form->num_names++][token.length] = '\0';
    return true;
}

static bool is_known_function(struct reader *reader, struct token token) {
    for (size_t k = 0; k < NUM_FUNCTIONS; k++) {
        if (!is_word(token, functions[k].name)) continue;
        reader->form->called |= UINT64_C(1) << k;
        return true;
    }
    for (size_t k = 0; k < sizeof plain_functions / sizeof *plain_functions; k++)
        if (is_word(token, plain_functions[k])) return true;
    return false;
}

static bool next_is(struct reader *reader, const char *text) {
    const struct token token = next_token(reader);
    return token.kind != NONE && strlen(text) == token.length &&
           strncmp(token.text, text, token.length) == 0;
}

static bool next_is_counter(struct reader *reader, struct token counter) {
    const struct token token = next_token(reader);
    return token.kind == NAME && token.length == counter.length &&
           strncmp(token.text, counter.text, counter.length) == 0;
}

static bool next_is_number(struct reader *reader) {
    return next_token(reader).kind == NUMBER;
}

/* Behind `for`: (int k = 0; k < 32; k++), which goes round as often for vectors as for scalars;
 * <= and ++k as well. */
static bool accept_loop(struct reader *reader) {
    if (!next_is(reader, "(") || !next_is(reader, "int")) return false;
    const struct token counter = next_token(reader);
    if (counter.kind != NAME || !declare(reader, counter)) return false;
    if (!next_is(reader, "=") || !next_is_number(reader) || !next_is(reader, ";")) return false;
    if (!next_is_counter(reader, counter) || !next_is(reader, "<")) return false;
    if (*reader->at == '=') reader->at++;
    if (!next_is_number(reader) || !next_is(reader, ";")) return false;
    const char *const step = reader->at = skip_blanks_and_comments(reader->at);
    const bool is_postfix = *step != '+';
    if (is_postfix && !next_is_counter(reader, counter)) return false;
    if (!next_is(reader, "+") || !next_is(reader, "+")) return false;
    if (!is_postfix && !next_is_counter(reader, counter)) return false;
    if (!next_is(reader, ")")) return false;
    if (*skip_blanks_and_comments(reader->at) != '{') return true;
    reader->num_loops++;
    reader->num_braces++;
    return next_is(reader, "{");
}

static bool accept_name(struct reader *reader, struct token token) {
    if (is_word(token, "for"))
        return (reader->text_kind == BODY || reader->num_braces) && accept_loop(reader);
    if (is_word(token, "real") || is_word(token, "const")) return true;
    if (is_word(token, "return") || is_word(token, "static") || is_word(token, "inline"))
        return reader->text_kind == PREAMBLE;
    if (is_word(token, "out"))
        return reader->text_kind == BODY && reader->at[strspn(reader->at, " ")] == '[';
    if (is_word(reader->previous, "real")) return declare(reader, token);
    return is_declared(reader, token) ||
           (*skip_blanks_and_comments(reader->at) == '(' && is_known_function(reader, token));
}

/* A literal of another type than real: exp(0.1f) would be a float's exp in the scalar text, and a
 * double's in vectors. */
static bool accept_number(const struct reader *reader, struct token token) {
    const char last = token.text[token.length - 1];
    const bool is_hexadecimal = token.length > 1 && (token.text[1] == 'x' || token.text[1] == 'X');
    const bool has_exponent =
        memchr(token.text, 'p', token.length) || memchr(token.text, 'P', token.length);
    if (is_hexadecimal && !has_exponent) return true;
    return reader->description->dtype != OUTERFILL_FLOAT64 || !strchr("fFhH", last);
}

/* ---- Marks ---- */

static bool open_bracket(struct reader *reader) {
    if (reader->depth == MAX_DEPTH) return false;
    const bool is_call = reader->previous.kind == NAME && !is_word(reader->previous, "real") &&
                         !is_word(reader->previous, "return") && !is_word(reader->previous, "for");
    reader->list_allowed[reader->depth++] = is_call;
    return true;
}

static bool close_bracket(struct reader *reader) {
    if (reader->depth == 0) return false;
    reader->depth--;
    return true;
}

/* Braces are the body of a helper function: anywhere else, {1} would set one element of a
 * vector. */
static bool open_brace(struct reader *reader) {
    const bool is_function =
        reader->text_kind == PREAMBLE && reader->num_braces == 0 && is_mark(reader->previous, ')');
    reader->num_braces++;
    return is_function;
}

static bool close_brace(struct reader *reader) {
    if (reader->num_braces == 0) return false;
    reader->num_braces--;
    if (reader->num_loops == 0) return reader->text_kind == PREAMBLE;
    reader->num_loops--;
    return true;
}

/* Only the planes have an index, and only a number: out[0]. */
static bool accept_index(struct reader *reader) {
    if (!is_word(reader->previous, "out")) return false;
    const struct token index = next_token(reader), close = next_token(reader);
    reader->previous = close;
    return index.kind == NUMBER && is_mark(close, ']');
}

/* Outside a helper function the preamble has nothing that is assigned: a constant of the program
 * could be {1}. */
static bool accept_assignment(const struct reader *reader) {
    const bool is_comparison = *reader->at == '=';
    return !is_comparison &&
           (reader->text_kind == BODY || (reader->text_kind == PREAMBLE && reader->num_braces));
}

static bool accept_mark(struct reader *reader, struct token token) {
    switch (*token.text) {
    case '+':
    case '-': return *reader->at != *token.text;         /* x++ */
    case '*': return !is_word(reader->previous, "real"); /* a pointer */
    case '/': return true;
    case ';': return reader->text_kind != EXPRESSION && reader->depth == 0;
    case ',': return reader->depth && reader->list_allowed[reader->depth - 1];
    case '=': return accept_assignment(reader);
    case '(': return open_bracket(reader);
    case ')': return close_bracket(reader);
    case '{': return open_brace(reader);
    case '}': return close_brace(reader);
    case '[': return accept_index(reader);
    }
    return false;
}

/* ---- Texts ---- */

static bool is_same(struct reader *reader, const char *text, enum text_kind text_kind) {
    reader->at = text;
    reader->text_kind = text_kind;
    reader->previous = (struct token){NONE, text, 0};
    reader->depth = reader->num_braces = reader->num_loops = 0;
    for (;;) {
        const struct token token = next_token(reader);
        if (token.kind == NONE) return true;
        const bool accepted = token.kind == NUMBER ? accept_number(reader, token)
                              : token.kind == NAME ? accept_name(reader, token)
                                                   : accept_mark(reader, token);
        if (!accepted) return false;
        if (!is_mark(token, '[')) reader->previous = token;
    }
}

/* Where lines may be spliced a comment's end is not what it seems; and no parameter may have a name
 * that is given here. */
static bool is_plain(const outerfill_function_description *description) {
    const char *preamble = description->preamble;
    bool plain = !preamble || (!strchr(preamble, '\\') && !strstr(preamble, "??"));
    for (size_t k = 0; k < description->num_parameters; k++)
        plain &= strncmp(description->parameter_names[k], RESERVED, strlen(RESERVED)) != 0;
    return plain;
}

void vectorize_read(const outerfill_function_description *description, struct vectorize *form) {
    struct reader reader = {.description = description, .form = form};
    memset(form, 0, sizeof *form);
    form->is_same = is_plain(description);
    if (form->is_same && description->preamble)
        form->is_same = is_same(&reader, description->preamble, PREAMBLE);
    if (form->is_same && description->body)
        form->is_same = is_same(&reader, description->body, BODY);
    for (size_t p = 0; form->is_same && description->expressions && p < description->num_planes;
         p++)
        form->is_same = is_same(&reader, description->expressions[p], EXPRESSION);
}

const struct vector_function *vectorize_guarded(const struct vectorize *form, size_t k) {
    for (size_t f = 0; f < NUM_FUNCTIONS; f++)
        if (form->called >> f & 1 && k-- == 0) return &functions[f];
    return NULL;
}

bool vectorize_wants_sleef(const struct vectorize *form) {
    const struct vector_function *function;
    for (size_t k = 0; (function = vectorize_guarded(form, k)); k++)
        if (strcmp(function->vector_name, "VECTOR_POW") == 0) return true;
    return false;
}

bool vectorize_is_ours(const struct vectorize *form, outerfill_dtype dtype) {
    bool is_ours = dtype == OUTERFILL_FLOAT64;
    for (size_t k = 0; k < NUM_FUNCTIONS; k++)
        if (form->called >> k & 1) is_ours &= strcmp(functions[k].name, "tgamma") != 0;
    return is_ours;
}

size_t vectorize_width(outerfill_dtype dtype) {
    return 64 / outerfill_dtype_itemsize(dtype);
}

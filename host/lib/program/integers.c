/* SPDX-License-Identifier: MIT
 *
 * Reads the caller's text as expressions, and lets value.c say what operators make of integers. It
 * reads with two stacks, of values and of open operators and brackets (Dijkstra's shunting-yard
 * algorithm, 1961). It knows enough of C to find where an expression begins and ends. What it does
 * not know it takes for a value of an unknown kind, so that no warning is wrong. Owns nothing. */
#include "program/integers.h"

#include <string.h>

#include "program/builtin_table.h"
#include "program/known_names.h"
#include "program/text_names.h"
#include "program/tokens.h"
#include "program/value.h"

#define MAX_OPEN 96 /* values or operators; a text with more is not followed further */

enum open_kind { PREFIX, BINARY, CAST, GROUP, CONTROL, CALL, SUBSCRIPT };

/* An operator that waits for its second operand, or a bracket that waits for its end. */
struct open {
    enum open_kind kind;
    char sign[4];           /* of an operator */
    int precedence;         /* of an operator; brackets have -2 */
    enum value_kind target; /* of a cast: its type */
    struct token token;     /* of a call: the function; of a group: the bracket */
    struct value arguments; /* of a call: those before the last comma, together */
    bool has_arguments;
};

struct reader {
    struct value_text text;
    const char *at, *macro_end;
    struct value values[MAX_OPEN];
    size_t num_values;
    struct open opens[MAX_OPEN];
    size_t num_opens;
    bool wants_operand;
    enum value_kind declared; /* by the type in front of the statement */
    struct token previous;
    struct known_names names;
    bool is_preamble;
};

/* ---- Statements ---- */

static void begin_statement(struct reader *reader) {
    reader->num_values = reader->num_opens = 0;
    reader->wants_operand = true;
}

static void push_value(struct reader *reader, struct value value) {
    if (reader->num_values == MAX_OPEN || !reader->wants_operand) begin_statement(reader);
    reader->values[reader->num_values++] = value;
    reader->wants_operand = false;
}

static void push_open(struct reader *reader, struct open open) {
    if (reader->num_opens == MAX_OPEN) begin_statement(reader);
    reader->opens[reader->num_opens++] = open;
    reader->wants_operand = true;
}

/* ---- Operators ---- */

static const struct {
    const char *sign;
    int precedence;
} operators[] = {
    {"<<=", -1}, {">>=", -1}, {"->", 99}, {"++", 98}, {"--", 98}, {"&&", 2},  {"||", 1},
    {"==", 6},   {"!=", 6},   {"<=", 7},  {">=", 7},  {"<<", 8},  {">>", 8},  {"+=", -1},
    {"-=", -1},  {"*=", -1},  {"/=", -1}, {"%=", -1}, {"&=", -1}, {"|=", -1}, {"^=", -1},
    {"=", -1},   {"?", 0},    {":", 0},   {"<", 7},   {">", 7},   {"+", 9},   {"-", 9},
    {"*", 10},   {"/", 10},   {"%", 10},  {"&", 5},   {"^", 4},   {"|", 3},   {".", 99},
    {"!", 11},   {"~", 11},
};

/* Reads the longest operator at a sign. Returns NULL for another sign. */
static const char *read_operator(struct reader *reader, struct token token, int *precedence) {
    for (size_t k = 0; k < sizeof operators / sizeof *operators; k++) {
        const size_t length = strlen(operators[k].sign);
        if (strncmp(token.text, operators[k].sign, length) != 0) continue;
        reader->at = token.text + length;
        *precedence = operators[k].precedence;
        return operators[k].sign;
    }
    return NULL;
}

static struct value assign(const struct value_text *text, struct value x, struct value y) {
    value_use(text, &y, x.kind);
    y.doubt = NULL;
    y.kind = x.kind;
    return y;
}

static struct value cast(const struct reader *reader, const struct open *open, struct value x) {
    if (open->target == REAL_VALUE) value_use(&reader->text, &x, UNKNOWN_VALUE);
    x.doubt = NULL;
    x.is_literal = false;
    /* A cast to an integer says that integers are meant. */
    x.kind = open->target == REAL_VALUE ? REAL_VALUE : UNKNOWN_VALUE;
    x.begin = open->token.text;
    return x;
}

/* Applies the last open operator. */
static void reduce(struct reader *reader) {
    const struct open open = reader->opens[--reader->num_opens];
    const size_t number = open.kind == BINARY ? 2 : 1;
    if (reader->num_values < number) {
        begin_statement(reader);
        return;
    }
    struct value *x = &reader->values[reader->num_values - number];
    reader->num_values -= number - 1;
    if (open.kind == PREFIX)
        *x = value_prefix(open.sign, *x);
    else if (open.kind == CAST)
        *x = cast(reader, &open, *x);
    else if (open.precedence < 0)
        *x = assign(&reader->text, x[0], x[1]);
    else if (strcmp(open.sign, "?") == 0)
        *x = x[1];
    else if (strcmp(open.sign, ":") == 0)
        *x = value_either(&reader->text, x[0], x[1]);
    else
        *x = value_binary(&reader->text, open.sign, x[0], x[1]);
}

/* Applies the open operators that bind at least as tightly, up to the innermost bracket. */
static void reduce_to(struct reader *reader, int precedence) {
    const bool is_from_right = precedence <= 0;
    while (reader->num_opens) {
        const struct open *open = &reader->opens[reader->num_opens - 1];
        if (open->kind >= GROUP) return;
        if (open->precedence < precedence || (is_from_right && open->precedence == precedence))
            return;
        reduce(reader);
    }
}

/* A statement ends. Its value goes to what is declared, to out, or becomes a cell. */
static void end_statement(struct reader *reader, enum value_kind kind) {
    if (!reader->wants_operand) reduce_to(reader, -1 - 1);
    if (reader->num_opens == 0 && reader->num_values == 1)
        value_use(&reader->text, &reader->values[0], kind);
    begin_statement(reader);
}

/* ---- Brackets ---- */

static struct open *innermost(struct reader *reader) {
    return reader->num_opens ? &reader->opens[reader->num_opens - 1] : NULL;
}

/* Takes the last value as an argument of the innermost call. */
static void take_argument(struct reader *reader, struct open *call) {
    const struct builtin *builtin = builtin_find(call->token);
    const bool takes_reals =
        builtin && (builtin->kind == BUILTIN_REAL || builtin->kind == BUILTIN_CLASS);
    if (reader->wants_operand || reader->num_values == 0) return;
    struct value value = reader->values[--reader->num_values];
    const bool is_chosen = builtin && builtin->kind == BUILTIN_INTEGRAL;
    if (!is_chosen) value_use(&reader->text, &value, takes_reals ? REAL_VALUE : UNKNOWN_VALUE);
    if (!is_chosen) value = value_of_kind(call->token, takes_reals ? REAL_VALUE : UNKNOWN_VALUE);
    call->arguments =
        call->has_arguments ? value_either(&reader->text, call->arguments, value) : value;
    call->has_arguments = true;
}

static void read_comma(struct reader *reader) {
    reduce_to(reader, -1 - 1);
    struct open *open = innermost(reader);
    if (open && open->kind == CALL) take_argument(reader, open);
    if (open)
        reader->wants_operand = true;
    else
        end_statement(reader, reader->declared);
}

static void close_call(struct reader *reader, struct open call) {
    const struct value nothing = value_of_kind(call.token, UNKNOWN_VALUE);
    struct value value = call.has_arguments ? call.arguments : nothing;
    value.begin = call.token.text;
    value.end = reader->at;
    value.is_literal = false;
    value.comparison = '\0';
    reader->wants_operand = true;
    push_value(reader, value);
}

static void close_subscript(struct reader *reader) {
    struct value *base = &reader->values[--reader->num_values - 1];
    base->end = reader->at;
    base->kind = base->kind == LONG_VALUE ? LONG_VALUE : base->kind;
}

/* Reads a closing bracket. */
static void close(struct reader *reader) {
    reduce_to(reader, -1 - 1);
    struct open *open = innermost(reader);
    if (open && open->kind == CALL) take_argument(reader, open);
    if (!open || open->kind == CONTROL ||
        (open->kind != CALL && (reader->wants_operand || reader->num_values == 0))) {
        begin_statement(reader);
        return;
    }
    const struct open closed = *open;
    reader->num_opens--;
    if (closed.kind == CALL) close_call(reader, closed);
    if (closed.kind == SUBSCRIPT && reader->num_values > 1) close_subscript(reader);
    if (closed.kind != GROUP) return;
    struct value *value = &reader->values[reader->num_values - 1];
    value->begin = closed.token.text;
    value->end = reader->at;
    value->comparison = '\0';
}

/* ---- Names and types ---- */

static bool is_one_of(struct token word, const char *const *words) {
    for (; *words; words++)
        if (token_is(word, *words)) return true;
    return false;
}

static void read_name(struct reader *reader, struct token name) {
    static const char *const control[] = {"if", "while", "for", "switch", NULL};
    static const char *const skipped[] = {
        "return", "else",   "do",     "case",       "default",  "break",     "continue", "goto",
        "const",  "static", "inline", "__constant", "constant", "__private", "private",  NULL};
    const char *at = reader->at;
    const struct token next = token_next(&at);
    const bool is_type = text_name_is_keyword(name.text, name.length) || token_is(name, "real");
    if (is_one_of(name, control) || is_one_of(name, skipped)) {
        begin_statement(reader);
        if (!token_is(next, "(") || !is_one_of(name, control)) return;
        reader->at = at;
        push_open(reader, (struct open){.kind = CONTROL, .precedence = -2, .token = name});
    } else if (is_type) {
        begin_statement(reader);
        reader->declared = known_names_type(name);
    } else if (token_is(next, "(")) {
        reader->at = at;
        if (!reader->wants_operand) begin_statement(reader);
        push_open(reader, (struct open){.kind = CALL, .precedence = -2, .token = name});
    } else {
        const bool is_next = token_is(reader->previous, ",") && reader->num_opens == 0;
        const bool is_declared = known_names_type(reader->previous) != UNKNOWN_VALUE ||
                                 (is_next && reader->declared != UNKNOWN_VALUE);
        if (is_declared) known_names_add(&reader->names, name, reader->declared);
        push_value(reader, value_of_kind(name, known_names_kind(&reader->names, name)));
    }
}

/* ---- Signs ---- */

/* Returns whether a type in brackets stands at `at`, and steps over it. */
static bool read_cast(const char **at, enum value_kind *target) {
    const char *behind = *at;
    struct token word = token_next(&behind);
    *target = known_names_type(word);
    while (text_name_is_keyword(word.text, word.length) || token_is(word, "real"))
        word = token_next(&behind);
    if (*target == UNKNOWN_VALUE || !token_is(word, ")")) return false;
    *at = behind;
    return true;
}

static void read_opening(struct reader *reader, struct token token) {
    struct open open = {.kind = GROUP, .precedence = -2, .token = token};
    if (token_is(token, "[")) {
        open.kind = SUBSCRIPT;
    } else if (reader->wants_operand && read_cast(&reader->at, &open.target)) {
        open.kind = CAST;
        open.precedence = 11;
    } else if (!reader->wants_operand) {
        begin_statement(reader);
    }
    push_open(reader, open);
}

/* Reads an operator behind a value, or in front of one. */
static void read_sign(struct reader *reader, struct token token) {
    int precedence = 0;
    const char *sign = read_operator(reader, token, &precedence);
    struct open open = {.kind = BINARY, .precedence = precedence};
    if (!sign) {
        begin_statement(reader);
        return;
    }
    if (precedence == 98) return; /* ++ and -- leave the kind as it is */
    if (precedence == 99) {       /* a member of a struct */
        token_next(&reader->at);
        if (reader->num_values) reader->values[reader->num_values - 1].kind = UNKNOWN_VALUE;
        return;
    }
    if (reader->wants_operand) {
        open.kind = PREFIX;
        open.precedence = 11;
    } else {
        reduce_to(reader, precedence);
    }
    strncpy(open.sign, sign, sizeof open.sign - 1);
    push_open(reader, open);
}

static void read_token(struct reader *reader, struct token token) {
    if (token.kind == TOKEN_NUMBER) {
        push_value(reader, value_of_number(token));
    } else if (token.kind == TOKEN_NAME) {
        read_name(reader, token);
    } else if (token.kind == TOKEN_LITERAL) {
        push_value(reader, value_of_kind(token, UNKNOWN_VALUE));
    } else if (token_is(token, "(") || token_is(token, "[")) {
        read_opening(reader, token);
    } else if (token_is(token, ")") || token_is(token, "]")) {
        close(reader);
    } else if (token_is(token, ",")) {
        read_comma(reader);
    } else if (strchr(";{}", *token.text)) {
        const bool is_initializer = token_is(token, "{") && token_is(reader->previous, "=");
        end_statement(reader, UNKNOWN_VALUE);
        if (!is_initializer) reader->declared = UNKNOWN_VALUE;
    } else {
        read_sign(reader, token);
    }
}

/* ---- Texts ---- */

/* Steps over `#define NAME` and a macro's arguments, or over another preprocessor line. */
static void read_directive(struct reader *reader, struct token sign) {
    end_statement(reader, UNKNOWN_VALUE);
    reader->macro_end = token_line_end(sign.text);
    if (!token_is(token_next(&reader->at), "define")) {
        reader->at = reader->macro_end;
        return;
    }
    token_next(&reader->at);
    if (*reader->at == '(') reader->at += strcspn(reader->at, ")\n");
    if (*reader->at == ')') reader->at++;
}

static void read_piece(struct reader *reader) {
    struct token token;
    begin_statement(reader);
    while ((token = token_next(&reader->at)).kind != TOKEN_END) {
        if (reader->macro_end && token.text >= reader->macro_end) {
            end_statement(reader, UNKNOWN_VALUE);
            reader->macro_end = NULL;
        }
        if (token_is(token, "#") && reader->is_preamble)
            read_directive(reader, token);
        else
            read_token(reader, token);
        reader->previous = token;
    }
    end_statement(reader, reader->text.piece->plane >= 0 ? REAL_VALUE : UNKNOWN_VALUE);
}

void integers_check(const outerfill_function_description *description, struct warnings *warnings) {
    struct text_piece piece;
    for (size_t k = 0; text_piece_of(description, k, &piece); k++) {
        const bool is_preamble = strcmp(piece.name, "preamble") == 0;
        struct reader reader = {.text = {&piece, warnings},
                                .at = piece.text,
                                .names.description = is_preamble ? NULL : description,
                                .is_preamble = is_preamble};
        read_piece(&reader);
    }
}

/* SPDX-License-Identifier: MIT
 *
 * Says what to write instead of a slip that a compiler has found. A rule looks at the compiler's
 * words and at the tokens around its position. Rules are asked in order, and the first that knows
 * the slip writes the sentence. Owns constant tables only. Nothing here refuses a text that
 * compiles. */
#include "program/hints.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "program/builtins.h"
#include "program/definitions.h"
#include "program/spellings.h"

/* A slip, and the tokens around it. `token` is the one at the compiler's position. */
struct slip {
    struct text_message *message;
    struct token before, token, next;
};

/* Sets the sentence. Returns true, for a rule to return. */
__attribute__((format(printf, 2, 3))) static bool say(const struct slip *slip, const char *format,
                                                      ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(slip->message->text, sizeof slip->message->text, format, arguments);
    va_end(arguments);
    return true;
}

static bool says(const struct slip *slip, const char *words) {
    return strstr(slip->message->text, words);
}

/* For "%.*s". */
#define NAME(token) (token).length > 60 ? 60 : (int)(token).length, (token).text

/* ---- Words ---- */

/* np.exp, math.exp, std::exp */
static bool module(const struct slip *slip) {
    if (!spelling_is_module(slip->token) || slip->next.kind != TOKEN_SIGN) return false;
    const char *at = slip->next.text + strspn(slip->next.text, ".:");
    const struct token member = token_next(&at);
    const char *opencl = spelling_in_opencl(member);
    const int length = (int)(member.text + member.length - slip->token.text);
    if (opencl)
        return say(slip, "OpenCL C has no %.*s: write %s", length, slip->token.text, opencl);
    if (builtins_has(member.text, member.length))
        return say(slip, "OpenCL C has no %.*s: write %.*s", length, slip->token.text,
                   NAME(member));
    return say(slip, "OpenCL C has no %.*s: a preamble (--preamble) may define such a function",
               length, slip->token.text);
}

/* `x if c else y`, and `if c:` and `for k in range(9):` of a body */
static bool python(const struct slip *slip) {
    static const char *const words[] = {"if", "else", "elif", "for", "while"};
    const bool is_expression = slip->message->piece.plane >= 0;
    bool is_word = token_is(slip->next, "if") || token_is(slip->before, "if") ||
                   token_is(slip->before, "for") || token_is(slip->before, "while");
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        is_word |= token_is(slip->token, words[k]);
    if (token_is(slip->token, "lambda") || token_is(slip->token, "def"))
        return say(slip, "this is Python: write the value alone, such as a * b");
    if (is_word && is_expression)
        return say(slip, "an expression has no if: write condition ? x : y");
    if (token_is(slip->token, "then")) return say(slip, "write if (condition) { ... }");
    if (token_is(slip->token, "elif")) return say(slip, "write else if (condition) { ... }");
    if (!is_word || !says(slip, "expected '('")) return false;
    if (token_is(slip->before, "for"))
        return say(slip, "write a loop as for (long k = 0; k < 10; k++) { ... }");
    return say(slip, "write %.*s (condition) { ... }", NAME(slip->before));
}

/* `a and b` ends an expression in front of the word. */
static bool word_as_operator(const struct slip *slip) {
    const struct token words[] = {slip->token, slip->before};
    for (size_t k = 0; k < 2; k++)
        if (token_is(words[k], "and") || token_is(words[k], "or") || token_is(words[k], "not"))
            return say(slip, "write %s instead of %.*s", spelling_in_opencl(words[k]),
                       NAME(words[k]));
    return false;
}

static bool is_unknown(const struct slip *slip) {
    return slip->token.kind == TOKEN_NAME &&
           (says(slip, "undeclared identifier") || says(slip, "unknown type name") ||
            says(slip, "implicit declaration") || says(slip, "Unresolved extern"));
}

#define MAX_NAME 32

static bool in_small_letters(struct token word, char small[MAX_NAME]) {
    if (word.length >= MAX_NAME) return false;
    for (size_t k = 0; k < word.length; k++) small[k] = (char)tolower((unsigned char)word.text[k]);
    small[word.length] = '\0';
    return true;
}

static bool unknown_word(const struct slip *slip) {
    const struct token word = slip->token;
    char small[MAX_NAME];
    if (!is_unknown(slip)) return false;
    const char *opencl = spelling_in_opencl(word);
    if (opencl) return say(slip, "OpenCL C has no %.*s: write %s", NAME(word), opencl);
    if (spelling_has_suffix(word))
        return say(slip, "OpenCL C has no %.*s: write %.*s", NAME(word), (int)word.length - 1,
                   word.text);
    if (in_small_letters(word, small) && builtins_has(small, word.length))
        return say(slip, "OpenCL C has no %.*s: write %s", NAME(word), small);
    if (token_is(word, "A") || token_is(word, "B"))
        return say(slip, "%.*s is not defined: the operands are called a and b", NAME(word));
    if (token_is(slip->next, "("))
        return say(slip, "there is no function %.*s: a preamble (--preamble) may define it",
                   NAME(word));
    return false;
}

/* In a body, a name in front of another one is a type. */
static bool unknown_name(const struct slip *slip) {
    if (!is_unknown(slip)) return false;
    if (says(slip, "unknown type name") || slip->next.kind == TOKEN_NAME)
        return say(slip,
                   "there is no type %.*s: a number of the function is a real, an index a "
                   "long",
                   NAME(slip->token));
    if (slip->message->piece.plane < 0 && token_is(slip->next, "="))
        return say(slip, "%.*s is not declared: write real %.*s = ...", NAME(slip->token),
                   NAME(slip->token));
    if (strcmp(slip->message->piece.name, "preamble") == 0)
        return say(slip,
                   "%.*s is not defined: a function of a preamble sees only its own arguments, not "
                   "a, b, i, j, n, m or parameters",
                   NAME(slip->token));
    return say(slip, "%.*s is not defined: a parameter gives it a value (-p %.*s=VALUE)",
               NAME(slip->token), NAME(slip->token));
}

/* ---- Operators ---- */

/* a**b is a times *b. */
static bool power(const struct slip *slip) {
    const char *at = slip->token.text;
    if (!token_is(slip->token, "*")) return false;
    const bool is_second = at > slip->message->piece.text && at[-1] == '*';
    if (!is_second && at[1] != '*') return false;
    if (is_second) slip->message->column--;
    return say(slip, "OpenCL C has no **: write pow(a, b), or x * x for a square");
}

static bool operator_of_integers(const struct slip *slip) {
    static const struct {
        const char *sign, *words;
    } rows[] = {
        {"^", "^ is no power of reals: write pow(a, b), or x * x for a square"},
        {"%", "% is for integers: write fmod(a, b)"},
        {"&", "& is for integers: write && between conditions"},
        {"|", "| is for integers: write || between conditions"},
        {"<", "<< is for integers: write (long)a << k, or ldexp(a, k)"},
        {">", ">> is for integers: write (long)a >> k, or ldexp(a, -k)"},
        {"~", "~ is for integers: write !x for not"},
    };
    if (!says(slip, "invalid operands to binary") && !says(slip, "invalid argument type"))
        return false;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        if (token_is(slip->token, rows[k].sign)) return say(slip, "%s", rows[k].words);
    return false;
}

/* `a <> b`, `a =< b`: the compiler points to the second character. */
static bool comparison(const struct slip *slip) {
    static const struct {
        const char *first, *second, *opencl;
    } rows[] = {{"<", ">", "!="}, {"=", "<", "<="}, {"=", ">", ">="}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        if (token_is(slip->before, rows[k].first) && token_is(slip->token, rows[k].second))
            return say(slip, "%s%s is no comparison: write %s", rows[k].first, rows[k].second,
                       rows[k].opencl);
    return false;
}

/* A character that looks like an operator, from a document. */
static bool foreign_character(const struct slip *slip) {
    static const struct {
        const char *character, *ascii;
    } rows[] = {
        {"\xc2\xb7", "*"},      {"\xc3\x97", "*"},      {"\xe2\x8b\x85", "*"},
        {"\xe2\x80\x93", "-"},  {"\xe2\x88\x92", "-"},  {"\xc3\xb7", "/"},
        {"\xe2\x89\xa4", "<="}, {"\xe2\x89\xa5", ">="}, {"\xe2\x89\xa0", "!="},
        {"\xc2\xb2", "x * x"},  {"\xcf\x80", "M_PI"},   {"\xc2\xa0", "an ordinary blank"},
    };
    const char *at = slip->token.text;
    const size_t length = slip->token.kind == TOKEN_NAME ? slip->token.length : 0;
    at += (unsigned char)*at < 0x80 ? length : 0;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        if (strncmp(at, rows[k].character, strlen(rows[k].character)) == 0)
            return say(slip, "%s is not ASCII: write %s", rows[k].character, rows[k].ascii);
    return (unsigned char)*at >= 0x80 && say(slip, "this character is not ASCII");
}

/* `a ? x : y`, where a is a real */
static bool condition(const struct slip *slip) {
    if (!says(slip, "where floating point type is not allowed") &&
        !says(slip, "where arithmetic or pointer type is required"))
        return false;
    return say(slip, "a real is no condition of ? here: write a comparison, such as a != 0");
}

/* ---- Calls ---- */

/* `2(a+b)`, `sin a`, `a b` */
static bool missing_operator(const struct slip *slip) {
    if (says(slip, "called object type") && token_is(slip->before, "out"))
        return say(slip, "a plane is written with brackets: out[0]");
    if (says(slip, "called object type"))
        return say(slip, "an operator is missing in front of this bracket: write * to multiply");
    if (!says(slip, "expected ')'") || slip->message->piece.plane < 0) return false;
    if (builtins_has(slip->before.text, slip->before.length))
        return say(slip, "%.*s is a function: write %.*s(%.*s)", NAME(slip->before),
                   NAME(slip->before), NAME(slip->token));
    if (slip->token.kind != TOKEN_NAME && slip->token.kind != TOKEN_NUMBER) return false;
    return say(slip, "an operator is missing in front of %.*s: write * to multiply",
               NAME(slip->token));
}

/* `2a` */
static bool number_with_letters(const struct slip *slip) {
    if (!says(slip, "invalid suffix") && !says(slip, "invalid digit")) return false;
    const char *at = slip->message->piece.text;
    struct token number;
    do {
        number = token_next(&at);
    } while (number.kind != TOKEN_END && at <= slip->token.text);
    const bool is_product = *number.text != '0';
    return say(slip, "%.*s is no number%s", NAME(number),
               is_product ? ": write * between a number and a name" : "");
}

static bool wrong_arguments(const struct slip *slip) {
    const char *name = strstr(slip->message->text, "call to '");
    if (!name) return false;
    name += strlen("call to '");
    struct token function = token_next(&name);
    const size_t number = builtins_num_arguments(function.text, function.length);
    if (token_is(function, "outerfill_plane"))
        return say(slip, "a subscript of out is an integer: write out[(long)x]");
    char copy[64];
    snprintf(copy, sizeof copy, "%.*s", NAME(function));
    if (number && says(slip, "no matching function"))
        return say(slip, "%s takes %zu number%s", copy, number, number > 1 ? "s" : "");
    if (builtins_has_exponent(copy))
        return say(slip, "%s takes an integer as its second argument: write pow for a real", copy);
    if (number && says(slip, "is ambiguous"))
        return say(slip, "the arguments of %s have no common type: convert them, such as (long)x",
                   copy);
    return false;
}

/* The value of an expression is no number: `sin`, `out`. */
static bool value(const struct slip *slip) {
    if (!says(slip, "from incompatible type") || slip->message->piece.plane < 0) return false;
    if (token_is(slip->token, "nan")) return say(slip, "nan is a function: write NAN");
    if (token_is(slip->token, "out")) return say(slip, "another plane is out[0], out[1], ...");
    if (builtins_has(slip->token.text, slip->token.length))
        return say(slip, "%.*s is a function: write %.*s(a)", NAME(slip->token), NAME(slip->token));
    return say(slip, "the value of this expression is no number");
}

/* ---- Sentences for a compiler's words ---- */

static const struct {
    const char *words;
    const char *token; /* at the position, in front of it, or NULL for any */
    const char *sentence;
} sentences[] = {
    {"function definition is not allowed", NULL,
     "a body defines no function: write it into a preamble (--preamble)"},
    {"should not return a value", NULL, "a body returns nothing: write out[0] = ..."},
    {"assigning to 'real *", "=", "a plane has a number: write out[0] = ..."},
    {"must reside in constant address space", NULL,
     "a table of a preamble is __constant: write __constant real t[] = {...}"},
    {"file not found", NULL, "there are no files to include: write their text into the preamble"},
    {"cannot assign to variable", "=",
     "a, b, i, j, n, m and parameters cannot be assigned: to compare, write =="},
    {"cannot assign to variable", NULL,
     "a, b, i, j, n, m and parameters cannot be changed: declare a variable of your own, real x = "
     "a"},
    {"subscripted value is not", NULL,
     "a and b are single numbers here, a[i] and b[j] of the operands: write a or b"},
    {"member reference base type", NULL, "this is a number, and has no members"},
    {"type-id cannot have a name", NULL, "a conversion is written (int)x"},
    {"variable length arrays are not supported", NULL,
     "the length of an array is a literal, such as real t[16]"},
    {"reference to overloaded function could not be resolved", NULL,
     "this is a function: give its argument, such as sin(a)"},
    {"expected ':'", NULL, "a condition has two values: write condition ? x : y"},
    {"statement requires expression of integer type", NULL,
     "switch is for integers: write if (...) else if (...)"},
};

static bool sentence(const struct slip *slip) {
    for (size_t k = 0; k < sizeof sentences / sizeof *sentences; k++) {
        const char *sign = sentences[k].token;
        if (!says(slip, sentences[k].words)) continue;
        if (!sign || token_is(slip->token, sign)) return say(slip, "%s", sentences[k].sentence);
    }
    return false;
}

/* Cuts each piece of the message from `begin` to `end`. */
static void cut(char *text, const char *begin, const char *end) {
    for (char *at = text, *rest; (at = strstr(at, begin)) && (rest = strstr(at, end));)
        memmove(at, rest + strlen(end), strlen(rest + strlen(end)) + 1);
}

/* Leaves out what the user has not written: address spaces, and what `real` stands for. */
static bool shortened(const struct slip *slip) {
    cut(slip->message->text, " (aka '", "')");
    for (char *at; (at = strstr(slip->message->text, "__private "));)
        memmove(at, at + strlen("__private "), strlen(at + strlen("__private ")) + 1);
    return true;
}

/* ---- The public calls ---- */

static bool (*const rules[])(const struct slip *) = {
    foreign_character,
    module,
    python,
    word_as_operator,
    unknown_word,
    value,
    unknown_name,
    power,
    comparison,
    condition,
    operator_of_integers,
    number_with_letters,
    missing_operator,
    wrong_arguments,
    sentence,
    shortened,
};

/* Finds the tokens around the message's position. A compiler may point into a token. */
static void read_tokens(struct slip *slip) {
    const struct text_message *message = slip->message;
    const char *line = token_line(message->piece.text, message->line), *at = message->piece.text;
    const char *place = message->line && line ? line + message->column - 1 : at + strlen(at);
    struct token token = {TOKEN_END, at, 0};
    do {
        slip->before = slip->token;
        slip->token = token;
        token = token_next(&at);
    } while (token.kind != TOKEN_END && token.text + token.length <= place);
    slip->before = slip->token;
    slip->token = token;
    slip->next = token_next(&at);
}

void hints_apply(struct text_message *message) {
    const struct token none = {TOKEN_END, "", 0};
    struct slip slip = {.message = message, .before = none, .token = none, .next = none};
    read_tokens(&slip);
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
        if (rules[k](&slip)) return;
}

static bool is_called(const outerfill_function_description *description, struct token name) {
    struct text_piece piece;
    for (size_t k = 0; text_piece_of(description, k, &piece); k++) {
        const char *at = piece.text;
        struct token token;
        while ((token = token_next(&at)).kind != TOKEN_END)
            if (token.length == name.length && token.text != name.text &&
                strncmp(token.text, name.text, name.length) == 0)
                return true;
    }
    return false;
}

bool hints_find_undefined(const outerfill_function_description *description,
                          struct text_message *message) {
    struct definitions definitions;
    bool is_found = false;
    definitions_collect(description->preamble, &definitions);
    for (size_t k = 0; !is_found && k < definitions.num_items; k++) {
        const struct definition *item = &definitions.items[k];
        const struct slip slip = {.message = message};
        if (item->kind != DECLARED_FUNCTION || !is_called(description, item->name)) continue;
        if (definitions_find(&definitions, DEFINED_FUNCTION, item->name)) continue;
        *message = (struct text_message){.is_error = true,
                                         .piece = text_piece_preamble(description->preamble)};
        text_piece_position(&message->piece, item->name.text, &message->line, &message->column);
        is_found = say(&slip, "%.*s is declared and not defined: write its body as well",
                       NAME(item->name));
    }
    definitions_free(&definitions);
    return is_found;
}

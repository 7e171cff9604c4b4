/* SPDX-License-Identifier: MIT
 *
 * Rules about operators, numbers and the arguments of functions. Owns constant tables only. */
#include <stdio.h>
#include <string.h>

#include "program/builtin_table.h"
#include "program/hint_rules.h"

/* a**b is a times *b. */
bool hint_power(const struct slip *slip) {
    const char *at = slip->token.text;
    if (!token_is(slip->token, "*")) return false;
    const bool is_second = at > slip->message->piece.text && at[-1] == '*';
    if (!is_second && at[1] != '*') return false;
    if (is_second) slip->message->column--;
    return hint_say(slip, "OpenCL C has no **: write pow(a, b), or x * x for a square");
}

bool hint_operator_of_integers(const struct slip *slip) {
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
    if (!hint_says(slip, "invalid operands to binary") && !hint_says(slip, "invalid argument type"))
        return false;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        if (token_is(slip->token, rows[k].sign)) return hint_say(slip, "%s", rows[k].words);
    return false;
}

/* `a <> b`, `a =< b`: the compiler points to the second character. */
bool hint_comparison(const struct slip *slip) {
    static const struct {
        const char *first, *second, *opencl;
    } rows[] = {{"<", ">", "!="}, {"=", "<", "<="}, {"=", ">", ">="}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        if (token_is(slip->before, rows[k].first) && token_is(slip->token, rows[k].second))
            return hint_say(slip, "%s%s is no comparison: write %s", rows[k].first, rows[k].second,
                            rows[k].opencl);
    return false;
}

/* A character that looks like an operator, from a document. */
bool hint_foreign_character(const struct slip *slip) {
    static const struct {
        const char *character, *ascii;
    } rows[] = {
        {"\xc2\xb7", "*"},      {"\xc3\x97", "*"},      {"\xe2\x8b\x85", "*"},
        {"\xe2\x80\x93", "-"},  {"\xe2\x88\x92", "-"},  {"\xc3\xb7", "/"},
        {"\xe2\x89\xa4", "<="}, {"\xe2\x89\xa5", ">="}, {"\xe2\x89\xa0", "!="},
        {"\xc2\xb2", "x * x"},  {"\xcf\x80", "M_PI"},   {"\xc2\xa0", "an ordinary blank"},
    };
    const struct token token = slip->token;
    const bool is_name = token.kind == TOKEN_NAME && (unsigned char)*token.text < 0x80;
    const char *at = token.text + (is_name ? token.length : 0);
    if ((unsigned char)*at < 0x80) return false;
    text_piece_position(&slip->message->piece, at, &slip->message->line, &slip->message->column);
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        if (strncmp(at, rows[k].character, strlen(rows[k].character)) == 0)
            return hint_say(slip, "%s is not ASCII: write %s", rows[k].character, rows[k].ascii);
    return hint_say(slip, "this character is not ASCII");
}

/* `a ? x : y`, where a is a real */
bool hint_condition(const struct slip *slip) {
    if (!hint_says(slip, "where floating point type is not allowed") &&
        !hint_says(slip, "where arithmetic or pointer type is required"))
        return false;
    return hint_say(slip, "a real is no condition of ? here: write a comparison, such as a != 0");
}

/* ---- Calls ---- */

/* `2(a+b)`, `sin a`, `a b` */
bool hint_missing_operator(const struct slip *slip) {
    if (hint_says(slip, "called object type") && token_is(slip->before, "out"))
        return hint_say(slip, "a plane is written with brackets: out[0]");
    if (hint_says(slip, "called object type"))
        return hint_say(slip,
                        "an operator is missing in front of this bracket: write * to multiply");
    if (!hint_says(slip, "expected ')'") || slip->message->piece.plane < 0) return false;
    if (builtin_find(slip->before))
        return hint_say(slip, "%.*s is a function: write %.*s(%.*s)", NAME(slip->before),
                        NAME(slip->before), NAME(slip->token));
    if (slip->token.kind != TOKEN_NAME && slip->token.kind != TOKEN_NUMBER) return false;
    return hint_say(slip, "an operator is missing in front of %.*s: write * to multiply",
                    NAME(slip->token));
}

/* `2a` */
bool hint_number_with_letters(const struct slip *slip) {
    if (!hint_says(slip, "invalid suffix") && !hint_says(slip, "invalid digit")) return false;
    const char *at = slip->message->piece.text;
    struct token number;
    do {
        number = token_next(&at);
    } while (number.kind != TOKEN_END && at <= slip->token.text);
    const bool is_product = *number.text != '0';
    return hint_say(slip, "%.*s is no number%s", NAME(number),
                    is_product ? ": write * between a number and a name" : "");
}

bool hint_wrong_arguments(const struct slip *slip) {
    const char *name = strstr(slip->message->text, "call to '");
    if (!name) return false;
    name += strlen("call to '");
    struct token function = token_next(&name);
    const struct builtin *builtin = builtin_find(function);
    const size_t number = builtin ? builtin->num_arguments : 0;
    if (token_is(function, "outerfill_plane"))
        return hint_say(slip, "a subscript of out is an integer: write out[(long)x]");
    char copy[64];
    snprintf(copy, sizeof copy, "%.*s", NAME(function));
    if (number && hint_says(slip, "no matching function"))
        return hint_say(slip, "%s takes %zu number%s", copy, number, number > 1 ? "s" : "");
    if (builtin && builtin->kind == BUILTIN_EXPONENT)
        return hint_say(slip, "%s takes an integer as its second argument: write pow for a real",
                        copy);
    if (strcmp(copy, "select") == 0)
        return hint_say(slip,
                        "select takes integers of the size of a real: write condition ? x : y");
    if (hint_says(slip, "is ambiguous"))
        return hint_say(
            slip, "the arguments of %s have no common type: convert them, such as (long)x", copy);
    return false;
}

/* The value of an expression is no number: `sin`, `out`. Or a body assigns to `out`. */
bool hint_value(const struct slip *slip) {
    if (!hint_says(slip, "from incompatible type")) return false;
    if (token_is(slip->before, "out") && token_is(slip->token, "="))
        return hint_say(slip, "a plane has a number: write out[0] = ...");
    if (slip->message->piece.plane < 0) return false;
    if (token_is(slip->token, "nan")) return hint_say(slip, "nan is a function: write NAN");
    if (token_is(slip->token, "out")) return hint_say(slip, "another plane is out[0], out[1], ...");
    if (builtin_find(slip->token))
        return hint_say(slip, "%.*s is a function: write %.*s(a)", NAME(slip->token),
                        NAME(slip->token));
    return hint_say(slip, "the value of this expression is no number");
}

/* `out[0] = a // 2;` in a body, and the next line begins another statement. */
bool hint_comment(const struct slip *slip) {
    const char *behind = slip->before.text + slip->before.length;
    behind += strspn(behind, " \t");
    if (!hint_says(slip, "expected ';'") || strncmp(behind, "//", 2) != 0) return false;
    return hint_say(slip,
                    "a ';' is missing in front of the comment, and a quotient that is rounded "
                    "down is floor(a / b)");
}

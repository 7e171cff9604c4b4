/* SPDX-License-Identifier: MIT
 *
 * Says what to write instead of a slip that a compiler has found. A rule looks at the compiler's
 * words and at the tokens around its position. Rules are asked in order, and the first that knows
 * the slip writes the sentence. Owns constant tables only. Nothing here refuses a text that
 * compiles. */
#include "program/hints.h"

#include <string.h>

#include "program/hint_rules.h"

/* ---- Sentences for a compiler's words ---- */

static const struct {
    const char *words;
    const char *token; /* at the position, in front of it, or NULL for any */
    const char *sentence;
} sentences[] = {
    {"function definition is not allowed", NULL,
     "a body defines no function: write it into a preamble (--preamble)"},
    {"should not return a value", NULL, "a body returns nothing: write out[0] = ..."},
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
    {"chained comparison", NULL,
     "a comparison of a comparison compares 0 or 1: write x < y && y < z"},
    {"expected ':'", NULL, "a condition has two values: write condition ? x : y"},
    {"statement requires expression of integer type", NULL,
     "switch is for integers: write if (...) else if (...)"},
};

static bool sentence(const struct slip *slip) {
    for (size_t k = 0; k < sizeof sentences / sizeof *sentences; k++) {
        const char *sign = sentences[k].token;
        if (!hint_says(slip, sentences[k].words)) continue;
        if (!sign || token_is(slip->token, sign))
            return hint_say(slip, "%s", sentences[k].sentence);
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
    hint_foreign_character,
    hint_module,
    hint_python,
    hint_word_as_operator,
    hint_unknown_word,
    hint_value,
    hint_unknown_name,
    hint_power,
    hint_comparison,
    hint_condition,
    hint_operator_of_integers,
    hint_number_with_letters,
    hint_missing_operator,
    hint_wrong_arguments,
    hint_comment,
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

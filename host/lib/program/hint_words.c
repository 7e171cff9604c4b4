/* SPDX-License-Identifier: MIT
 *
 * Rules about words: of Python and NumPy, and names that nothing defines. Owns nothing. */
#include <ctype.h>
#include <string.h>

#include "program/builtin_table.h"
#include "program/hint_rules.h"
#include "program/spellings.h"

/* np.exp, math.exp, std::exp */
bool hint_module(const struct slip *slip) {
    if (!spelling_is_module(slip->token) || slip->next.kind != TOKEN_SIGN) return false;
    const char *at = slip->next.text + strspn(slip->next.text, ".:");
    const struct token member = token_next(&at);
    const char *opencl = spelling_in_opencl(member);
    const int length = (int)(member.text + member.length - slip->token.text);
    if (opencl)
        return hint_say(slip, "OpenCL C has no %.*s: write %s", length, slip->token.text, opencl);
    if (builtin_find(member))
        return hint_say(slip, "OpenCL C has no %.*s: write %.*s", length, slip->token.text,
                        NAME(member));
    return hint_say(slip,
                    "OpenCL C has no %.*s: a preamble (--preamble) may define such a function",
                    length, slip->token.text);
}

/* `x if c else y`, and `if c:` and `for k in range(9):` of a body */
bool hint_python(const struct slip *slip) {
    static const char *const words[] = {"if", "else", "elif", "for", "while"};
    const bool is_expression = slip->message->piece.plane >= 0;
    bool is_word = token_is(slip->next, "if") || token_is(slip->before, "if") ||
                   token_is(slip->before, "for") || token_is(slip->before, "while");
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        is_word |= token_is(slip->token, words[k]);
    if (token_is(slip->token, "lambda") || token_is(slip->token, "def"))
        return hint_say(slip, "this is Python: write the value alone, such as a * b");
    if (is_word && is_expression)
        return hint_say(slip, "an expression has no if: write condition ? x : y");
    if (token_is(slip->token, "then")) return hint_say(slip, "write if (condition) { ... }");
    if (token_is(slip->token, "elif")) return hint_say(slip, "write else if (condition) { ... }");
    if (!is_word || !hint_says(slip, "expected '('")) return false;
    if (token_is(slip->before, "for"))
        return hint_say(slip, "write a loop as for (long k = 0; k < 10; k++) { ... }");
    return hint_say(slip, "write %.*s (condition) { ... }", NAME(slip->before));
}

/* `a and b` ends an expression in front of the word. */
bool hint_word_as_operator(const struct slip *slip) {
    const struct token words[] = {slip->token, slip->before};
    for (size_t k = 0; k < 2; k++)
        if (token_is(words[k], "and") || token_is(words[k], "or") || token_is(words[k], "not"))
            return hint_say(slip, "write %s instead of %.*s", spelling_in_opencl(words[k]),
                            NAME(words[k]));
    return false;
}

static bool is_unknown(const struct slip *slip) {
    return slip->token.kind == TOKEN_NAME &&
           (hint_says(slip, "undeclared identifier") || hint_says(slip, "unknown type name") ||
            hint_says(slip, "implicit declaration") || hint_says(slip, "Unresolved extern"));
}

#define MAX_NAME 32

static bool in_small_letters(struct token word, char small[MAX_NAME]) {
    if (word.length >= MAX_NAME) return false;
    for (size_t k = 0; k < word.length; k++) small[k] = (char)tolower((unsigned char)word.text[k]);
    small[word.length] = '\0';
    return true;
}

bool hint_unknown_word(const struct slip *slip) {
    const struct token word = slip->token;
    char small[MAX_NAME];
    if (!is_unknown(slip)) return false;
    const char *opencl = spelling_in_opencl(word);
    if (opencl) return hint_say(slip, "OpenCL C has no %.*s: write %s", NAME(word), opencl);
    if (spelling_has_suffix(word))
        return hint_say(slip, "OpenCL C has no %.*s: write %.*s", NAME(word), (int)word.length - 1,
                        word.text);
    if (in_small_letters(word, small) &&
        builtin_find((struct token){TOKEN_NAME, small, word.length}))
        return hint_say(slip, "OpenCL C has no %.*s: write %s", NAME(word), small);
    if (token_is(word, "A") || token_is(word, "B"))
        return hint_say(slip, "%.*s is not defined: the operands are called a and b", NAME(word));
    if (token_is(slip->next, "("))
        return hint_say(slip, "there is no function %.*s: a preamble (--preamble) may define it",
                        NAME(word));
    return false;
}

/* In a body, a name in front of another one is a type. */
bool hint_unknown_name(const struct slip *slip) {
    if (!is_unknown(slip)) return false;
    if (hint_says(slip, "unknown type name") || slip->next.kind == TOKEN_NAME)
        return hint_say(slip,
                        "there is no type %.*s: a number of the function is a real, an index a "
                        "long",
                        NAME(slip->token));
    if (slip->message->piece.plane < 0 && token_is(slip->next, "="))
        return hint_say(slip, "%.*s is not declared: write real %.*s = ...", NAME(slip->token),
                        NAME(slip->token));
    if (strcmp(slip->message->piece.name, "preamble") == 0)
        return hint_say(
            slip,
            "%.*s is not defined: a function of a preamble sees only its own arguments, not "
            "a, b, i, j, n, m or parameters",
            NAME(slip->token));
    return hint_say(slip, "%.*s is not defined: a parameter gives it a value (-p %.*s=VALUE)",
                    NAME(slip->token), NAME(slip->token));
}

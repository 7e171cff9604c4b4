/* SPDX-License-Identifier: MIT
 *
 * What operators make of integers and reals in OpenCL C. Owns nothing, and knows no grammar. */
#include "program/value.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_QUOTED 40 /* bytes of the text in a warning */

static bool is_integer(const struct value *value) {
    return value->kind == INT_VALUE || value->kind == LONG_VALUE;
}

static int quoted_length(const char *begin, const char *end) {
    return end - begin > MAX_QUOTED ? MAX_QUOTED : (int)(end - begin);
}

struct value value_of_kind(struct token token, enum value_kind kind) {
    return (struct value){.kind = kind, .begin = token.text, .end = token.text + token.length};
}

/* An integer literal that does not fit an int is a long. One with the suffix u is not followed. */
struct value value_of_number(struct token token) {
    char *end;
    const unsigned long long number = strtoull(token.text, &end, 0);
    const size_t length = (size_t)(end - token.text), num_suffixes = strspn(end, "lLuU");
    struct value value = value_of_kind(token, REAL_VALUE);
    if (length + num_suffixes != token.length) return value;
    value.kind = num_suffixes || number > INT_MAX ? LONG_VALUE : INT_VALUE;
    value.is_literal =
        !memchr(end, 'u', num_suffixes) && !memchr(end, 'U', num_suffixes) && number <= LLONG_MAX;
    value.number = value.is_literal ? (long long)number : 0;
    return value;
}

/* Writes the quotient with a real: 1.0/2, or (real)i/n. */
static void write_real_quotient(const struct value *value, char *text, size_t nbytes) {
    const char *begin = value->doubt, *rest = begin + strspn(begin, "0123456789");
    const int length = quoted_length(rest, value->doubt_end);
    if (rest > begin && strchr(" /", *rest))
        snprintf(text, nbytes, "%.*s.0%.*s", (int)(rest - begin), begin, length, rest);
    else
        snprintf(text, nbytes, "(real)%.*s", quoted_length(begin, value->doubt_end), begin);
}

void value_use(const struct value_text *text, const struct value *value, enum value_kind kind) {
    const bool is_wanted = kind == REAL_VALUE || (kind == UNKNOWN_VALUE && value->doubt_is_literal);
    char better[2 * MAX_QUOTED] = "pow for a power";
    if (!value->doubt || !is_wanted) return;
    const int length = quoted_length(value->doubt, value->doubt_end);
    if (value->doubt_is_quotient) write_real_quotient(value, better, sizeof better);
    warnings_add(text->warnings, text->piece, value->doubt,
                 "%.*s is %s: write %s, or (long)(%.*s) if this is meant", length, value->doubt,
                 value->doubt_is_quotient ? "a quotient of integers, rounded towards 0"
                                          : "the exclusive or of bits",
                 better, length, value->doubt);
}

/* Returns a result with the text of both operands, and the doubt about one of them. */
static struct value join(const struct value *x, const struct value *y, enum value_kind kind) {
    const struct value *source = x->doubt ? x : y;
    return (struct value){.kind = kind,
                          .begin = x->begin,
                          .end = y->end,
                          .doubt = source->doubt,
                          .doubt_end = source->doubt_end,
                          .doubt_is_literal = source->doubt_is_literal,
                          .doubt_is_quotient = source->doubt_is_quotient};
}

static struct value without_doubt(struct value value) {
    value.doubt = value.doubt_end = NULL;
    value.doubt_is_literal = value.doubt_is_quotient = false;
    return value;
}

/* The kind of a sum. An operand that meets a real becomes one. */
static struct value meet(const struct value_text *text, const struct value *x,
                         const struct value *y) {
    if (is_integer(x) && is_integer(y))
        return join(x, y, x->kind == LONG_VALUE ? LONG_VALUE : y->kind);
    if (x->kind != REAL_VALUE && y->kind != REAL_VALUE) return join(x, y, UNKNOWN_VALUE);
    value_use(text, x, REAL_VALUE);
    value_use(text, y, REAL_VALUE);
    return without_doubt(join(x, y, REAL_VALUE));
}

struct value value_either(const struct value_text *text, struct value x, struct value y) {
    return meet(text, &x, &y);
}

/* Works out + - * of literals. A result that does not fit is warned about. */
static void compute(const struct value_text *text, char sign, const struct value *x,
                    const struct value *y, struct value *result) {
    long long number;
    const bool overflows = sign == '+'   ? __builtin_saddll_overflow(x->number, y->number, &number)
                           : sign == '-' ? __builtin_ssubll_overflow(x->number, y->number, &number)
                                         : __builtin_smulll_overflow(x->number, y->number, &number);
    const bool fits =
        !overflows && (result->kind == LONG_VALUE || (number >= INT_MIN && number <= INT_MAX));
    const int length = quoted_length(result->begin, result->end);
    result->is_literal = fits;
    result->number = number;
    if (fits) return;
    warnings_add(text->warnings, text->piece, result->begin,
                 "%.*s does not fit %s: write a real, such as 100000.0%s", length, result->begin,
                 result->kind == LONG_VALUE ? "a long" : "an int",
                 result->kind == LONG_VALUE ? "" : ", or a long, such as 100000L");
}

static struct value sum(const struct value_text *text, char sign, const struct value *x,
                        const struct value *y) {
    struct value result = meet(text, x, y);
    if (x->is_literal && y->is_literal) compute(text, sign, x, y, &result);
    return result;
}

static struct value quotient(const struct value_text *text, const struct value *x,
                             const struct value *y) {
    struct value result = meet(text, x, y);
    const bool is_literal = x->is_literal && y->is_literal && y->number;
    if (!is_integer(x) || !is_integer(y)) return result;
    if (is_literal && x->number % y->number == 0) {
        result.is_literal = true;
        result.number = x->number / y->number;
    } else {
        result.doubt = x->begin;
        result.doubt_end = y->end;
        result.doubt_is_literal = is_literal;
        result.doubt_is_quotient = true;
    }
    return result;
}

static struct value shift(const struct value_text *text, const char *sign, const struct value *x,
                          const struct value *y) {
    const struct value result = without_doubt(join(x, y, x->kind));
    const int num_bits = x->kind == LONG_VALUE ? 63 : 31;
    int needed = 0;
    for (long long rest = x->number; rest > 0; rest >>= 1) needed++;
    if (!x->is_literal || !y->is_literal || *sign != '<') return result;
    if (y->number + needed > num_bits)
        warnings_add(text->warnings, text->piece, x->begin,
                     "%.*s does not fit %s: write a real, such as ldexp(1.0, 40), or a long, such "
                     "as 1L << 40",
                     quoted_length(x->begin, y->end), x->begin,
                     x->kind == LONG_VALUE ? "a long" : "an int");
    return result;
}

static struct value exclusive_or(const struct value *x, const struct value *y) {
    struct value result = without_doubt(join(x, y, x->kind));
    if (!is_integer(x) || !is_integer(y)) return result;
    result.doubt = x->begin;
    result.doubt_end = y->end;
    result.doubt_is_literal = x->is_literal && y->is_literal;
    return result;
}

static struct value compare(const struct value_text *text, const char *sign, const struct value *x,
                            const struct value *y) {
    const char comparison = strchr("<>", *sign) ? '<' : '=';
    if (x->comparison == comparison)
        warnings_add(text->warnings, text->piece, x->begin,
                     "%.*s compares the result of %.*s, which is 0 or 1: write x < y && y < z",
                     quoted_length(x->begin, y->end), x->begin, quoted_length(x->begin, x->end),
                     x->begin);
    struct value result = without_doubt(meet(text, x, y));
    result.kind = INT_VALUE;
    result.comparison = comparison;
    return result;
}

struct value value_binary(const struct value_text *text, const char *sign, struct value x,
                          struct value y) {
    const size_t length = strlen(sign);
    if (length == 1 && strchr("+-*", *sign)) return sum(text, *sign, &x, &y);
    if (strcmp(sign, "/") == 0) return quotient(text, &x, &y);
    if (strcmp(sign, "<<") == 0 || strcmp(sign, ">>") == 0) return shift(text, sign, &x, &y);
    if (strcmp(sign, "^") == 0) return exclusive_or(&x, &y);
    if (strchr("<>", *sign) || strcmp(sign, "==") == 0 || strcmp(sign, "!=") == 0)
        return compare(text, sign, &x, &y);
    if (strcmp(sign, "&&") == 0 || strcmp(sign, "||") == 0)
        return without_doubt(join(&x, &y, INT_VALUE));
    return without_doubt(join(&x, &y, is_integer(&x) && is_integer(&y) ? LONG_VALUE : x.kind));
}

struct value value_prefix(const char *sign, struct value x) {
    if (strcmp(sign, "-") == 0) x.number = x.number == LLONG_MIN ? x.number : -x.number;
    if (strcmp(sign, "-") == 0 || strcmp(sign, "+") == 0) return x;
    x = without_doubt(x);
    x.is_literal = false;
    x.kind = strcmp(sign, "!") == 0 ? INT_VALUE : strcmp(sign, "~") == 0 ? x.kind : UNKNOWN_VALUE;
    return x;
}

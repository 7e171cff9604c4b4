/* SPDX-License-Identifier: MIT
 *
 * What people call things that OpenCL C has under another name. Owns constant tables only. */
#include "program/spellings.h"

#include <stddef.h>

#include "program/builtin_table.h"

static const struct {
    const char *word, *opencl;
} spellings[] = {
    {"ln", "log"},
    {"lg", "log10"},
    {"arcsin", "asin"},
    {"arccos", "acos"},
    {"arctan", "atan"},
    {"arctan2", "atan2"},
    {"arcsinh", "asinh"},
    {"arccosh", "acosh"},
    {"arctanh", "atanh"},
    {"power", "pow"},
    {"absolute", "fabs"},
    {"abs", "fabs"},
    {"maximum", "fmax"},
    {"minimum", "fmin"},
    {"mod", "fmod"},
    {"gamma", "tgamma"},
    {"gammaln", "lgamma"},
    {"loggamma", "lgamma"},
    {"fix", "trunc"},
    {"around", "rint"},
    {"nearbyint", "rint"},
    {"ceiling", "ceil"},
    {"signum", "sign"},
    {"sgn", "sign"},
    {"clip", "clamp"},
    {"deg2rad", "radians"},
    {"rad2deg", "degrees"},
    {"square", "x * x"},
    {"sqr", "x * x"},
    {"reciprocal", "1 / x"},
    {"heaviside", "x < 0 ? 0 : x > 0 ? 1 : 0.5"},
    {"where", "condition ? x : y"},
    {"ifelse", "condition ? x : y"},
    {"logical_and", "x && y"},
    {"logical_or", "x || y"},
    {"logical_not", "!x"},
    {"and", "&&"},
    {"or", "||"},
    {"not", "!"},
    {"pi", "M_PI"},
    {"Pi", "M_PI"},
    {"PI", "M_PI"},
    {"e", "M_E"},
    {"E", "M_E"},
    {"inf", "INFINITY"},
    {"Inf", "INFINITY"},
    {"infinity", "INFINITY"},
    {"nan", "NAN"},
    {"NaN", "NAN"},
    {"True", "true"},
    {"False", "false"},
    {"int8_t", "char"},
    {"int16_t", "short"},
    {"int32_t", "int"},
    {"int64_t", "long"},
    {"uint8_t", "uchar"},
    {"uint16_t", "ushort"},
    {"uint32_t", "uint"},
    {"uint64_t", "ulong"},
    {"int32", "int"},
    {"int64", "long"},
    {"float32", "float"},
    {"float64", "double"},
};

const char *spelling_in_opencl(struct token word) {
    for (size_t k = 0; k < sizeof spellings / sizeof *spellings; k++)
        if (token_is(word, spellings[k].word)) return spellings[k].opencl;
    return NULL;
}

bool spelling_is_module(struct token word) {
    static const char *const modules[] = {"np",  "numpy", "math",  "cmath", "scipy", "sp",
                                          "std", "Math",  "torch", "jnp",   "cp",    "special"};
    for (size_t k = 0; k < sizeof modules / sizeof *modules; k++)
        if (token_is(word, modules[k])) return true;
    return false;
}

bool spelling_has_suffix(struct token word) {
    const char last = word.length ? word.text[word.length - 1] : '\0';
    return (last == 'f' || last == 'l') &&
           builtin_find((struct token){TOKEN_NAME, word.text, word.length - 1});
}

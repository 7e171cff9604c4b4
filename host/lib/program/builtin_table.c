/* SPDX-License-Identifier: MIT
 *
 * The built-in functions of which a caller's text gets overloads. Functions with pointers and those
 * of vectors alone are missing: the text gets the driver's. The order is that of the names. */
#include "program/builtin_table.h"

#include <stdlib.h>
#include <string.h>

#define ONE(name)     {name, BUILTIN_REAL, 1, "NAN_1", "V"}
#define TWO(name)     {name, BUILTIN_REAL, 2, "NAN_2", "VV"}
#define CLASS_1(name) {name, BUILTIN_CLASS, 1, "PLAIN_1", "V"}
#define CLASS_2(name) {name, BUILTIN_CLASS, 2, "PLAIN_2", "VV"}
#define ROUND(name)   {name, BUILTIN_REAL, 1, "ROUND", "V"}

static const struct builtin builtins[] = {
    {"abs", BUILTIN_INTEGRAL, 1, "ABS", "V"},
    {"abs_diff", BUILTIN_INTEGRAL, 2, "ABS_DIFF", "VV"},
    ONE("acos"),
    ONE("acosh"),
    ONE("acospi"),
    ONE("asin"),
    ONE("asinh"),
    ONE("asinpi"),
    ONE("atan"),
    TWO("atan2"),
    TWO("atan2pi"),
    ONE("atanh"),
    ONE("atanpi"),
    ONE("cbrt"),
    ROUND("ceil"),
    {"clamp", BUILTIN_INTEGRAL, 3, "PLAIN_3", "VVV VSS"},
    {"copysign", BUILTIN_REAL, 2, "PLAIN_2", "VV"},
    ONE("cos"),
    ONE("cosh"),
    ONE("cospi"),
    {"degrees", BUILTIN_REAL, 1, "PLAIN_1", "V"},
    ONE("erf"),
    ONE("erfc"),
    ONE("exp"),
    ONE("exp10"),
    ONE("exp2"),
    ONE("expm1"),
    {"fabs", BUILTIN_REAL, 1, "PLAIN_1", "V"},
    TWO("fdim"),
    ROUND("floor"),
    {"fma", BUILTIN_REAL, 3, "PLAIN_3", "VVV"},
    {"fmax", BUILTIN_REAL, 2, "PLAIN_2", "VV VS"},
    {"fmin", BUILTIN_REAL, 2, "PLAIN_2", "VV VS"},
    TWO("fmod"),
    {"hypot", BUILTIN_REAL, 2, "HYPOT", "VV"},
    {"ilogb", BUILTIN_CLASS, 1, "PLAIN_1", "V"},
    CLASS_2("isequal"),
    CLASS_1("isfinite"),
    CLASS_2("isgreater"),
    CLASS_2("isgreaterequal"),
    CLASS_1("isinf"),
    CLASS_2("isless"),
    CLASS_2("islessequal"),
    CLASS_2("islessgreater"),
    CLASS_1("isnan"),
    CLASS_1("isnormal"),
    CLASS_2("isnotequal"),
    CLASS_2("isordered"),
    CLASS_2("isunordered"),
    {"ldexp", BUILTIN_EXPONENT, 2, "NAN_INT", "VI Vi"},
    {"lgamma", BUILTIN_REAL, 1, "LGAMMA", "V"},
    ONE("log"),
    ONE("log10"),
    ONE("log1p"),
    ONE("log2"),
    ONE("logb"),
    {"mad", BUILTIN_REAL, 3, "PLAIN_3", "VVV"},
    {"max", BUILTIN_INTEGRAL, 2, "PLAIN_2", "VV VS"},
    {"maxmag", BUILTIN_REAL, 2, "PLAIN_2", "VV"},
    {"min", BUILTIN_INTEGRAL, 2, "PLAIN_2", "VV VS"},
    {"minmag", BUILTIN_REAL, 2, "PLAIN_2", "VV"},
    {"mix", BUILTIN_REAL, 3, "PLAIN_3", "VVV VVS"},
    TWO("nextafter"),
    {"pow", BUILTIN_REAL, 2, "POW", "VV"},
    {"pown", BUILTIN_EXPONENT, 2, "POWN", "VI"},
    TWO("powr"),
    {"radians", BUILTIN_REAL, 1, "PLAIN_1", "V"},
    TWO("remainder"),
    ROUND("rint"),
    {"rootn", BUILTIN_EXPONENT, 2, "ROOTN", "VI"},
    ROUND("round"),
    ONE("rsqrt"),
    {"sign", BUILTIN_REAL, 1, "PLAIN_1", "V"},
    CLASS_1("signbit"),
    ONE("sin"),
    ONE("sinh"),
    ONE("sinpi"),
    {"smoothstep", BUILTIN_REAL, 3, "PLAIN_3", "VVV SSV"},
    {"sqrt", BUILTIN_REAL, 1, "PLAIN_1", "V"},
    {"step", BUILTIN_REAL, 2, "PLAIN_2", "VV SV"},
    ONE("tan"),
    ONE("tanh"),
    ONE("tanpi"),
    {"tgamma", BUILTIN_REAL, 1, "TGAMMA", "V"},
    ROUND("trunc"),
};
_Static_assert(sizeof builtins / sizeof *builtins <= MAX_BUILTINS, "MAX_BUILTINS is too small");

static int compare(const void *key, const void *item) {
    const struct token *word = key;
    const char *name = ((const struct builtin *)item)->name;
    const int order = strncmp(word->text, name, word->length);
    return order ? order : -(name[word->length] != '\0');
}

const struct builtin *builtin_get(size_t k) {
    return k < sizeof builtins / sizeof *builtins ? &builtins[k] : NULL;
}

const struct builtin *builtin_find(struct token name) {
    return bsearch(&name, builtins, sizeof builtins / sizeof *builtins, sizeof *builtins, compare);
}

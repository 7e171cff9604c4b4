/* SPDX-License-Identifier: MIT
 *
 * The built-in functions of which a caller's text gets overloads. Functions with pointers and those
 * of vectors alone are missing: the text gets the driver's. The order is that of the names. */
#include "program/builtin_table.h"

#include <stdlib.h>
#include <string.h>

#define OURS_1(name)  {name, BUILTIN_REAL, 1, "NAN_1", "V", BUILTIN_OURS}
#define OURS_2(name)  {name, BUILTIN_REAL, 2, "NAN_2", "VV", BUILTIN_OURS}
#define FLAGGED(name) {name, BUILTIN_REAL, 1, "NAN_1", "V", BUILTIN_FLAGGED}
#define ONE(name)     {name, BUILTIN_REAL, 1, "NAN_1", "V", BUILTIN_DRIVERS}
#define TWO(name)     {name, BUILTIN_REAL, 2, "NAN_2", "VV", BUILTIN_DRIVERS}
#define CLASS_1(name) {name, BUILTIN_CLASS, 1, "PLAIN_1", "V", BUILTIN_PLAIN}
#define CLASS_2(name) {name, BUILTIN_CLASS, 2, "PLAIN_2", "VV", BUILTIN_DRIVERS}
#define ROUND(name)   {name, BUILTIN_REAL, 1, "ROUND", "V", BUILTIN_PLAIN}

static const struct builtin builtins[] = {
    {"abs", BUILTIN_INTEGRAL, 1, "ABS", "V", BUILTIN_PLAIN},
    {"abs_diff", BUILTIN_INTEGRAL, 2, "ABS_DIFF", "VV", BUILTIN_DRIVERS},
    OURS_1("acos"),
    OURS_1("acosh"),
    OURS_1("acospi"),
    OURS_1("asin"),
    OURS_1("asinh"),
    OURS_1("asinpi"),
    OURS_1("atan"),
    OURS_2("atan2"),
    OURS_2("atan2pi"),
    OURS_1("atanh"),
    OURS_1("atanpi"),
    OURS_1("cbrt"),
    ROUND("ceil"),
    {"clamp", BUILTIN_INTEGRAL, 3, "PLAIN_3", "VVV VSS", BUILTIN_PLAIN},
    {"copysign", BUILTIN_REAL, 2, "PLAIN_2", "VV", BUILTIN_PLAIN},
    FLAGGED("cos"),
    OURS_1("cosh"),
    OURS_1("cospi"),
    {"degrees", BUILTIN_REAL, 1, "PLAIN_1", "V", BUILTIN_PLAIN},
    OURS_1("erf"),
    OURS_1("erfc"),
    OURS_1("exp"),
    OURS_1("exp10"),
    OURS_1("exp2"),
    OURS_1("expm1"),
    {"fabs", BUILTIN_REAL, 1, "PLAIN_1", "V", BUILTIN_PLAIN},
    TWO("fdim"),
    ROUND("floor"),
    {"fma", BUILTIN_REAL, 3, "PLAIN_3", "VVV", BUILTIN_PLAIN},
    {"fmax", BUILTIN_REAL, 2, "PLAIN_2", "VV VS", BUILTIN_PLAIN},
    {"fmin", BUILTIN_REAL, 2, "PLAIN_2", "VV VS", BUILTIN_PLAIN},
    {"fmod", BUILTIN_REAL, 2, "NAN_2", "VV", BUILTIN_FLAGGED},
    {"hypot", BUILTIN_REAL, 2, "HYPOT", "VV", BUILTIN_OURS},
    {"ilogb", BUILTIN_CLASS, 1, "PLAIN_1", "V", BUILTIN_DRIVERS},
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
    {"ldexp", BUILTIN_EXPONENT, 2, "NAN_INT", "VI Vi", BUILTIN_DRIVERS},
    {"lgamma", BUILTIN_REAL, 1, "LGAMMA", "V", BUILTIN_OURS},
    OURS_1("log"),
    OURS_1("log10"),
    OURS_1("log1p"),
    OURS_1("log2"),
    ONE("logb"),
    {"mad", BUILTIN_REAL, 3, "PLAIN_3", "VVV", BUILTIN_PLAIN},
    {"max", BUILTIN_INTEGRAL, 2, "PLAIN_2", "VV VS", BUILTIN_PLAIN},
    {"maxmag", BUILTIN_REAL, 2, "PLAIN_2", "VV", BUILTIN_DRIVERS},
    {"min", BUILTIN_INTEGRAL, 2, "PLAIN_2", "VV VS", BUILTIN_PLAIN},
    {"minmag", BUILTIN_REAL, 2, "PLAIN_2", "VV", BUILTIN_DRIVERS},
    {"mix", BUILTIN_REAL, 3, "PLAIN_3", "VVV VVS", BUILTIN_PLAIN},
    TWO("nextafter"),
    {"pow", BUILTIN_REAL, 2, "POW", "VV", BUILTIN_OURS},
    {"pown", BUILTIN_EXPONENT, 2, "POWN", "VI", BUILTIN_OURS},
    OURS_2("powr"),
    {"radians", BUILTIN_REAL, 1, "PLAIN_1", "V", BUILTIN_PLAIN},
    {"remainder", BUILTIN_REAL, 2, "NAN_2", "VV", BUILTIN_FLAGGED},
    ROUND("rint"),
    {"rootn", BUILTIN_EXPONENT, 2, "ROOTN", "VI", BUILTIN_OURS},
    ROUND("round"),
    ONE("rsqrt"),
    {"sign", BUILTIN_REAL, 1, "PLAIN_1", "V", BUILTIN_PLAIN},
    CLASS_1("signbit"),
    FLAGGED("sin"),
    OURS_1("sinh"),
    OURS_1("sinpi"),
    {"smoothstep", BUILTIN_REAL, 3, "PLAIN_3", "VVV SSV", BUILTIN_DRIVERS},
    {"sqrt", BUILTIN_REAL, 1, "PLAIN_1", "V", BUILTIN_PLAIN},
    {"step", BUILTIN_REAL, 2, "PLAIN_2", "VV SV", BUILTIN_PLAIN},
    FLAGGED("tan"),
    OURS_1("tanh"),
    OURS_1("tanpi"),
    {"tgamma", BUILTIN_REAL, 1, "TGAMMA", "V", BUILTIN_OURS},
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

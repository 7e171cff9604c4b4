/* SPDX-License-Identifier: MIT
 *
 * Writes the overloads of built-in functions that a caller's text sees. kernels/builtins.cl tells
 * what they are for, and holds their bodies. An overload is written for each combination of types,
 * because a compiler calls a function only if one overload suits its arguments best.
 *
 * Owns constant tables only. */
#include "program/builtins.h"

#include <string.h>

#include "builtins_cl.h"
#include "flagged_cl.h"
#include "program/builtin_table.h"
#include "program/mathematics.h"
#include "program/text_pieces.h"
#include "program/tokens.h"
#include "program/user_text.h"

/* ---- Which functions a text names ---- */

static size_t find_index(const char *name) {
    const struct token token = {TOKEN_NAME, name, strlen(name)};
    return (size_t)(builtin_find(token) - builtin_get(0));
}

/* ## can make a name from two words, so that a text with it may name any function. */
static void mark_named(const char *text, bool is_named[MAX_BUILTINS]) {
    struct token token;
    while ((token = token_next(&text)).kind != TOKEN_END) {
        const bool is_pasted = token_is(token, "#") && *text == '#';
        const struct builtin *builtin = token.kind == TOKEN_NAME ? builtin_find(token) : NULL;
        if (builtin) is_named[builtin - builtin_get(0)] = true;
        for (size_t k = 0; is_pasted && builtin_get(k); k++) is_named[k] = true;
    }
}

/* Returns whether the word is the type of a vector, such as double4, or a function that makes one,
 * such as vload2. */
static bool makes_vectors(struct token word) {
    static const char *const types[] = {"char", "uchar", "short", "ushort", "int",  "uint",
                                        "long", "ulong", "float", "double", "vload"};
    if (token_is(word, "ext_vector_type")) return true;
    for (size_t k = 0; word.kind == TOKEN_NAME && k < sizeof types / sizeof *types; k++) {
        const size_t length = strlen(types[k]);
        if (word.length > length && strncmp(word.text, types[k], length) == 0 &&
            strspn(word.text + length, "123468") == word.length - length)
            return true;
    }
    return false;
}

bool builtins_make_vectors(const char *text) {
    struct token token;
    while ((token = token_next(&text)).kind != TOKEN_END)
        if (makes_vectors(token)) return true;
    return false;
}

/* ---- Scalars ---- */

/* The types that an argument has after C's promotions. */
static const char *const types[] = {"int", "uint", "long", "ulong", "float", "double"};
enum { INT, UINT, LONG, ULONG, FLOAT, DOUBLE, NUM_TYPES };

/* The arguments of one overload, as indices of `types`. */
struct signature {
    int argument[MAX_ARGUMENTS];
    size_t num_arguments;
};

static size_t count(const struct signature *signature, int type) {
    size_t number = 0;
    for (size_t k = 0; k < signature->num_arguments; k++) number += signature->argument[k] == type;
    return number;
}

static bool has_reals(const struct signature *signature) {
    return count(signature, FLOAT) + count(signature, DOUBLE) > 0;
}

/* Returns the type in which integers of different types are compared, or NULL if no type holds all
 * their values: a program that mixes long and ulong does not compile. */
static const char *common_integer(const struct signature *signature) {
    for (int type = INT; type <= ULONG; type++)
        if (count(signature, type) == signature->num_arguments) return types[type];
    if (count(signature, ULONG) == 0) return "long";
    return count(signature, INT) + count(signature, LONG) ? NULL : "ulong";
}

/* Returns the type in which reals are computed. An integer counts as `real`. */
static const char *common_real(const struct signature *signature) {
    if (count(signature, DOUBLE)) return "double";
    return count(signature, FLOAT) == signature->num_arguments ? "float" : "real";
}

static bool is_double(const char *type) {
    return strncmp(type, "double", strlen("double")) == 0;
}

/* What the overloads of a function are called, and their argument in front of x. */
struct family {
    const char *prefix, *parameter, *argument;
};
static const struct family plain = {BUILTIN_PREFIX, "", ""},
                           flagged = {"outerfill_flagged_", "long *rare, ", "rare, "};

/* Writes the result, the name and the arguments x, y and z of an overload. `type` is the type in
 * which it computes. A classification of reals gives int; one of vectors gives integers of the same
 * size. */
static void write_head(FILE *out, const struct family *family, const struct builtin *builtin,
                       const char *type, const char *const *arguments) {
    const char *width = type + strcspn(type, "123468");
    fprintf(out, "OUTERFILL_OVERLOAD ");
    if (builtin->kind == BUILTIN_CLASS)
        fprintf(out, "%s%s", *width && is_double(type) ? "long" : "int", width);
    else
        fprintf(out, "%s", type);
    fprintf(out, " %s%s(%s", family->prefix, builtin->name, family->parameter);
    for (size_t k = 0; k < builtin->num_arguments; k++)
        fprintf(out, "%sconst %s %c", k ? ", " : "", arguments[k], "xyz"[k]);
    fprintf(out, ") ");
}

/* Returns the body of an overload that calls ours. These answer NaN by themselves, but for those
 * that have other answers than NaN. */
static const char *own_body(const struct builtin *builtin) {
    static const char *const kept[] = {"HYPOT", "POW", "POWN", "ROOTN"};
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
        if (strcmp(builtin->body, kept[k]) == 0) return kept[k];
    return builtin->num_arguments == 1 ? "PLAIN_1" : "PLAIN_2";
}

/* Which function it is, the compiler decides. */
static void write_own(FILE *out, const struct builtin *builtin, const char *type,
                      const char *limit) {
    fprintf(out, "{ OUTERFILL_OWN_OR(OUTERFILL_%s, OUTERFILL_%s)(%s, OUTERFILL_%s(%s), %s) }\n",
            own_body(builtin), builtin->body, type, is_double(type) ? "DOUBLE" : "FLOAT",
            builtin->name, limit);
}

/* Writes an overload that calls the driver's function, or ours. */
static void write_direct(FILE *out, const struct builtin *builtin, const char *type,
                         const char *const *arguments) {
    const char *const limit = is_double(type) ? "0x1p52" : "0x1p23f";
    const bool is_scalar = strcmp(type, "double") == 0 || strcmp(type, "float") == 0;
    write_head(out, &plain, builtin, type, arguments);
    if (builtin->code >= BUILTIN_OURS && is_scalar)
        write_own(out, builtin, type, limit);
    else
        fprintf(out, "{ OUTERFILL_%s(%s, %s, %s) }\n", builtin->body, type, builtin->name, limit);
}

/* Writes an overload that converts its arguments and calls another overload. */
static void write_converting(FILE *out, const struct family *family, const struct builtin *builtin,
                             const char *type, const char *const *arguments) {
    write_head(out, family, builtin, type, arguments);
    fprintf(out, "{ return %s%s(%s(%s)x", family->prefix, builtin->name, family->argument, type);
    for (size_t k = 1; k < builtin->num_arguments; k++)
        if (builtin->kind == BUILTIN_EXPONENT)
            fprintf(out, ", convert_int_sat(%c)", "xyz"[k]);
        else
            fprintf(out, ", (%s)%c", type, "xyz"[k]);
    fprintf(out, "); }\n");
}

/* Writes the overload of integers alone, which stays an integer. as_TYPE makes the result of abs
 * signed. */
static void write_integral(FILE *out, const struct builtin *builtin, const char *type,
                           const char *const *arguments) {
    write_head(out, &plain, builtin, type, arguments);
    fprintf(out, "{ return as_%s(%s((%s)x", type, builtin->name, type);
    for (size_t k = 1; k < builtin->num_arguments; k++) fprintf(out, ", (%s)%c", type, "xyz"[k]);
    fprintf(out, ")); }\n");
}

/* Which overloads are written. Those that convert come last: they call the others. */
enum part { DIRECT, CONVERTING };

static void write_scalar(FILE *out, const struct family *family, const struct builtin *builtin,
                         const struct signature *signature, enum part part) {
    const bool is_integral = builtin->kind == BUILTIN_INTEGRAL && !has_reals(signature);
    struct signature reals = *signature; /* an exponent is none of them */
    if (builtin->kind == BUILTIN_EXPONENT) reals.num_arguments = 1;
    const char *type = is_integral ? common_integer(signature) : common_real(&reals);
    const char *arguments[MAX_ARGUMENTS];
    bool is_direct = true;
    for (size_t k = 0; type && k < builtin->num_arguments; k++) {
        arguments[k] = types[signature->argument[k]];
        is_direct &=
            strcmp(arguments[k], k && builtin->kind == BUILTIN_EXPONENT ? "int" : type) == 0;
    }
    if (!type) return;
    if (is_integral && part == DIRECT) write_integral(out, builtin, type, arguments);
    if (is_integral || is_direct != (part == DIRECT)) return;
    if (is_direct)
        write_direct(out, builtin, type, arguments);
    else
        write_converting(out, family, builtin, type, arguments);
}

/* An exponent is no real. */
static bool is_wanted(const struct builtin *builtin, const struct signature *signature) {
    return builtin->kind != BUILTIN_EXPONENT || signature->argument[1] < FLOAT;
}

/* Writes a part of the overloads for all combinations of types, either of those with a double or of
 * the others. */
static void write_scalars(FILE *out, const struct family *family, const struct builtin *builtin,
                          enum part part, bool with_doubles) {
    size_t num_combinations = 1;
    for (size_t k = 0; k < builtin->num_arguments; k++) num_combinations *= NUM_TYPES;
    for (size_t combination = 0; combination < num_combinations; combination++) {
        struct signature signature = {.num_arguments = builtin->num_arguments};
        size_t rest = combination;
        for (size_t k = 0; k < builtin->num_arguments; k++, rest /= NUM_TYPES)
            signature.argument[k] = (int)(rest % NUM_TYPES);
        if (with_doubles == (count(&signature, DOUBLE) > 0) && is_wanted(builtin, &signature))
            write_scalar(out, family, builtin, &signature, part);
    }
}

/* ---- Vectors ---- */

/* Writes the type of a vector's argument, by its letter in builtin.vectors. */
static void name_vector_type(char letter, const char *element, int width, char name[16]) {
    const char *base = letter == 'I' || letter == 'i' ? "int" : element;
    if (letter == 'V' || letter == 'I')
        snprintf(name, 16, "%s%d", base, width);
    else
        snprintf(name, 16, "%s", base);
}

typedef void write_overload(FILE *out, const struct builtin *builtin, const char *type,
                            const char *const *arguments);

static void write_vector(FILE *out, const struct builtin *builtin, const char *letters,
                         const char *element, int width, write_overload *write) {
    char names[MAX_ARGUMENTS][16], type[16];
    const char *arguments[MAX_ARGUMENTS];
    name_vector_type('V', element, width, type);
    for (size_t k = 0; k < builtin->num_arguments; k++) {
        name_vector_type(letters[k], element, width, names[k]);
        arguments[k] = names[k];
    }
    write(out, builtin, type, arguments);
}

static void write_vectors(FILE *out, const struct builtin *builtin, const char *element,
                          write_overload *write) {
    static const int widths[] = {2, 3, 4, 8, 16};
    const char *letters = builtin->vectors;
    for (; *letters; letters += strcspn(letters, " "), letters += strspn(letters, " "))
        for (size_t k = 0; k < sizeof widths / sizeof *widths; k++)
            write_vector(out, builtin, letters, element, widths[k], write);
}

static void write_integer_vectors(FILE *out, const struct builtin *builtin) {
    static const char *const elements[] = {"char", "uchar", "short", "ushort",
                                           "int",  "uint",  "long",  "ulong"};
    for (size_t k = 0; builtin->kind == BUILTIN_INTEGRAL && k < sizeof elements / sizeof *elements;
         k++)
        write_vectors(out, builtin, elements[k], write_integral);
}

/* ---- The program's part ---- */

bool builtins_name_ours(const outerfill_function_description *description) {
    bool is_named[MAX_BUILTINS] = {false}, is_found = false;
    struct text_piece piece;
    for (size_t k = 0; text_piece_of(description, k, &piece); k++) mark_named(piece.text, is_named);
    for (size_t k = 0; builtin_get(k); k++)
        is_found |= is_named[k] && builtin_get(k)->code >= BUILTIN_OURS;
    return is_found;
}

static void write_overloads(FILE *out, const struct builtin *builtin, bool has_vectors) {
    write_scalars(out, &plain, builtin, DIRECT, false);
    if (has_vectors) write_vectors(out, builtin, "float", write_direct);
    if (has_vectors) write_integer_vectors(out, builtin);
    fprintf(out, "#ifdef cl_khr_fp64\n");
    write_scalars(out, &plain, builtin, DIRECT, true);
    if (has_vectors) write_vectors(out, builtin, "double", write_direct);
    write_scalars(out, &plain, builtin, CONVERTING, true);
    fprintf(out, "#endif\n");
    write_scalars(out, &plain, builtin, CONVERTING, false);
}

void builtins_write(FILE *out, const outerfill_function_description *description,
                    bool has_batches) {
    bool is_named[MAX_BUILTINS] = {false}, has_vectors = false;
    struct text_piece piece;
    const struct builtin *builtin;
    for (size_t k = 0; text_piece_of(description, k, &piece); k++) {
        mark_named(piece.text, is_named);
        has_vectors |= builtins_make_vectors(piece.text);
    }
    fputs(builtins_cl, out);
    if (builtins_name_ours(description))
        mathematics_write(out, description->dtype,
                          !has_batches && user_text_any_has_loop(description));
    mathematics_write_drivers(out);
    for (size_t k = 0; (builtin = builtin_get(k)); k++)
        if (is_named[k]) write_overloads(out, builtin, has_vectors);
    for (size_t k = 0; (builtin = builtin_get(k)); k++)
        if (is_named[k])
            fprintf(out, "#undef %s\n#define %s " BUILTIN_PREFIX "%s\n", builtin->name,
                    builtin->name, builtin->name);
    if (!has_vectors && is_named[find_index("pow")]) mathematics_write_constant_powers(out);
}

/* A variadic macro, so that the compiler says what is wrong with the number of arguments. */
void builtins_write_flagged(FILE *out, const outerfill_function_description *description) {
    bool is_named[MAX_BUILTINS] = {false};
    struct text_piece piece;
    const struct builtin *builtin;
    fprintf(out, "#line 1 \"flagged.cl\"\n");
    fputs(flagged_cl, out);
    for (size_t k = 0; text_piece_of(description, k, &piece); k++) mark_named(piece.text, is_named);
    for (size_t k = 0; (builtin = builtin_get(k)); k++) {
        if (!is_named[k] || builtin->code != BUILTIN_FLAGGED) continue;
        write_scalars(out, &flagged, builtin, CONVERTING, true);
        write_scalars(out, &flagged, builtin, CONVERTING, false);
        fprintf(out, "#undef %s\n#define %s(...) %s%s(outerfill_rare, __VA_ARGS__)\n",
                builtin->name, builtin->name, flagged.prefix, builtin->name);
    }
}

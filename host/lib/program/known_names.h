/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_PROGRAM_KNOWN_NAMES_H
#define OUTERFILL_PROGRAM_KNOWN_NAMES_H

#include "program/value.h"

#define KNOWN_NAMES_MAX 64 /* further declarations are not remembered */

/* The names in one piece of the caller's text whose kind is known. */
struct known_names {
    const outerfill_function_description *description; /* NULL: a preamble, without a, b, i, ... */
    struct {
        struct token name;
        enum value_kind kind;
    } items[KNOWN_NAMES_MAX];
    size_t num_items;
};

/* Adds a name that the piece declares. The piece must outlive the list. */
void known_names_add(struct known_names *names, struct token name, enum value_kind kind);

/* Returns the kind of a name: as the piece has declared it last, or as every text sees it. */
enum value_kind known_names_kind(const struct known_names *names, struct token name);

/* Returns the kind of a type's values, or UNKNOWN_VALUE for a word that is no type of numbers. */
enum value_kind known_names_type(struct token word);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_WARNING_LIST_H
#define OUTERFILL_DEVICE_WARNING_LIST_H

#include "program/warnings.h"

/* A function's warnings as its user sees them. One block of memory. */
struct warning_list {
    size_t num_items;
    const outerfill_warning *pointers[WARNINGS_MAX];
    outerfill_warning items[WARNINGS_MAX];
    char sentences[WARNINGS_MAX][600];
};

/* Returns a list that free releases, or NULL if memory ran out. */
struct warning_list *warning_list_create(const struct warnings *warnings);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_DEVICE_WARNING_LIST_H
#define OUTERFILL_DEVICE_WARNING_LIST_H

#include "program/warnings.h"

/* A function's warnings as its user sees them. The pointers lead into the struct, so that it must
 * not move. */
struct warning_list {
    size_t num_items;
    const outerfill_warning *pointers[WARNINGS_MAX];
    outerfill_warning items[WARNINGS_MAX];
    char sentences[WARNINGS_MAX][600];
};

/* Writes the list. */
void warning_list_write(struct warning_list *list, const struct warnings *warnings);

#endif

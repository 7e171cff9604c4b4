/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_LINE_KINDS_H
#define OUTERFILL_CLI_LINE_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "number_text.h"

/* What the fields of one line are. */
struct line_kinds {
    size_t num_fields; /* without an empty field at the end */
    bool is_open;      /* there is an empty field behind the last delimiter */
    size_t count[FIELD_BROKEN + 1];
    char name[48], number[48]; /* the first of each, for messages; "" if there is none */
    const char *problem;       /* what is wrong with the line, or NULL; a static string */
};

void line_kinds_find(const char *line, struct line_kinds *kinds);

#endif

/* SPDX-License-Identifier: MIT
 *
 * This module counts the numbers, names and other fields of one line in memory. It holds no state,
 * and does not decide whether the line is a header. */
#include "line_kinds.h"

#include <stdio.h>
#include <string.h>

#include "field_scanner.h"

static void keep_first(char *word, size_t nbytes, const char *text) {
    if (!*word) snprintf(word, nbytes, "%.40s", text);
}

void line_kinds_find(const char *line, struct line_kinds *kinds) {
    struct line_fields fields;
    const char *text;
    memset(kinds, 0, sizeof *kinds);
    line_fields_begin(&fields, line, field_scanner_detect(line));
    while ((text = line_fields_next(&fields))) {
        if (fields.scanner.is_behind_last_delimiter) {
            kinds->is_open = true;
            continue;
        }
        const enum field_kind kind = number_text_kind(text);
        kinds->count[kind]++;
        kinds->num_fields++;
        if (kind == FIELD_NAME) keep_first(kinds->name, sizeof kinds->name, text);
        if (kind == FIELD_NUMBER) keep_first(kinds->number, sizeof kinds->number, text);
    }
    kinds->problem = fields.scanner.problem;
}

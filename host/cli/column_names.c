/* SPDX-License-Identifier: MIT
 *
 * This module keeps the lines of a text that precede its numbers, and finds columns by name. It
 * owns copies of these lines.
 *
 * Each header line has its own delimiter. A header counts only if it has a name for each column.
 * Names may stand in several lines, such as names and units. So a search looks into each line. */
#include "column_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field_scanner.h"
#include "number_text.h"

#define COMMENT MAX_HEADER_LINES

static bool keep(struct column_names *names, size_t k, const char *text, size_t line) {
    free(names->headers[k].text);
    names->headers[k].text = strdup(text);
    names->headers[k].line = line;
    names->headers[k].delimiter = field_scanner_detect(text);
    return names->headers[k].text != NULL;
}

bool column_names_add(struct column_names *names, const char *text, size_t line) {
    return keep(names, names->num_headers++, text, line);
}

bool column_names_add_comment(struct column_names *names, const char *text) {
    return keep(names, COMMENT, text + strspn(text, "#% \t"), 0);
}

/* Begins with the first name of a line. The only column's name may contain blanks. */
static void begin(const struct column_names *names, size_t k, size_t num_columns,
                  struct line_fields *fields) {
    const char delimiter = names->headers[k].delimiter;
    line_fields_begin(fields, names->headers[k].text,
                      (char)(num_columns == 1 && delimiter == ' ' ? '\0' : delimiter));
}

/* Counts the names of a line. `is_open` tells whether the last one is empty, as after a comma at
 * the end of the line. Returns 0 for a line with numbers, which can only be a comment. */
static size_t count(const struct column_names *names, size_t k, size_t num_columns, bool *is_open) {
    struct line_fields fields;
    size_t num_names = 0;
    *is_open = false;
    if (!names->headers[k].text) return 0;
    begin(names, k, num_columns, &fields);
    for (const char *name; (name = line_fields_next(&fields)); num_names++) {
        *is_open = fields.scanner.is_behind_last_delimiter;
        if (number_text_kind(name) == FIELD_NUMBER) return 0;
    }
    return num_names;
}

static bool fits(const struct column_names *names, size_t k, size_t num_columns) {
    bool is_open;
    const size_t num_names = count(names, k, num_columns, &is_open);
    return num_names && (num_names == num_columns || (is_open && num_names == num_columns + 1));
}

bool column_names_have_header(const struct column_names *names, size_t num_columns) {
    for (size_t k = 0; k < names->num_headers; k++)
        if (fits(names, k, num_columns)) return true;
    return false;
}

bool column_names_fit(const struct column_names *names, size_t num_columns) {
    return column_names_have_header(names, num_columns) || fits(names, COMMENT, num_columns);
}

size_t column_names_find_misfit(const struct column_names *names, size_t num_columns,
                                bool is_chosen, size_t *num_names) {
    if (column_names_have_header(names, num_columns)) return 0;
    for (size_t k = 0; k < names->num_headers; k++) {
        bool is_open;
        *num_names = count(names, k, num_columns, &is_open);
        const bool is_list = names->headers[k].delimiter != ' ' && *num_names >= 2;
        if (is_list || (is_chosen && *num_names + 1 == num_columns)) return names->headers[k].line;
    }
    return 0;
}

enum column_search column_names_find(const struct column_names *names, size_t num_columns,
                                     const char *name, size_t *column) {
    enum column_search result = COLUMN_UNKNOWN;
    for (size_t k = 0; k <= COMMENT; k++) {
        struct line_fields fields;
        const char *other;
        if (!fits(names, k, num_columns)) continue;
        begin(names, k, num_columns, &fields);
        for (size_t c = 0; (other = line_fields_next(&fields)); c++) {
            if (strcmp(name, other) != 0 || c == num_columns) continue;
            if (result == COLUMN_FOUND && *column != c) return COLUMN_AMBIGUOUS;
            result = COLUMN_FOUND;
            *column = c;
        }
    }
    return result;
}

void column_names_list(const struct column_names *names, size_t num_columns, char *text,
                       size_t text_nbytes) {
    size_t k = 0, length = 0;
    struct line_fields fields;
    const char *name;
    while (k <= COMMENT && !fits(names, k, num_columns)) k++;
    if (k > COMMENT) {
        if (num_columns == 1)
            snprintf(text, text_nbytes, "0");
        else
            snprintf(text, text_nbytes, "0 to %zu", num_columns - 1);
        return;
    }
    begin(names, k, num_columns, &fields);
    for (size_t c = 0; c < num_columns && (name = line_fields_next(&fields)); c++) {
        if (length + strlen(name) + 40 > text_nbytes) {
            snprintf(text + length, text_nbytes - length, ", ... to %zu", num_columns - 1);
            return;
        }
        length += (size_t)snprintf(text + length, text_nbytes - length, "%s%zu \"%s\"",
                                   c ? ", " : "", c, name);
    }
}

void column_names_free(struct column_names *names) {
    for (size_t k = 0; k <= COMMENT; k++) free(names->headers[k].text);
}

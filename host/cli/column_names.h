/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_COLUMN_NAMES_H
#define OUTERFILL_CLI_COLUMN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#define MAX_HEADER_LINES 3 /* a title, names and units */

/* The lines before the first line of numbers. Zero it, and free it with column_names_free. */
struct column_names {
    struct {
        char *text;
        size_t line;
        char delimiter;
    } headers[MAX_HEADER_LINES + 1]; /* the last place belongs to the last comment */
    size_t num_headers;
};

enum column_search { COLUMN_FOUND, COLUMN_UNKNOWN, COLUMN_AMBIGUOUS };

/* Keeps a copy of a header line, or of the last comment before the numbers, without its '#'.
 * Returns false if there is no memory. At most MAX_HEADER_LINES lines are headers. */
bool column_names_add(struct column_names *names, const char *text, size_t line);
bool column_names_add_comment(struct column_names *names, const char *text);

/* Whether a header line, or the last comment, has a name for each of the columns. */
bool column_names_fit(const struct column_names *names, size_t num_columns);
bool column_names_have_header(const struct column_names *names, size_t num_columns);

/* Returns the line of a header that has more or fewer names than columns, or 0. There is none if
 * another header fits. A title of one name, or of words without delimiters, is no header. But R
 * leaves out the name of the first column, so one name less matters if a column is chosen. */
size_t column_names_find_misfit(const struct column_names *names, size_t num_columns,
                                bool is_chosen, size_t *num_names);

/* Searches a column by its name. */
enum column_search column_names_find(const struct column_names *names, size_t num_columns,
                                     const char *name, size_t *column);

/* Writes which columns there are, such as `0 "x", 1 "y"`, or `0 to 1` if they have no names. */
void column_names_list(const struct column_names *names, size_t num_columns, char *text,
                       size_t text_nbytes);

void column_names_free(struct column_names *names);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_FIELD_SCANNER_H
#define OUTERFILL_CLI_FIELD_SCANNER_H

#include <stdbool.h>
#include <stddef.h>

#define FIELD_MAX_LENGTH 4096 /* the rest of a longer field is dropped; it is not a number */

/* What a character ends. Both bits may be set. */
enum { FIELD_ENDS = 1, LINE_ENDS = 2 };

/* Cuts a text into lines and fields, one character at a time. Zero it, and set the delimiter: ',',
 * ';', '\t', or ' ' for white space. */
struct field_scanner {
    char delimiter;

    /* The field that has just ended. Valid until the next character is read. */
    char text[FIELD_MAX_LENGTH + 2]; /* without quotes, and without white space at its ends */
    size_t length;
    bool blank_before, blank_after; /* white space between the text and its delimiters */
    bool was_quoted;
    bool is_behind_last_delimiter; /* an empty field that the line's end follows */

    const char *problem; /* what is wrong with the line, or NULL */

    /* Used by the scanner only. */
    bool is_done, is_quoted, quote_has_ended, is_after_delimiter;
    char previous, previous_visible, comment, comment_text[12];
    size_t comment_length;
};

/* Reads the next character. Returns the sum of what it ends, or 0. Comments are dropped. Give a
 * newline after the last character of a text. */
int field_scanner_read(struct field_scanner *scanner, char c);

/* Returns the delimiter of one line: a tab between two fields, otherwise ';', ',' or ' '. A tab
 * beside a ',' or ';' counts as a blank. */
char field_scanner_detect(const char *line);

/* The fields of one line in memory. */
struct line_fields {
    struct field_scanner scanner;
    const char *next; /* NULL: the line has ended */
};

/* Begins with the first field. Without a delimiter, the whole line is one field. */
void line_fields_begin(struct line_fields *fields, const char *line, char delimiter);

/* Returns the next field, or NULL after the last. The text is valid until the next call. */
const char *line_fields_next(struct line_fields *fields);

#endif

/* SPDX-License-Identifier: MIT
 *
 * This module cuts a text into lines and fields. It understands quotes and comments, and holds one
 * field only, because a line may be as long as the file.
 *
 * It does not know what numbers are, but for the one that has a '#' inside, and it knows nothing
 * about tables. */
#include "field_scanner.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* ---- Fields ---- */

static void begin_field(struct field_scanner *scanner) {
    scanner->is_done = scanner->was_quoted = scanner->quote_has_ended = false;
    scanner->blank_before = scanner->blank_after = scanner->is_behind_last_delimiter = false;
    scanner->length = 0;
}

static bool has_begun(const struct field_scanner *scanner) {
    return scanner->length || scanner->was_quoted;
}

static int append(struct field_scanner *scanner, char c) {
    if (scanner->length <= FIELD_MAX_LENGTH) scanner->text[scanner->length++] = c;
    return 0;
}

static int end_field(struct field_scanner *scanner, bool by_delimiter) {
    char *text = scanner->text;
    size_t skipped = 0;
    while (scanner->length && is_blank(text[scanner->length - 1])) scanner->length--;
    while (skipped < scanner->length && is_blank(text[skipped])) skipped++;
    scanner->length -= skipped;
    memmove(text, text + skipped, scanner->length);
    text[scanner->length] = '\0';
    scanner->is_after_delimiter = by_delimiter;
    scanner->is_done = true;
    return FIELD_ENDS;
}

/* Whether the text is what precedes the '#' of Microsoft's 1.#INF. */
static bool is_one_and_point(const struct field_scanner *scanner, size_t length) {
    const size_t sign = length && (*scanner->text == '-' || *scanner->text == '+');
    return length == sign + 2 && memcmp(scanner->text + sign, "1.", 2) == 0;
}

/* ---- Comments ---- */

/* '%' begins a comment after white space only: "50%" must not become 50. */
static bool begins_comment(const struct field_scanner *scanner, char c) {
    if (c == '%')
        return !scanner->previous || scanner->previous == '\n' || is_blank(scanner->previous);
    return c == '#' && (scanner->blank_after || scanner->was_quoted ||
                        !is_one_and_point(scanner, scanner->length));
}

static int begin_comment(struct field_scanner *scanner, char c) {
    scanner->comment = c;
    scanner->comment_length = 0;
    return 0;
}

static int read_comment(struct field_scanner *scanner, char c) {
    if (scanner->comment_length < sizeof scanner->comment_text - 1 &&
        (scanner->comment_length || !is_blank(c) || scanner->comment == '#'))
        scanner->comment_text[scanner->comment_length++] = c;
    return 0;
}

/* Returns what a text writes that looks like a comment and is a value, or NULL. */
static const char *find_value_in_comment(struct field_scanner *scanner) {
    static const char *const errors[] = {"N/A",  "DIV/0!", "VALUE!", "REF!",
                                         "NUM!", "NULL!",  "NAME?",  "SPILL!"};
    const char *text = scanner->comment_text;
    scanner->comment_text[scanner->comment_length] = '\0';
    if (scanner->comment == '%') {
        const bool is_percent = scanner->comment_length == 0 || strchr(",;", *text);
        const char last = scanner->previous_visible;
        return is_percent && last && strchr("0123456789.\"", last)
                   ? "a '%' follows a number: write 0.5 for 50 %"
                   : NULL;
    }
    for (size_t k = 0; k < sizeof errors / sizeof *errors; k++)
        if (strncasecmp(text, errors[k], strlen(errors[k])) == 0)
            return "a spreadsheet has written an error such as #N/A: write nan for a missing value";
    return NULL;
}

/* ---- Characters ---- */

static int end_line(struct field_scanner *scanner) {
    if (scanner->comment) scanner->problem = find_value_in_comment(scanner);
    if (scanner->is_quoted) scanner->problem = "a quote is not closed on its line";
    if (scanner->length && scanner->text[scanner->length - 1] == '#')
        scanner->length -= is_one_and_point(scanner, scanner->length - 1);
    const bool has_field = has_begun(scanner), is_after = scanner->is_after_delimiter;
    scanner->comment = '\0';
    scanner->is_quoted = false;
    scanner->is_behind_last_delimiter = !has_field && is_after;
    const int ends = has_field || is_after ? end_field(scanner, false) : 0;
    scanner->is_done = true;
    return ends | LINE_ENDS;
}

static int read_blank(struct field_scanner *scanner) {
    if (scanner->length && scanner->text[scanner->length - 1] == '#' &&
        is_one_and_point(scanner, scanner->length - 1)) {
        scanner->length--; /* the number 1. and a comment after it */
        return begin_comment(scanner, '#');
    }
    if (!has_begun(scanner))
        scanner->blank_before = true;
    else if (scanner->delimiter == ' ')
        return end_field(scanner, false);
    else
        scanner->blank_after = true;
    return 0;
}

/* Two quotes inside a quoted field stand for one quote. */
static int read_quoted(struct field_scanner *scanner, char c) {
    if (c != '"') return append(scanner, c);
    scanner->is_quoted = false;
    scanner->quote_has_ended = true;
    return 0;
}

static int read_visible(struct field_scanner *scanner, char c) {
    const bool is_doubled = c == '"' && scanner->quote_has_ended && scanner->previous == '"';
    if (c == '"' && (is_doubled || !has_begun(scanner))) {
        scanner->is_quoted = scanner->was_quoted = true;
        return is_doubled ? append(scanner, c) : 0;
    }
    if (scanner->quote_has_ended) scanner->problem = "a text follows a closing quote";
    if (scanner->blank_after) append(scanner, ' ');
    scanner->blank_after = false;
    return append(scanner, c);
}

static int read(struct field_scanner *scanner, char c) {
    if (c == '\n') return end_line(scanner);
    if (scanner->comment) return read_comment(scanner, c);
    if (scanner->is_quoted) return read_quoted(scanner, c);
    if (begins_comment(scanner, c)) return begin_comment(scanner, c);
    if (c == scanner->delimiter && c != ' ') return end_field(scanner, true);
    return is_blank(c) ? read_blank(scanner) : read_visible(scanner, c);
}

int field_scanner_read(struct field_scanner *scanner, char c) {
    if (scanner->is_done) begin_field(scanner);
    const int ends = read(scanner, c);
    scanner->previous = c;
    if (ends & LINE_ENDS)
        scanner->previous_visible = '\0';
    else if (!is_blank(c) && !scanner->comment)
        scanner->previous_visible = c;
    return ends;
}

/* ---- One line in memory ---- */

static bool is_list_delimiter(char c) {
    return c == ',' || c == ';';
}

char field_scanner_detect(const char *line) {
    bool has[128] = {false}, is_quoted = false, tab_before = false;
    char last = '\0'; /* the last character that is not blank */
    for (const char *c = line; *c; c++) {
        const bool after_blank = c == line || is_blank(c[-1]);
        if (!is_quoted && ((*c == '#' && last != '.') || (*c == '%' && after_blank))) break;
        if (is_blank(*c)) {
            tab_before |= *c == '\t' && last && !is_quoted;
            continue;
        }
        has['\t'] |= tab_before && !is_list_delimiter(*c) && !is_list_delimiter(last);
        tab_before = false;
        is_quoted ^= *c == '"';
        if (!is_quoted && is_list_delimiter(*c)) has[(int)*c] = true;
        last = *c;
    }
    return has['\t'] ? '\t' : has[';'] ? ';' : has[','] ? ',' : ' ';
}

void line_fields_begin(struct line_fields *fields, const char *line, char delimiter) {
    memset(fields, 0, sizeof *fields);
    fields->scanner.delimiter = delimiter;
    fields->next = line;
}

const char *line_fields_next(struct line_fields *fields) {
    while (fields->next) {
        const char c = *fields->next ? *fields->next : '\n';
        const int ends = field_scanner_read(&fields->scanner, c);
        fields->next = c == '\n' ? NULL : fields->next + 1;
        if (ends & FIELD_ENDS) return fields->scanner.text;
    }
    return NULL;
}

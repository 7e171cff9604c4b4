/* SPDX-License-Identifier: MIT
 *
 * This module reads a vector from text: one line of numbers, a number on each line, one column of a
 * table, or all numbers in reading order.
 *
 * Lines of names may precede the numbers. The first line of data decides which delimiter the text
 * has. Up to there one line is held in memory, or its first MAX_HEAD_LENGTH characters. After that
 * only one field is held, because a line may be as long as the file.
 *
 * It owns the growing array until the end. It does not know the dtype of the fill. */
#include "vector_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "column_names.h"
#include "command.h"
#include "digit_groups.h"
#include "field_scanner.h"
#include "line_kinds.h"
#include "number_list.h"
#include "number_text.h"

#define MAX_HEAD_LENGTH ((size_t)1 << 20)
#define LIST_NBYTES     800 /* for the names of columns in messages */

enum layout { LAYOUT_VECTOR, LAYOUT_FLAT, LAYOUT_COLUMN };

struct reader {
    const struct vector_text *source;
    enum layout layout;
    size_t column; /* for LAYOUT_COLUMN */
    size_t line;
    struct field_scanner scanner;

    char *head; /* the present line, until data begin */
    size_t head_length, head_capacity;
    bool is_in_head;
    struct column_names names;

    /* The present line of data. It looks decimal if it is DIGITS,DIGITS. */
    size_t num_fields;
    bool has_value, is_open, looks_decimal;
    bool joins_next; /* no blank stands between the last field and its comma */

    /* The first line of data, and how many fields each line may have. With a column chosen, the
     * last field may be empty, and its delimiter may be there or not. */
    size_t first_line, min_fields, max_fields;
    bool first_looks_decimal;
    struct digit_groups groups;

    struct number_list list;
};

/* ---- What is refused ---- */

static int fail_line(const struct reader *reader, const char *problem) {
    return command_fail(EXIT_BAD_INPUT, "%s, line %zu: %s", reader->source->name, reader->line,
                        problem);
}

static int fail_number(const struct reader *reader, const char *text) {
    static const char *const delimiters[] = {
        [' '] = "white space", [','] = "','", [';'] = "';'", ['\t'] = "a tab"};
    const size_t length = strlen(text);
    char note[96] = "";
    if (!reader->is_in_head && length <= 40 && strpbrk(text, " \t,;"))
        snprintf(note, sizeof note,
                 ": decimals have a point, and only %s separates values in this text",
                 delimiters[(int)reader->scanner.delimiter]);
    return command_fail(EXIT_BAD_INPUT, "%s, line %zu: \"%.*s%s\" is not a number%s",
                        reader->source->name, reader->line, length > 40 ? 40 : (int)length, text,
                        length > 40 ? "..." : "", note);
}

static int fail_empty(const struct reader *reader, size_t field) {
    return command_fail(EXIT_BAD_INPUT,
                        "%s, line %zu: %s %zu is empty: write nan for a missing value",
                        reader->source->name, reader->line,
                        reader->layout == LAYOUT_COLUMN ? "column" : "field", field);
}

static int fail_no_memory(const struct reader *reader) {
    return command_fail(EXIT_DEVICE_FAILED, "no memory for a line of %s", reader->source->name);
}

static const char *decimal_note(bool looks_decimal) {
    return looks_decimal ? "; decimals have a point, and thousands no comma: 0.5 and 1000" : "";
}

/* `what` says how the table was found. */
static int fail_table(const struct reader *reader, size_t num_columns, const char *what) {
    char list[LIST_NBYTES];
    column_names_list(&reader->names, num_columns, list, sizeof list);
    return command_fail(
        EXIT_BAD_INPUT,
        "%s holds a table and not a vector: %s; choose a column with \"%s:COLUMN\" (%s), or read "
        "all values line by line with \"%s:flat\"%s",
        reader->source->name, what, reader->source->path, list, reader->source->path,
        decimal_note(reader->first_looks_decimal && reader->looks_decimal));
}

static int fail_ragged(const struct reader *reader) {
    const char *name = reader->source->name, *path = reader->source->path;
    if (reader->layout == LAYOUT_COLUMN)
        return command_fail(EXIT_BAD_INPUT,
                            "%s: line %zu has %zu fields, and line %zu has %zu: a column needs "
                            "lines with the same number of fields",
                            name, reader->first_line, reader->min_fields, reader->line,
                            reader->num_fields);
    return command_fail(EXIT_BAD_INPUT,
                        "%s: line %zu has %zu value%s, and line %zu has %zu: write one value on "
                        "each line, or read all values line by line with \"%s:flat\"%s",
                        name, reader->first_line, reader->min_fields,
                        reader->min_fields == 1 ? "" : "s", reader->line, reader->num_fields, path,
                        decimal_note(reader->first_looks_decimal || reader->looks_decimal));
}

static int fail_groups(const struct reader *reader, const char *chain) {
    return command_fail(EXIT_BAD_INPUT,
                        "%s, line %zu: \"%s\" may be one number or a list: write a number without "
                        "commas, a list with blanks after its commas, or \"%s:flat\" to read a "
                        "list",
                        reader->source->name, reader->first_line, chain, reader->source->path);
}

static int fail_column(const struct reader *reader, size_t num_columns, bool is_ambiguous) {
    char list[LIST_NBYTES];
    column_names_list(&reader->names, num_columns, list, sizeof list);
    return command_fail(EXIT_BAD_INPUT, "%s has %s \"%s\": choose from %s%s", reader->source->name,
                        is_ambiguous ? "more than one column" : "no column", reader->source->column,
                        list, is_ambiguous ? " by number" : "");
}

/* ---- Lines of data ---- */

/* A tab before the first field may be indentation. Then a number would choose another column than
 * its user expects. */
static bool is_miscounted(const struct reader *reader, size_t field) {
    return field == 0 && reader->scanner.delimiter == '\t' && !reader->scanner.length &&
           !reader->scanner.was_quoted && isdigit((unsigned char)*reader->source->column);
}

static int take_value(struct reader *reader, size_t field) {
    double number;
    const struct field_scanner *scanner = &reader->scanner;
    if (!scanner->length) return fail_empty(reader, field);
    if (scanner->length > FIELD_MAX_LENGTH || !number_text_read(scanner->text, &number))
        return fail_number(reader, scanner->text);
    reader->has_value = true;
    if (number_list_append(&reader->list, number)) return EXIT_DONE;
    return command_fail(EXIT_DEVICE_FAILED, "no memory for more than %zu values of %s",
                        reader->list.n, reader->source->name);
}

/* Notes whether commas may belong to numbers: as decimal commas, or between groups of digits. */
static void note_commas(struct reader *reader, size_t field) {
    const struct field_scanner *scanner = &reader->scanner;
    const bool may_join = scanner->delimiter == ',' && !scanner->was_quoted;
    const bool is_joined = field > 0 && may_join && reader->joins_next && !scanner->blank_before;
    const char *digits = scanner->text + (*scanner->text == '-' || *scanner->text == '+');
    const bool is_digits = !digits[strspn(digits, "0123456789")];
    reader->joins_next = may_join && !scanner->blank_after;
    reader->looks_decimal =
        is_digits && (field == 0 ? may_join : field == 1 && is_joined && reader->looks_decimal);
    if (!reader->max_fields) digit_groups_add(&reader->groups, scanner->text, is_joined);
}

static int take_field(struct reader *reader) {
    const size_t field = reader->num_fields;
    reader->is_open = reader->scanner.is_behind_last_delimiter;
    if (reader->is_open) return EXIT_DONE;
    reader->num_fields++;
    if (reader->layout == LAYOUT_COLUMN) {
        if (field == reader->column) return take_value(reader, field);
        if (!is_miscounted(reader, field)) return EXIT_DONE;
        return fail_line(reader, "a tab before the first field makes the number of a column "
                                 "unclear: choose the column by its name, or remove the tab");
    }
    note_commas(reader, field);
    return take_value(reader, field);
}

static int check_num_fields(struct reader *reader) {
    const size_t least = reader->num_fields,
                 most = least + (reader->layout == LAYOUT_COLUMN && reader->is_open);
    if (!reader->max_fields) {
        reader->first_line = reader->line;
        reader->min_fields = least;
        reader->max_fields = most;
        reader->first_looks_decimal = reader->looks_decimal && least == 2;
        return EXIT_DONE;
    }
    if (reader->layout == LAYOUT_FLAT) return EXIT_DONE;
    if (least > reader->max_fields || most < reader->min_fields) return fail_ragged(reader);
    if (least > reader->min_fields) reader->min_fields = least;
    if (most < reader->max_fields) reader->max_fields = most;
    if (reader->layout == LAYOUT_COLUMN || least == 1) return EXIT_DONE;
    char what[96];
    snprintf(what, sizeof what, "lines %zu and %zu have %zu values each", reader->first_line,
             reader->line, least);
    return fail_table(reader, least, what);
}

static int end_line(struct reader *reader) {
    int code = EXIT_DONE;
    if (reader->scanner.problem) return fail_line(reader, reader->scanner.problem);
    if (reader->num_fields) code = check_num_fields(reader);
    if (!code && reader->num_fields && !reader->has_value)
        code = fail_empty(reader, reader->column);
    reader->num_fields = 0;
    reader->has_value = reader->is_open = reader->joins_next = false;
    reader->line++;
    return code;
}

static int read_data(struct reader *reader, char c) {
    const int ends = field_scanner_read(&reader->scanner, c);
    char *text = reader->scanner.text;
    if (reader->layout != LAYOUT_COLUMN && reader->scanner.length > FIELD_MAX_LENGTH) {
        text[FIELD_MAX_LENGTH] = '\0'; /* the field may have no end */
        return fail_number(reader, text);
    }
    const int code = ends & FIELD_ENDS ? take_field(reader) : EXIT_DONE;
    return !code && ends & LINE_ENDS ? end_line(reader) : code;
}

/* ---- Lines before the data ---- */

/* A column is a number if it consists of digits, otherwise a name. */
static int find_column(struct reader *reader, size_t num_columns, bool is_open) {
    const char *column = reader->source->column;
    char *end;
    if (*column && !column[strspn(column, "0123456789")]) {
        errno = 0;
        reader->column = strtoull(column, &end, 10);
        return errno == 0 && reader->column < num_columns + is_open
                   ? EXIT_DONE
                   : fail_column(reader, num_columns, false);
    }
    const enum column_search result =
        column_names_find(&reader->names, num_columns, column, &reader->column);
    return result == COLUMN_FOUND ? EXIT_DONE
                                  : fail_column(reader, num_columns, result == COLUMN_AMBIGUOUS);
}

static int check_header(struct reader *reader, const struct line_kinds *kinds, size_t num_columns) {
    const struct column_names *names = &reader->names;
    size_t column, num_names;
    const size_t misfit =
        column_names_find_misfit(names, num_columns, reader->layout == LAYOUT_COLUMN, &num_names);
    if (reader->layout == LAYOUT_FLAT)
        return column_names_find(names, num_columns, "flat", &column) == COLUMN_UNKNOWN
                   ? EXIT_DONE
                   : command_fail(
                         EXIT_BAD_INPUT,
                         "%s has a column \"flat\", and \":flat\" reads all values: choose "
                         "the column by its number",
                         reader->source->name);
    if (misfit)
        return command_fail(EXIT_BAD_INPUT,
                            "%s: line %zu has %zu name%s, and line %zu has %zu fields: write a "
                            "name for each column, or '#' before a line that is no header",
                            reader->source->name, misfit, num_names, num_names == 1 ? "" : "s",
                            reader->line, num_columns);
    if (reader->layout == LAYOUT_VECTOR)
        return num_columns == 1 || !column_names_have_header(names, num_columns)
                   ? EXIT_DONE
                   : fail_table(reader, num_columns, "a header names its columns");
    if (kinds->count[FIELD_NAME] && kinds->count[FIELD_NUMBER] &&
        !column_names_fit(names, num_columns))
        return command_fail(EXIT_BAD_INPUT,
                            "%s, line %zu: \"%s\" may be a name and \"%s\" a value: write a line "
                            "of names before it, or '#' before it if it is a header",
                            reader->source->name, reader->line, kinds->name, kinds->number);
    return find_column(reader, num_columns, kinds->is_open);
}

/* Reads the line in memory, or its beginning, as data. */
static int begin_data(struct reader *reader, const struct line_kinds *kinds) {
    int code = EXIT_DONE;
    reader->scanner.delimiter = field_scanner_detect(reader->head);
    if (kinds) {
        const bool has_open_column =
            kinds->is_open && column_names_fit(&reader->names, kinds->num_fields + 1);
        if (!reader->max_fields)
            code = check_header(reader, kinds, kinds->num_fields + has_open_column);
    } else if (reader->layout == LAYOUT_COLUMN) {
        code = fail_line(reader, "a line of more than a million characters has no columns");
    }
    reader->is_in_head = false;
    for (size_t k = 0; !code && k < reader->head_length; k++)
        code = read_data(reader, reader->head[k]);
    return code;
}

static int end_head_line(struct reader *reader) {
    struct line_kinds kinds;
    bool has_memory = true;
    const char first = reader->head[strspn(reader->head, " \t")];
    line_kinds_find(reader->head, &kinds);
    const bool is_header = kinds.count[FIELD_NAME] && !kinds.count[FIELD_NUMBER] &&
                           !kinds.count[FIELD_BROKEN] && !reader->max_fields &&
                           reader->names.num_headers < MAX_HEADER_LINES;
    if (kinds.problem) return fail_line(reader, kinds.problem);
    if (kinds.num_fields && !is_header) {
        int code = begin_data(reader, &kinds);
        if (!code) code = read_data(reader, '\n');
        /* The first lines of a flat text may have one value each, and tell no delimiter. */
        reader->is_in_head = reader->layout == LAYOUT_FLAT && kinds.num_fields == 1 &&
                             reader->scanner.delimiter == ' ';
        reader->head_length = 0;
        return code;
    }
    if (is_header) has_memory = column_names_add(&reader->names, reader->head, reader->line);
    if (!kinds.num_fields && (first == '#' || first == '%'))
        has_memory = column_names_add_comment(&reader->names, reader->head); /* NOLINT: no leak */
    reader->head_length = 0;
    reader->line++;
    return has_memory ? EXIT_DONE : fail_no_memory(reader);
}

static int read_head(struct reader *reader, char c) {
    if (reader->head_length + 1 >= reader->head_capacity) {
        const size_t capacity = reader->head_capacity ? 2 * reader->head_capacity : 256;
        char *grown = realloc(reader->head, capacity);
        if (!grown) return fail_no_memory(reader);
        reader->head = grown;
        reader->head_capacity = capacity;
    }
    const bool is_full = c != '\n' && reader->head_length + 1 == MAX_HEAD_LENGTH;
    if (c != '\n') reader->head[reader->head_length++] = c;
    reader->head[reader->head_length] = '\0';
    return c == '\n' ? end_head_line(reader) : is_full ? begin_data(reader, NULL) : EXIT_DONE;
}

/* ---- The text ---- */

static int read_character(struct reader *reader, int c) {
    if (c == '\0') return fail_line(reader, "there is a zero byte: this is not text");
    return reader->is_in_head ? read_head(reader, (char)c) : read_data(reader, (char)c);
}

/* Drops a byte order mark, which spreadsheets put before UTF-8. */
static int read_beginning(struct reader *reader, FILE *text) {
    static const char mark[] = "\xef\xbb\xbf";
    size_t length = 0;
    int code = EXIT_DONE, c = '\0';
    while (length < 3 && (c = getc_unlocked(text)) == (unsigned char)mark[length]) length++;
    if (length == 3) return EXIT_DONE;
    for (size_t k = 0; !code && k < length; k++) code = read_character(reader, mark[k]);
    return code || c == EOF ? code : read_character(reader, c);
}

static int read_characters(struct reader *reader, FILE *text) {
    int c;
    errno = 0;
    int code = read_beginning(reader, text);
    while (!code && (c = getc_unlocked(text)) != EOF) code = read_character(reader, c);
    if (!code && ferror(text))
        return command_fail(command_code_of_errno(errno), "cannot read %s: %s",
                            reader->source->name, strerror(errno));
    return code ? code : read_character(reader, '\n');
}

/* A text without data may have words that look like a header. */
static int check_end(struct reader *reader) {
    struct line_kinds kinds;
    if (reader->max_fields) {
        const char *chain =
            reader->layout == LAYOUT_VECTOR ? digit_groups_find(&reader->groups) : NULL;
        return chain ? fail_groups(reader, chain) : EXIT_DONE;
    }
    if (!reader->names.num_headers)
        return command_fail(EXIT_BAD_INPUT, "%s holds no numbers", reader->source->name);
    line_kinds_find(reader->names.headers[0].text, &kinds);
    reader->line = reader->names.headers[0].line;
    return fail_number(reader, kinds.name);
}

int vector_text_read(FILE *text, const struct vector_text *source, double **values, size_t *n) {
    struct reader reader = {.source = source, .line = 1, .is_in_head = true};
    const char *column = source->column;
    if (column) reader.layout = strcmp(column, "flat") == 0 ? LAYOUT_FLAT : LAYOUT_COLUMN;
    int code = read_characters(&reader, text);
    if (!code) code = check_end(&reader);
    free(reader.head);
    column_names_free(&reader.names);
    if (code) {
        free(reader.list.values);
        return code;
    }
    *values = reader.list.values;
    *n = reader.list.n;
    return EXIT_DONE;
}

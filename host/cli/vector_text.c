/* SPDX-License-Identifier: MIT
 *
 * Numbers in text: between white space, commas or newlines, '#' to the end of a line is a comment. What is not a number is
 * refused with its line, and so is a comma with no number before it: a value may be missing there. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "vector.h"

struct reader {
    const char *name;
    size_t line;
    bool number_before; /* since the last comma */
    double *values;
    size_t n, capacity;
};

static int append(struct reader *reader, double value) {
    if (reader->n == reader->capacity) {
        const size_t capacity = reader->capacity ? 2 * reader->capacity : 1024;
        double *grown = realloc(reader->values, capacity * sizeof *grown);
        if (!grown) return command_fail(EXIT_DEVICE_FAILED, "no memory for more than %zu values of %s", reader->n, reader->name);
        reader->values = grown;
        reader->capacity = capacity;
    }
    reader->values[reader->n++] = value;
    return EXIT_DONE;
}

/* C's numbers, less what only C would take for one: hexadecimal, and a nan with a payload. */
static bool read_number(const char *word, size_t length, double *number) {
    char *end;
    *number = strtod(word, &end);
    return end == word + length && length > 0 && !memchr(word, 'x', length) && !memchr(word, 'X', length) &&
           !memchr(word, '(', length);
}

static int read_word(struct reader *reader, const char *word, size_t length) {
    double number;
    if (!read_number(word, length, &number))
        return command_fail(EXIT_BAD_INPUT, "%s, line %zu: \"%.*s%s\" is not a number", reader->name, reader->line,
                            length > 40 ? 40 : (int)length, word, length > 40 ? "..." : "");
    reader->number_before = true;
    return append(reader, number);
}

static int read_comma(struct reader *reader) {
    if (!reader->number_before)
        return command_fail(EXIT_BAD_INPUT, "%s, line %zu: a comma has no number before it", reader->name, reader->line);
    reader->number_before = false;
    return EXIT_DONE;
}

static int read_line(struct reader *reader, const char *line) {
    int code = EXIT_DONE;
    while (!code) {
        line += strspn(line, " \t\r\n\v\f");
        if (*line == '\0' || *line == '#') break;
        const size_t length = strcspn(line, " \t\r\n\v\f,#");
        code = length ? read_word(reader, line, length) : read_comma(reader);
        line += length ? length : 1;
    }
    return code;
}

/* Spreadsheets put one in front of UTF-8. */
static const char *skip_byte_order_mark(const char *line) {
    return strncmp(line, "\xef\xbb\xbf", 3) == 0 ? line + 3 : line;
}

static int read_lines(struct reader *reader, FILE *text) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    int code = EXIT_DONE;
    clearerr(text); /* of a look at its first byte: the error will come again, with its reason */
    errno = 0;
    while (!code && (length = getline(&line, &capacity, text)) >= 0) {
        reader->line++;
        if (strlen(line) < (size_t)length)
            code =
                command_fail(EXIT_BAD_INPUT, "%s, line %zu: there is a zero byte: this is not text", reader->name, reader->line);
        else
            code = read_line(reader, reader->line == 1 ? skip_byte_order_mark(line) : line);
        errno = 0;
    }
    if (!code && (ferror(text) || errno))
        code = command_fail(command_code_of_errno(errno), "cannot read %s: %s", reader->name, strerror(errno));
    free(line);
    return code;
}

int vector_read_text(FILE *text, const char *name, double **values, size_t *n) {
    struct reader reader = {.name = name};
    int code = read_lines(&reader, text);
    if (!code && reader.n == 0) code = command_fail(EXIT_BAD_INPUT, "%s holds no numbers", name);
    if (code) {
        free(reader.values);
        return code;
    }
    *values = reader.values;
    *n = reader.n;
    return EXIT_DONE;
}

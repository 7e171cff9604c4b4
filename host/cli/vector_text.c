/* SPDX-License-Identifier: MIT
 *
 * This module reads numbers from text. White space, newlines or commas separate them, and '#'
 * begins a comment that lasts to the end of the line.
 *
 * It refuses a word that is not a number, and names its line. It also refuses a comma without a
 * number before it, because a value may be missing there. It owns the growing array until the end.
 * It does not know the dtype of the fill. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "vector.h"

#define MAX_WORD_LENGTH 4096 /* a longer word is not a number */

struct reader {
    const char *name;
    size_t line;
    bool number_before; /* whether a number stands between the last comma and here */
    bool is_comment;    /* whether a comment lasts to the end of the line */
    char word[MAX_WORD_LENGTH + 1];
    size_t length; /* the length of the word */
    double *values;
    size_t n, capacity;
};

/* A text may be endless, as that of a pipe can be. So reading fails before the values take all
 * memory. The limit is half of the machine's memory, because the values are copied once. */
static bool fits_memory(size_t num_values) {
    const long num_pages = sysconf(_SC_PHYS_PAGES), page_nbytes = sysconf(_SC_PAGESIZE);
    return num_pages <= 0 ||
           (double)num_values * sizeof(double) <= 0.5 * (double)num_pages * (double)page_nbytes;
}

static int append(struct reader *reader, double value) {
    if (reader->n == reader->capacity) {
        const size_t capacity = reader->capacity ? 2 * reader->capacity : 1024;
        double *grown =
            fits_memory(capacity) ? realloc(reader->values, capacity * sizeof *grown) : NULL;
        if (!grown)
            return command_fail(EXIT_DEVICE_FAILED, "no memory for more than %zu values of %s",
                                reader->n, reader->name);
        reader->values = grown;
        reader->capacity = capacity;
    }
    reader->values[reader->n++] = value;
    return EXIT_DONE;
}

/* Accepts the numbers of C, except forms that only C accepts: hexadecimal numbers, and nan with a
 * payload. */
static bool read_number(const char *word, size_t length, double *number) {
    char *end;
    *number = strtod(word, &end);
    return end == word + length && !memchr(word, 'x', length) && !memchr(word, 'X', length) &&
           !memchr(word, '(', length);
}

static int end_word(struct reader *reader) {
    double number;
    const size_t length = reader->length;
    if (!length) return EXIT_DONE;
    reader->length = 0;
    reader->word[length] = '\0';
    if (length == MAX_WORD_LENGTH || !read_number(reader->word, length, &number))
        return command_fail(EXIT_BAD_INPUT, "%s, line %zu: \"%.*s%s\" is not a number",
                            reader->name, reader->line, length > 40 ? 40 : (int)length,
                            reader->word, length > 40 ? "..." : "");
    reader->number_before = true;
    return append(reader, number);
}

static int read_comma(struct reader *reader) {
    if (!reader->number_before)
        return command_fail(EXIT_BAD_INPUT, "%s, line %zu: a comma has no number before it",
                            reader->name, reader->line);
    reader->number_before = false;
    return EXIT_DONE;
}

static int read_in_comment(struct reader *reader, int c) {
    reader->is_comment = c != '\n';
    reader->line += c == '\n';
    return EXIT_DONE;
}

/* Processes one character. A line may be as long as the file, so only the current word is held in
 * memory. */
static int read_character(struct reader *reader, int c) {
    if (c == '\0')
        return command_fail(EXIT_BAD_INPUT, "%s, line %zu: there is a zero byte: this is not text",
                            reader->name, reader->line);
    if (reader->is_comment) return read_in_comment(reader, c);
    if (!strchr(" \t\r\n\v\f,#", c)) {
        reader->word[reader->length++] = (char)c;
        return reader->length < MAX_WORD_LENGTH ? EXIT_DONE : end_word(reader);
    }
    const int code = end_word(reader);
    if (code) return code;
    reader->is_comment = c == '#';
    reader->line += c == '\n';
    return c == ',' ? read_comma(reader) : EXIT_DONE;
}

/* Drops a byte order mark, which spreadsheets put before UTF-8. */
static void drop_byte_order_mark(struct reader *reader) {
    if (reader->length == 3 && memcmp(reader->word, "\xef\xbb\xbf", 3) == 0) reader->length = 0;
}

static int read_characters(struct reader *reader, FILE *text) {
    int code = EXIT_DONE, c;
    clearerr(text); /* forgets an error from begins_as_npy: reading meets it again and sets errno */
    errno = 0;
    for (size_t k = 1; !code && (c = getc_unlocked(text)) != EOF; k++) {
        code = read_character(reader, c);
        if (k == 3) drop_byte_order_mark(reader);
    }
    if (!code && ferror(text))
        return command_fail(command_code_of_errno(errno), "cannot read %s: %s", reader->name,
                            strerror(errno));
    return code ? code : end_word(reader);
}

int vector_read_text(FILE *text, const char *name, double **values, size_t *n) {
    struct reader reader = {.name = name, .line = 1};
    int code = read_characters(&reader, text);
    if (!code && reader.n == 0) code = command_fail(EXIT_BAD_INPUT, "%s holds no numbers", name);
    if (code) {
        free(reader.values);
        return code;
    }
    *values = reader.values;
    *n = reader.n;
    return EXIT_DONE;
}

/* SPDX-License-Identifier: MIT
 *
 * The text of a vector, of a table, or of all values: the length decides. Numbers that are read, written with 17 digits and read again are the same bits, as many as before. */
#include <string.h>

#include "command.h"
#include "fuzz.h"
#include "vector_text.h"

/* A column, or the flat text, or a vector. */
static const char *const columns[] = {NULL, "flat", "0", "1", "x"};

static int read_text(const void *text, size_t nbytes, const char *column, double **values,
                     size_t *n) {
    const struct vector_text source = {"the text", "text", column};
    FILE *file = fmemopen((void *)text, nbytes, "r"); /* "r": nothing is written there */
    require(file);
    const int code = vector_text_read(file, &source, values, n);
    fclose(file);
    return code;
}

static char *write_text(const double *values, size_t n) {
    char *text = malloc(32 * n + 1), *end = text;
    require(text);
    for (size_t k = 0; k < n; k++) end += sprintf(end, "%.17g%s", values[k], k % 2 ? ",\n" : " , ");
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nbytes) {
    double *values, *again;
    size_t n, n_again;
    const char *column = columns[nbytes % (sizeof columns / sizeof *columns)];
    const int code = read_text(bytes, nbytes, column, &values, &n);
    if (code) {
        require(code == EXIT_BAD_INPUT && command_said()[0]);
        return 0;
    }
    char *text = write_text(values, n);
    require(n > 0 && read_text(text, strlen(text), "flat", &again, &n_again) == EXIT_DONE);
    require(n == n_again);
    for (size_t k = 0; k < n; k++)
        require(values[k] != values[k] ? again[k] != again[k]
                                       : memcmp(&values[k], &again[k], 8) == 0);
    free(again);
    free(text);
    free(values);
    return 0;
}
